"""What a scenario expects, beside what was found; the difference in words."""

from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from typing import Any, NoReturn

from engine import feel
from engine.kernel.refusal import Invalid, Refusal
from engine.rehearsal.office import Unexpected


class Refusing:
    """Catches the refusal that a scenario expects; `check` compares its fields."""

    def __init__(self, expected: tuple[str, ...]) -> None:
        self._expected = expected
        self._found: Invalid | None = None

    def __enter__(self) -> "Refusing":
        return self

    def __exit__(self, _kind: object, refusal: BaseException | None, _trace: object) -> bool:
        if not self._expected or not isinstance(refusal, Invalid):
            return False
        self._found = refusal
        return True

    def check(self) -> None:
        """Raise `Unexpected` unless exactly the expected fields were refused."""
        if self._expected:
            found = self._found.errors if self._found is not None else ()
            # The start form's fields come back as parts of the request to open a case.
            compare(
                "these fields to be refused:", self._expected, (name.removeprefix("data.") for name in found)
            )


def refusal_text(refusal: Refusal) -> str:
    """A refusal that no scenario expected, with every field's problem."""
    if not isinstance(refusal, Invalid):
        return f"Refused: {refusal.message}"
    fields = "; ".join(f"{field}: {' '.join(problems)}" for field, problems in refusal.errors.items())
    return f"Refused: {fields}"


def compare(what: str, expected: Iterable[str], found: Iterable[str]) -> None:
    """Raise `Unexpected` unless both have the same names; `what` begins the sentence."""
    wanted, there = set(expected), set(found)
    if wanted != there:
        sentence = f"Expected {what} {_listed(wanted)}, found {_listed(there)}."
        raise Unexpected(sentence, wanted=tuple(sorted(wanted - there)))


def compare_values(
    what: str, expected: Mapping[str, Any], found: Mapping[str, Any], *, whole: bool = True
) -> None:
    """Raise `Unexpected` for the first value that differs; dates and durations are as ISO 8601 writes them.

    With `whole` both must have the same names too.
    """
    if whole:
        compare(what, expected, found)
    for name, wanted in expected.items():
        there = _plain(found.get(name))
        if _plain(wanted) != there:
            raise Unexpected(f"Expected {what} {name} to be {wanted!r}, found {there!r}.")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date | time | timedelta):
        return feel.temporal_text(value)
    return value


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def missing(kind: str, wanted: str, there: Iterable[str]) -> NoReturn:
    """Raise `Unexpected` for something that is not among what is there."""
    raise Unexpected(f"Expected {kind} {wanted}, found {_listed(there)}.", wanted=(wanted,))
