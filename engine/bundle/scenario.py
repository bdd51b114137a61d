"""What a scenario says: who comes, what happens step by step, and what must have come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from engine import feel
from engine.bundle.party_rules import SigningMeans
from engine.kernel.actor import Role
from engine.kernel.vocabulary import Channel, Person

RESTS: Final = "rests"
"""What is said instead of the last day of a term, while it rests."""


@dataclass(frozen=True, kw_only=True)
class Complete:
    """Somebody of that role claims the open task of the element and completes it.

    `refused` are the fields that must be refused, none for a completion that must be taken.
    """

    line: int
    element: str
    role: Role = Role.CLERK
    data: Mapping[str, Any] = field(default_factory=dict)
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The agency answers the service task, known by its topic or its element.

    `sees` are all the variables that the agency must have been shown; None asks nothing.
    """

    line: int
    service_task: str
    data: Mapping[str, Any] = field(default_factory=dict)
    sees: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Fail:
    """The agency fails the service task with a BPMN error code."""

    line: int
    service_task: str
    code: str
    message: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """The agency asks the citizen for something before it answers the service task."""

    line: int
    service_task: str
    wanted: str


@dataclass(frozen=True, kw_only=True)
class Bring:
    """The citizen brings what the agency asked for, and a clerk hands it on."""

    line: int
    service_task: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AddFile:
    """A clerk puts a document into the case; data name it by `{document: <name>}` from then on."""

    line: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Advance:
    """Time passes, `by` a duration or `to` a moment; every timer that becomes due fires at its own moment."""

    line: int
    by: timedelta = timedelta(0)
    to: datetime | None = None

    def until(self, now: datetime) -> datetime:
        """The moment at which the step leaves the clock."""
        return now + self.by if self.to is None else self.to


@dataclass(frozen=True, kw_only=True)
class Send:
    """A message arrives: from `sender`, an entry of `stoa:message-from`, or from a case of the procedure."""

    line: int
    message: str
    correlation_key: str
    sender: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Withdraw:
    """The citizen withdraws the case."""

    line: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Suspend:
    """The case is put on hold."""

    line: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Resume:
    """The case is taken up again."""

    line: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Expect:
    """What must be true now; None asks nothing. Tasks are by element, service tasks by topic.

    `term` is the last day of the case's term (`2026-03-19`), or `RESTS`.
    """

    line: int
    status: str | None = None
    tasks: frozenset[str] | None = None
    service_tasks: frozenset[str] | None = None
    flags: frozenset[str] | None = None
    term: str | None = None


@dataclass(frozen=True, kw_only=True)
class Sign:
    """A party signs, or refuses for a `reason`: the first of that role whose signature is awaited.

    `means` is their own link or the counter; `data` are the fields of their form, `refused` those that must
    be refused.
    """

    line: int
    role: str
    means: SigningMeans = SigningMeans.LINK
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    refused: tuple[str, ...] = ()


Step: TypeAlias = (
    Complete
    | Answer
    | Fail
    | Ask
    | Bring
    | AddFile
    | Advance
    | Send
    | Sign
    | Withdraw
    | Suspend
    | Resume
    | Expect
)


@dataclass(frozen=True, kw_only=True)
class GivenParty:
    """Somebody besides the applicant, in a role of the procedure."""

    role: str
    person: Person


@dataclass(frozen=True, kw_only=True)
class Given:
    """Who opens the case, how, where and when, with what in the start form; and who else is in it."""

    line: int
    applicant: Person
    representative: Person | None
    channel: Channel
    at: datetime
    branch_code: str
    local_holidays: tuple[str, ...] = ()
    closures: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    parties: tuple[GivenParty, ...] = ()
    applicant_role: str | None = None


@dataclass(frozen=True, kw_only=True)
class End:
    """What must have come of it.

    `path` are all elements that were passed, in order; `through` some of them, in order. `refused` are the
    fields of the start form that must have been refused, so that there is no case.
    """

    line: int
    status: str | None = None
    outcome: str | None = None
    path: tuple[str, ...] | None = None
    through: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One story of a procedure, from a file of its `scenarios/`."""

    name: str
    file: str
    title: str
    given: Given
    steps: tuple[Step, ...]
    end: End


_CHANGES: Final[Mapping[type[Step], str]] = {
    Withdraw: "the citizen withdraws the case",
    Suspend: "the case is suspended",
    Resume: "the case is resumed",
}


def step_text(step: Step) -> str:
    """The step in words, for a report."""
    match step:
        case Complete():
            refused = f", refused: {', '.join(step.refused)}" if step.refused else ""
            return f"{step.role} completes {step.element}{refused}"
        case Answer():
            return f"the agency answers {step.service_task}"
        case Fail():
            return f"the agency fails {step.service_task} with {step.code}"
        case Ask():
            return f"the agency asks for a supplement to {step.service_task}"
        case Bring():
            return f"the citizen brings the supplement to {step.service_task}"
        case AddFile():
            return f"a clerk adds the document {step.name}"
        case Advance():
            passing = f"until {step.to.isoformat()}" if step.to else feel.temporal_text(step.by)
            return f"time passes: {passing}"
        case Sign():
            where = "at the counter" if step.means is SigningMeans.COUNTER else "from their link"
            return f"the {step.role} {'refuses to sign' if step.reason else 'signs'} {where}"
        case Send():
            return f"the message {step.message} arrives"
        case Expect():
            return "all is as expected"
        case _:
            return _CHANGES[type(step)]
