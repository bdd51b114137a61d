"""Refusals: the anticipated "no", which changes nothing and which the caller can act on.

    Refusal
    ├── NotFound            there is no such thing, or the asker may not know that there is
    ├── NotPermitted        it is there, and the asker may not do this with it
    ├── Conflict            its state does not allow it
    │   ├── HeldByAnother   a colleague has the task
    │   └── OutOfDate       it changed since the asker last saw it
    ├── Invalid             what was sent breaks a rule, field by field
    └── Unavailable         it cannot be done now, and may be tried again later
        └── OutcomeUnknown  nobody knows whether it was done

Anything else that is raised is a bug.
"""

from collections.abc import Mapping, Sequence

FieldErrors = Mapping[str, Sequence[str]]
"""Field path (`applicant.afm`) to the sentences that say what is wrong with it."""


class Refusal(Exception):
    """Something the asker cannot have, said in a sentence: what was expected and what was found."""

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class NotFound(Refusal):
    """There is no such thing, or the asker may not know that there is."""

    code = "not_found"

    @classmethod
    def of(cls, kind: str, key: object) -> "NotFound":
        """The refusal for a missing `kind` ("case", "task" …) known by `key`."""
        return cls(f"There is no {kind} {key} that you may see.")


class NotPermitted(Refusal):
    """The asker may not do this with this object."""

    code = "not_permitted"


class Conflict(Refusal):
    """The object's state does not allow it."""

    code = "conflict"


class HeldByAnother(Conflict):
    """A colleague holds the task."""

    code = "held_by_another"


class OutOfDate(Conflict):
    """The object changed since the asker last saw it."""

    code = "out_of_date"


class Invalid(Refusal):
    """What was sent breaks a rule; `errors` has every field's problem, collected before refusing."""

    code = "invalid"

    def __init__(self, message: str, errors: FieldErrors, *, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.errors: dict[str, list[str]] = {field: list(problems) for field, problems in errors.items()}

    @classmethod
    def field(cls, name: str, problem: str) -> "Invalid":
        """The refusal for one wrong field."""
        return cls(f"{name}: {problem}", {name: [problem]})


class Unavailable(Refusal):
    """It cannot be done now; the same request may succeed later."""

    code = "unavailable"


class OutcomeUnknown(Unavailable):
    """Nobody knows whether it was done: whoever repeats it looks first, or sends the same idempotency key."""

    code = "outcome_unknown"


LONGEST = 1000
"""Characters."""


def required(reason: str) -> str:
    """The reason without surrounding space; `Invalid` if there is none or it is too long."""
    text = reason.strip()
    if not text:
        raise Invalid.field("reason", "a reason is required")
    if len(text) > LONGEST:
        raise Invalid.field("reason", f"expected at most {LONGEST} characters, found {len(text)}")
    return text
