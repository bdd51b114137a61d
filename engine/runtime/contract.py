"""What the engine needs from whatever runs BPMN: pure steps from one snapshot of a case to the next.

Every method takes the snapshot before and gives a `Step`: the snapshot after and what the step opened and
closed. Nothing is kept between calls except parsed definitions, so an exception in the middle of a step
changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum
from random import Random, SystemRandom
from types import MappingProxyType
from typing import Any, Literal, Protocol
from uuid import UUID

from engine.kernel.senders import Entries
from engine.runtime.definition import Definition

Variables = Mapping[str, Any]
"""Process variables: JSON values, and the temporal and decimal values of FEEL."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a step may know besides its variables: the moment, and what FEEL text can name.

    `now` is aware and in UTC; timers are judged against it and never against the machine's clock. `zone` is
    where people are: a date and time without an offset is meant there, and today is the date there. `names`
    is added to the scope of every expression (for example `stoa`, a context with the function
    `working_days`). `chance` is where FEEL's `uuid()` and `random number()` come from. `term_end` is when the
    term of law is over, None while it rests, before it begins and once it has ended: the moment of timers
    with the clock `legal`, unless they name another term (`stoa:term`): then it is that one's end in
    `further_ends`, which has those that run. While `is_paused`, timers with the clock `rests` stand still.
    """

    now: datetime
    zone: tzinfo = UTC
    names: Mapping[str, Any] = field(default_factory=dict)
    chance: Random = field(default_factory=SystemRandom, compare=False)
    term_end: datetime | None = None
    further_ends: Mapping[str, datetime] = field(default_factory=dict)
    is_paused: bool = False

    @property
    def local_now(self) -> datetime:
        """The moment as people there read it."""
        return self.now.astimezone(self.zone)


class Phase(Enum):
    """How a step left the case."""

    RUNNING = "running"
    COMPLETED = "completed"
    STUCK = "stuck"


@dataclass(frozen=True, kw_only=True)
class OpenedTask:
    """A user or manual task that now waits for a person.

    `token` names it to the workflow, and stays the same from snapshot to snapshot. `variables` is what its
    form is prefilled from: its input mapping's result, or everything in scope where it has none. `assignee`
    and the candidates are texts, already evaluated.
    """

    token: UUID
    element_id: str
    name: str
    form_id: str | None
    assignee: str | None = None
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    priority: int = 50
    due_at: datetime | None = None
    follow_up_at: datetime | None = None
    variables: Variables = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OpenedServiceTask:
    """Work for an agency or a system that now waits for an answer.

    `element_id` is that of the element or, for a listener, the element's id with its number: `Task_1 (start
    listener 1)`. `variables` holds only what the element's input mapping names (nothing where it has none):
    the agency sees no more. `headers` are the static settings of the diagram; `retries` is the number of
    attempts the diagram asks for, if it does.
    """

    token: UUID
    element_id: str
    name: str
    topic: str
    retries: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SeenAgain:
    """A task or service task that waited already, with its `variables` as they are seen now."""

    token: UUID
    element_id: str
    variables: Variables


@dataclass(frozen=True, kw_only=True)
class OpenedSubscription:
    """A catching event or receive task that now waits for a message, or for a signal; `message` is its name.

    `correlation_key` is evaluated text, None where the diagram gives none and for signals. `senders` is who
    may send the message, None where the diagram does not say and for signals.
    """

    token: UUID
    element_id: str
    message: str
    correlation_key: str | None
    kind: Literal["message", "signal"] = "message"
    senders: Entries | None = None


@dataclass(frozen=True, kw_only=True)
class ThrownMessage:
    """A message that the step sent, for the engine to route to a waiting case or keep."""

    message: str
    correlation_key: str | None
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ThrownSignal:
    """A signal that the step sent, for every waiting case."""

    signal: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PassedElement:
    """A flow node of a diagram that was entered and left within the step, in order; the journal tells it."""

    element_id: str
    kind: str
    """The BPMN element's name, for example `userTask`, `exclusiveGateway`, `endEvent`."""
    name: str
    legal: Mapping[str, str] = field(default_factory=dict)
    """Its properties, where one says that it is a legal moment or has an effect by law."""
    file: str = ""


@dataclass(frozen=True, kw_only=True)
class TakenFlow:
    """A sequence flow that a token took, with its diagram; one to an event, once that has happened."""

    flow_id: str
    file: str


@dataclass(frozen=True, kw_only=True)
class TakenDecision:
    """A DMN decision that a business rule task took within the step; the journal tells it.

    `rules` are the ids of the rules that decided, those of required decisions included. What the decision was
    given and what it came to are data of the case, and not here.
    """

    element_id: str
    decision_id: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StepIncident:
    """Why a case is stuck: at which element, and what a person could repair."""

    element_id: str | None
    code: str
    """Stable: `no_flow_chosen`, `undecidable_expression`, `uncaught_error` …"""
    message: str
    variable: str | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one step did. The tuples hold only what is new since the snapshot before.

    `closed` holds the tokens of tasks, service tasks and subscriptions that no longer wait, because they were
    answered or cancelled. `next_timer_at` is the moment of the earliest waiting timer, None where none waits.
    `variables` is the data of the process (for a completed case its final data). `outcome` is the id of the
    end event that the case ended in, None while it runs. `refreshed_tasks` are those that waited already and
    see variables which the step has written; only a correction changes what `refreshed_service_tasks` see.
    `flags` are those of the sub-processes that are open, as their `stoa:flag` has it. `flows` are the
    sequence flows that tokens went on, each once.
    """

    snapshot: bytes
    phase: Phase
    opened_tasks: tuple[OpenedTask, ...] = ()
    opened_service_tasks: tuple[OpenedServiceTask, ...] = ()
    opened_subscriptions: tuple[OpenedSubscription, ...] = ()
    closed: tuple[UUID, ...] = ()
    thrown_messages: tuple[ThrownMessage, ...] = ()
    thrown_signals: tuple[ThrownSignal, ...] = ()
    next_timer_at: datetime | None = None
    passed: tuple[PassedElement, ...] = ()
    flows: tuple[TakenFlow, ...] = ()
    decisions: tuple[TakenDecision, ...] = ()
    variables: Variables = field(default_factory=dict)
    outcome: str | None = None
    outcome_name: str | None = None
    incident: StepIncident | None = None
    refreshed_tasks: tuple[SeenAgain, ...] = ()
    refreshed_service_tasks: tuple[SeenAgain, ...] = ()
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Marks:
    """The element ids to mark on the diagram."""

    completed: tuple[str, ...]
    active: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StartTimer:
    """When a case begins by itself: next at `due_at`, `times` times in all from then on (None for ever).

    `every` is the time between two of them as an ISO 8601 duration, or a cron expression with its zone; None
    where there is one only.
    """

    due_at: datetime
    times: int | None = 1
    every: str | None = None


@dataclass(frozen=True, kw_only=True)
class StartEvent:
    """A start event that a message, a signal or a moment sets off; `name` is the message's or signal's.

    `senders` is who may send the message, None where the diagram does not say.
    """

    element_id: str
    kind: Literal["message", "signal", "timer"]
    name: str = ""
    timer: StartTimer | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    senders: Entries | None = None


@dataclass(frozen=True, kw_only=True)
class MessageEvent:
    """An element that waits for a message of that name from those senders, somewhere in the definition."""

    element_id: str
    name: str
    senders: Entries


class DefinitionRefused(Exception):
    """The files cannot be run; `findings` says each reason, with file, line and element."""

    def __init__(self, findings: tuple[str, ...]) -> None:
        super().__init__("; ".join(findings))
        self.findings = findings


class StepRefused(Exception):
    """The step cannot be taken from this snapshot.

    Nothing changed: the token does not wait (any more), or is of another kind.
    """


class Workflow(Protocol):
    """Runs cases of a definition. Safe to share between threads.

    The parsed definition is built once and never changed by a case.
    """

    def prepare(self, definition: Definition) -> None:
        """Parse the definition and keep it; `DefinitionRefused` with every finding if it cannot be run."""

    def start_events(self, definition: Definition, *, surroundings: Surroundings) -> tuple[StartEvent, ...]:
        """The start events of the definition's process that something other than a person sets off.

        `DefinitionRefused` where a name or a moment cannot be told without variables.
        """

    def message_events(
        self, definition: Definition, *, surroundings: Surroundings
    ) -> tuple[MessageEvent, ...]:
        """The elements for which the diagram says who may send their message, in any of its processes.

        Those whose message has a name that needs variables are left out.
        """

    def following_start(self, timer: StartTimer, *, now: datetime) -> StartTimer | None:
        """The timer after it has fired at `now`, None when it fires no more.

        One without an end skips the moments that were missed.
        """

    def start(
        self,
        definition: Definition,
        *,
        variables: Variables,
        surroundings: Surroundings,
        at: str | None = None,
        brought: Variables = MappingProxyType({}),
        only_mapped: bool = False,
    ) -> Step:
        """Start a case of the definition's process, with `variables` as its data.

        It begins at its start event without an event, or at the start event `at`, with what set that off in
        `brought`. That comes in as for `deliver`, but replaces none of `variables`.
        """

    def complete(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        token: UUID,
        variables: Variables,
        surroundings: Surroundings,
    ) -> Step:
        """Complete the waiting user task, manual task or service task `token` with `variables` as its result.

        `StepRefused` if it does not wait.
        """

    def fail(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        token: UUID,
        code: str,
        variables: Variables,
        surroundings: Surroundings,
    ) -> Step:
        """Raise the BPMN error `code` at the waiting task `token`; `variables` are set where it is caught.

        An error that nothing catches leaves the case `STUCK` with an `uncaught_error` incident, and the task
        as it was.
        """

    def deliver(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        token: UUID,
        variables: Variables,
        surroundings: Surroundings,
        only_mapped: bool = False,
    ) -> Step:
        """Give the message that subscription `token` waits for, with `variables` as its payload.

        They come in through the element's output mapping. Where it has none, all of them become variables;
        with `only_mapped`, none does. `StepRefused` if it does not wait.
        """

    def fire_timers(self, definition: Definition, snapshot: bytes, *, surroundings: Surroundings) -> Step:
        """Fire every timer that is due at `surroundings.now`.

        Without one the step is empty and the snapshot equivalent.
        """

    def postpone_timers(
        self, definition: Definition, snapshot: bytes, *, by: timedelta, surroundings: Surroundings
    ) -> Step:
        """Move every waiting timer by `by`: what a suspended case gets back when it resumes.

        Those that say by which clock they go are not moved by that, but follow the surroundings.
        """

    def correct(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        path: tuple[str, ...],
        value: Any,
        surroundings: Surroundings,
    ) -> Step:
        """Set the variable at `path` (names of contexts inside each other), wherever the case holds it.

        Everything that stands in the case sees the value from then on; conditional events that become true
        by it happen. `StepRefused` where the path leads through something that is no context, or for a value
        that no variable can hold; a case that it would leave stuck is `STUCK`, and as it was.
        """

    def move(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        source: str,
        target: str,
        surroundings: Surroundings,
    ) -> Step:
        """Take the token that stands at the element `source` to `target` beside it, and go on there.

        What is open inside `source` and on its edge is closed; the variables stay. `StepRefused` where no
        token, or more than one, stands at `source`, or where nothing can be begun at `target`; a case that it
        would leave stuck is `STUCK`, and as it was.
        """

    def ways(self, definition: Definition, snapshot: bytes) -> Mapping[str, tuple[str, ...]]:
        """Where `move` finds a token: the elements, each with those that it would be taken to.

        Whether the case can go on from there is known only once it is tried.
        """

    def variables(self, definition: Definition, snapshot: bytes) -> Variables:
        """The variables of the process, as they are now."""

    def decision_inputs(
        self, definition: Definition, snapshot: bytes, *, decision_id: str, surroundings: Surroundings
    ) -> Variables:
        """What a decision would be given if it were taken now: the data of the process, by name.

        The input mapping of the first business rule task that takes the decision comes over them, if there is
        one. Nothing changes. `StepRefused` if the mapping asks for too much.
        """

    def marks(self, definition: Definition, snapshot: bytes) -> Marks:
        """Which elements are completed and which active, for drawing the diagram."""
