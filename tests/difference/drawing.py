"""A diagram as the generator draws it: processes of nodes and flows, before any of it is XML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

ACTIVITIES = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "receiveTask",
        "subProcess",
        "transaction",
        "callActivity",
    }
)


@dataclass(frozen=True)
class Condition:
    """Whether the variable `name` is above a number, or is not; nothing is no number and is not above."""

    name: str
    limit: int
    is_above: bool = True

    def holds(self, values: Mapping[str, object]) -> bool:
        """Whether it is true of these variables."""
        value = values.get(self.name)
        return (isinstance(value, int) and value > self.limit) is self.is_above

    @property
    def text(self) -> str:
        """The same in FEEL, deciding a variable that is null too."""
        if self.is_above:
            return f"={self.name} != null and {self.name} > {self.limit}"
        return f"={self.name} = null or {self.name} <= {self.limit}"


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """What an event catches or throws.

    `name` is that of the message, signal or link, or the code of the error or escalation (empty: any).
    `seconds` and `times` are a timer's: how long, and how often. `activity` is what a compensation undoes
    (None: all).
    """

    kind: str
    name: str = ""
    seconds: int = 0
    times: int = 1
    condition: Condition | None = None
    activity: str | None = None


@dataclass(frozen=True, kw_only=True)
class Loop:
    """How an activity repeats.

    `parallel` and `sequential` are over `count` items, `standard` up to `count` times. `enough` instances
    complete a multi-instance activity (None: all); with `collects` the variable of that name gets ten times
    the number of each instance. A standard loop goes on while its condition holds, `tested_before` or after
    each time.
    """

    kind: str
    count: int
    enough: int | None = None
    collects: str | None = None
    condition: Condition | None = None
    tested_before: bool = False


@dataclass(kw_only=True)
class Node:
    """A flow node; `kind` is its element in BPMN.

    `writes` is the variable that its answer, its message or its script sets; a script adds one to it, or
    gives every variable in `sets` its first value. `handler` is what a compensation event on the edge leads
    to, `undoes` says that the node is such a handler. `calls` is the id of a called process.
    """

    id: str
    kind: str
    trigger: Trigger | None = None
    attached_to: str | None = None
    interrupting: bool = True
    default: str | None = None
    inner: "Scope | None" = None
    loop: Loop | None = None
    writes: str | None = None
    sets: dict[str, int] = field(default_factory=dict)
    handler: str | None = None
    undoes: bool = False
    calls: str | None = None

    @property
    def is_event_sub_process(self) -> bool:
        """Whether an event starts it."""
        return self.inner is not None and self.inner.by_event

    def waits_for(self, kind: str) -> bool:
        """Whether its event is of that kind."""
        return self.trigger is not None and self.trigger.kind == kind


@dataclass
class Flow:
    """A sequence flow between two nodes of one scope."""

    id: str
    source: str
    target: str
    condition: Condition | None = None


@dataclass(eq=False)
class Scope:
    """A process, or the inside of a sub-process; `by_event` if an event starts it."""

    id: str
    by_event: bool = False
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def outgoing(self, node_id: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == node_id]

    def incoming(self, node_id: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == node_id]

    def attached(self, node_id: str) -> list[Node]:
        """The boundary events of an activity."""
        return [node for node in self.nodes.values() if node.attached_to == node_id]

    def start(self) -> Node:
        """Its start event."""
        return next(node for node in self.nodes.values() if node.kind == "startEvent")

    def event_sub_processes(self) -> list[Node]:
        return [node for node in self.nodes.values() if node.is_event_sub_process]

    def compensator(self) -> Node | None:
        """The event sub-process that undoes the scope, where it has one of its own."""
        return next(
            (
                node
                for node in self.event_sub_processes()
                if node.inner is not None and node.inner.start().waits_for("compensation")
            ),
            None,
        )

    def inside(self) -> Iterator["Scope"]:
        """This scope and every one within it."""
        yield self
        for node in self.nodes.values():
            if node.inner is not None:
                yield from node.inner.inside()


@dataclass
class Diagram:
    """The processes of one file: the first is the one that a case runs, the others are called."""

    processes: list[Scope] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.processes[0].id

    def scopes(self) -> Iterator[Scope]:
        for process in self.processes:
            yield from process.inside()

    def nodes(self) -> Iterator[Node]:
        for scope in self.scopes():
            yield from scope.nodes.values()

    def process(self, process_id: str) -> Scope:
        return next(process for process in self.processes if process.id == process_id)
