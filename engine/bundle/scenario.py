"""What a scenario says: who comes, what happens step by step, and what must have come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeAlias

from engine import feel
from engine.bundle.party_rules import SigningMeans
from engine.kernel.actor import Role
from engine.kernel.noticing import NoticeChannel
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

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        refused = f", refused: {', '.join(self.refused)}" if self.refused else ""
        return f"{self.role} completes {self.element}{refused}"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The agency answers the service task, known by its topic or its element.

    `sees` are all the variables that the agency must have been shown, `values` what some of them must have
    been; None asks nothing.
    """

    line: int
    service_task: str
    data: Mapping[str, Any] = field(default_factory=dict)
    sees: frozenset[str] | None = None
    values: Mapping[str, Any] | None = None

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        return f"the agency answers {self.service_task}"


@dataclass(frozen=True, kw_only=True)
class Fail:
    """The agency fails the service task with a BPMN error code."""

    line: int
    service_task: str
    code: str
    message: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        return f"the agency fails {self.service_task} with {self.code}"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """The agency asks the citizen for something before it answers the service task."""

    line: int
    service_task: str
    wanted: str

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        return f"the agency asks for a supplement to {self.service_task}"


@dataclass(frozen=True, kw_only=True)
class Bring:
    """The citizen brings what the agency asked for, and a clerk hands it on."""

    line: int
    service_task: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        return f"the citizen brings the supplement to {self.service_task}"


@dataclass(frozen=True, kw_only=True)
class Pay:
    """The citizen pays a fee at the counter, known by its id; `amount`, as text, is what it must be."""

    line: int
    fee: str
    amount: str | None = None

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        return f"the fee {self.fee} is paid"


@dataclass(frozen=True, kw_only=True)
class Book:
    """The citizen chooses a time for what the service task asks: `at` a moment, or the first that is free."""

    line: int
    service_task: str
    at: datetime | None = None

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        when = f"the time {self.at.isoformat()}" if self.at else "the first free time"
        return f"the citizen chooses {when} for {self.service_task}"


@dataclass(frozen=True, kw_only=True)
class EndVisit:
    """What becomes of the appointment of the service task; the time passes until then.

    `attend`: the citizen comes and is served. `miss`: nobody comes. `cancel`: the citizen cancels it at once.
    """

    line: int
    service_task: str
    how: Literal["attend", "miss", "cancel"]

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        what = {"attend": "comes to", "miss": "does not come to", "cancel": "cancels"}[self.how]
        return f"the citizen {what} the appointment of {self.service_task}"


@dataclass(frozen=True, kw_only=True)
class AddFile:
    """A clerk puts a document into the case; data name it by `{document: <name>}` from then on."""

    line: int
    name: str

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        return f"a clerk adds the document {self.name}"


@dataclass(frozen=True, kw_only=True)
class Advance:
    """Time passes, `by` a duration or `to` a moment; every timer that becomes due fires at its own moment."""

    line: int
    by: timedelta = timedelta(0)
    to: datetime | None = None

    def until(self, now: datetime) -> datetime:
        """The moment at which the step leaves the clock."""
        return now + self.by if self.to is None else self.to

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        passing = f"until {self.to.isoformat()}" if self.to else feel.temporal_text(self.by)
        return f"time passes: {passing}"


@dataclass(frozen=True, kw_only=True)
class Send:
    """A message arrives: from `sender`, an entry of `stoa:message-from`, or from a case of the procedure."""

    line: int
    message: str
    correlation_key: str
    sender: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        return f"the message {self.message} arrives"


@dataclass(frozen=True, kw_only=True)
class Act:
    """Somebody takes an action that the diagram offers: a role, the `citizen`, or `agency:<key>`.

    `refused` are the fields that must be refused, none for an action that must be taken.
    """

    line: int
    action: str
    actor: str = Role.CLERK
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    refused: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        refused = f", refused: {', '.join(self.refused)}" if self.refused else ""
        return f"{self.actor} takes the action {self.action}{refused}"


@dataclass(frozen=True, kw_only=True)
class Withdraw:
    """The citizen withdraws the case."""

    line: int
    reason: str

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        return "the citizen withdraws the case"


@dataclass(frozen=True, kw_only=True)
class Suspend:
    """The case is put on hold."""

    line: int
    reason: str

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        return "the case is suspended"


@dataclass(frozen=True, kw_only=True)
class Resume:
    """The case is taken up again."""

    line: int
    reason: str

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        return "the case is resumed"


@dataclass(frozen=True, kw_only=True)
class Expect:
    """What must be true now; None asks nothing. Tasks are by element, service tasks by topic.

    `term` is the last day of the case's term (`2026-03-19`), or `RESTS`. `due` are the fees that are to be
    paid, by id, as text. `papers` are the ids of all papers that the citizen is asked for, `notices` the
    occasions that the citizen was told of so far, `documents` the names of all documents in the case.
    """

    line: int
    status: str | None = None
    tasks: frozenset[str] | None = None
    service_tasks: frozenset[str] | None = None
    flags: frozenset[str] | None = None
    term: str | None = None
    due: Mapping[str, str] | None = None
    papers: frozenset[str] | None = None
    notices: frozenset[str] | None = None
    documents: frozenset[str] | None = None

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        return "all is as expected"


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

    @property
    def words(self) -> str:
        """The step in words, for a report."""
        where = "at the counter" if self.means is SigningMeans.COUNTER else "from their link"
        return f"the {self.role} {'refuses to sign' if self.reason else 'signs'} {where}"


Step: TypeAlias = (
    Complete
    | Answer
    | Fail
    | Ask
    | Bring
    | Pay
    | Book
    | EndVisit
    | AddFile
    | Advance
    | Send
    | Act
    | Sign
    | Withdraw
    | Suspend
    | Resume
    | Expect
)


@dataclass(frozen=True, kw_only=True)
class GivenParty:
    """Somebody besides the applicant, in a role of the procedure; `papers` are the ids of those handed in."""

    role: str
    person: Person
    papers: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class GivenReception:
    """How a clerk received the citizen: the ids of the papers that were handed in, and how they were known.

    `identity` and `authorisation` are words of a reception; `authorisation` is there where somebody acts for
    the applicant.
    """

    papers: frozenset[str]
    identity: str = "identity_card"
    authorisation: str | None = None


@dataclass(frozen=True, kw_only=True)
class Given:
    """Who opens the case, how, where and when, with what in the start form; and who else is in it.

    Without a `reception` nobody looks at papers. `notify` are the ways on which the applicant agrees to be
    told of the case.
    """

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
    reception: GivenReception | None = None
    notify: tuple[NoticeChannel, ...] = ()


@dataclass(frozen=True, kw_only=True)
class End:
    """What must have come of it.

    `path` are all elements that were passed, in order; `through` some of them, in order. `refused` are the
    fields of the start form that must have been refused, so that there is no case. `outputs` is what a
    shared part must have given, by name; None asks nothing.
    """

    line: int
    status: str | None = None
    outcome: str | None = None
    path: tuple[str, ...] | None = None
    through: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    outputs: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One story of a procedure or a shared part, from a file of its `scenarios/`."""

    name: str
    file: str
    title: str
    given: Given
    steps: tuple[Step, ...]
    end: End
