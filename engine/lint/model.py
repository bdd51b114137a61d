"""The diagram as the rules see it: scopes, nodes, flows and event triggers over the XML they were read from.

Nothing is repaired and nothing is left out: a flow without an end, a node without an id and a duplicate are
all here, so that a rule can speak of them. Every part keeps its XML element, which knows its line.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from engine import feel
from engine.lint import xml
from engine.lint.xml import Element

TASKS = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
    }
)
SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SUB_PROCESSES | {"callActivity"}
GATEWAYS = frozenset(
    {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway"}
)
GLOBAL_TASKS = frozenset(
    {"globalTask", "globalBusinessRuleTask", "globalManualTask", "globalScriptTask", "globalUserTask"}
)
CATCHING_EVENTS = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
THROWING_EVENTS = frozenset({"intermediateThrowEvent", "endEvent"})
EVENTS = CATCHING_EVENTS | THROWING_EVENTS
CHOREOGRAPHY_ACTIVITIES = frozenset({"choreographyTask", "subChoreography", "callChoreography"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS | CHOREOGRAPHY_ACTIVITIES

ENGINE_MAKERS = ("camunda.org", "activiti.org", "flowable.org", "jboss.org", "drools", "spiffworkflow.org")
"""What the namespaces of engines' extensions have in them."""

TRIGGERS = {
    "messageEventDefinition": "message",
    "timerEventDefinition": "timer",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "cancelEventDefinition": "cancel",
    "compensateEventDefinition": "compensation",
    "conditionalEventDefinition": "conditional",
    "linkEventDefinition": "link",
    "signalEventDefinition": "signal",
    "terminateEventDefinition": "terminate",
}
"""Event definitions by the name of their element, with the word for what they stand for."""


@dataclass(frozen=True, eq=False)
class Trigger:
    """What sets an event off, or follows from it. `shared` says that the event only refers to it."""

    element: Element
    kind: str
    shared: bool


@dataclass(frozen=True, eq=False)
class Node:
    """A flow node: an activity, a gateway or an event. `kind` is the name of its XML element."""

    element: Element
    kind: str
    triggers: tuple[Trigger, ...]

    @property
    def id(self) -> str:
        """The id, or where it stands if it has none."""
        return self.element.get("id") or f"{self.kind}@{xml.line(self.element)}"

    def triggered_by(self, *kinds: str) -> bool:
        """Whether one of its triggers is of one of these kinds."""
        return any(trigger.kind in kinds for trigger in self.triggers)

    @property
    def is_event_sub_process(self) -> bool:
        """Whether it is a sub-process that an event starts, and no flow."""
        return self.kind in SUB_PROCESSES and xml.flag(self.element, "triggeredByEvent", default=False)

    @property
    def is_compensation_handler(self) -> bool:
        """Whether it is an activity that runs only to undo another."""
        return self.kind in ACTIVITIES and xml.flag(self.element, "isForCompensation", default=False)

    @property
    def instantiates(self) -> bool:
        """Whether it is a receive task or a gateway that begins the process, without a start event."""
        return self.kind in {"receiveTask", "eventBasedGateway"} and xml.flag(
            self.element, "instantiate", default=False
        )

    @property
    def interrupts(self) -> bool:
        """For a boundary event or an event sub-process's start: whether what it interrupts is stopped."""
        name = "cancelActivity" if self.kind == "boundaryEvent" else "isInterrupting"
        return xml.flag(self.element, name, default=True)


@dataclass(frozen=True, eq=False)
class Flow:
    """A sequence flow; `source` and `target` are None where the reference names no flow node of the file."""

    element: Element
    source: Node | None
    target: Node | None

    @property
    def id(self) -> str:
        """The id, or where it stands if it has none."""
        return self.element.get("id") or f"sequenceFlow@{xml.line(self.element)}"

    @property
    def condition(self) -> Element | None:
        """The condition it is taken on, if it has one."""
        return xml.child(self.element, "conditionExpression")


@dataclass(frozen=True, eq=False)
class Scope:
    """A process or a sub-process: the nodes and flows directly inside it."""

    element: Element
    kind: str
    executable: bool
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    parent: "Scope | None"
    _incoming: Mapping[Node, tuple[Flow, ...]]
    _outgoing: Mapping[Node, tuple[Flow, ...]]
    _attached: Mapping[str, tuple[Node, ...]]

    @property
    def id(self) -> str:
        """The id, or where it stands if it has none."""
        return self.element.get("id") or f"{self.kind}@{xml.line(self.element)}"

    @property
    def is_event_sub_process(self) -> bool:
        """Whether an event starts it, and no flow."""
        return self.kind in SUB_PROCESSES and xml.flag(self.element, "triggeredByEvent", default=False)

    def incoming(self, node: Node) -> tuple[Flow, ...]:
        """The flows that lead to a node, from wherever they come."""
        return self._incoming.get(node, ())

    def outgoing(self, node: Node) -> tuple[Flow, ...]:
        """The flows that leave a node, wherever they lead."""
        return self._outgoing.get(node, ())

    def of(self, *kinds: str) -> Iterator[Node]:
        """Its nodes of these kinds."""
        return (node for node in self.nodes if node.kind in kinds)

    def attached(self, activity: Node) -> tuple[Node, ...]:
        """The boundary events attached to an activity."""
        return self._attached.get(activity.element.get("id", ""), ())


class Purpose(Enum):
    """What an expression is evaluated for."""

    CONDITION = "condition"
    NUMBER = "number"
    VALUE = "value"
    RESULT = "result"
    """A value computed from what an activity gave back, whose names nobody knows before."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Expression:
    """An expression of the diagram; `text` is FEEL, without the `=` that marks it in an attribute.

    Either it could be `parsed`, or `problem` says why not, with the line in the text where that is seen.
    """

    element: Element
    text: str
    purpose: Purpose
    parsed: feel.FeelExpression | None
    problem: str = ""
    problem_line: int = 1


@dataclass(frozen=True, eq=False, kw_only=True)
class Neighbourhood:
    """What the files of the procedure offer to each other.

    `files` are names without folders; `processes` and `decisions` are known by id, and so is what else can be
    called: global tasks, and shared processes of other procedures. `forms` maps an id to the variables that
    the form's fields write, `greek_options` to the ids of its fields whose options have no English label.
    `is_whole` says that the files are a procedure, with a `procedure.yaml` or forms,
    so that what is not here is missing.
    """

    files: frozenset[str]
    processes: Mapping[str, "Scope"]
    callable_elsewhere: frozenset[str]
    decisions: frozenset[str]
    forms: Mapping[str, frozenset[str]]
    greek_options: Mapping[str, tuple[str, ...]]
    main_process: str | None
    is_whole: bool


@dataclass(frozen=True, eq=False, kw_only=True)
class Diagram:
    """One BPMN file: its scopes from the outside in, its elements, its expressions and neighbours."""

    file: str
    root: Element
    scopes: tuple[Scope, ...]
    around: Neighbourhood
    variables: frozenset[str]
    """The names of the variables that its processes can have, all ways through them taken together."""
    variables_complete: bool
    """Whether no variable of another name can come in from outside."""
    expressions: tuple[Expression, ...]
    _by_name: Mapping[str, tuple[Element, ...]]
    _by_id: Mapping[str, tuple[Element, ...]]
    _nodes: Mapping[Element, Node]
    _scope_of: Mapping[Node, Scope]

    def elements(self, *names: str) -> Iterator[Element]:
        """BPMN's elements of these names, name by name, each in the order of the file."""
        return (element for name in names for element in self._by_name.get(name, ()))

    def named(self, identifier: str | None) -> Element | None:
        """The element with an id, the first if there are several."""
        return self._by_id.get(identifier, (None,))[0] if identifier else None

    def duplicates(self) -> Iterator[tuple[Element, Element]]:
        """Each BPMN element whose id an earlier one has, with that earlier one."""
        for first, *others in self._by_id.values():
            for other in others:
                yield other, first

    def referred(self, reference: str | None) -> Element | None:
        """What a reference in this file names: an id, perhaps behind a namespace prefix."""
        if not reference:
            return None
        return (
            self.named(reference)
            if self.named(reference) is not None
            else self.named(reference.rpartition(":")[2])
        )

    def is_foreign(self, reference: str) -> bool:
        """Whether the prefix of a reference stands for another file's namespace."""
        prefix, colon, _ = reference.partition(":")
        return bool(colon) and self.root.nsmap.get(prefix, self.root.get("targetNamespace")) != self.root.get(
            "targetNamespace"
        )

    def node(self, element: Element | None) -> Node | None:
        """The flow node of an element, None if it is something else."""
        return None if element is None else self._nodes.get(element)

    def scope_of(self, node: Node) -> Scope | None:
        """The scope that a node is directly inside; None for a node where none may be."""
        return self._scope_of.get(node)

    @property
    def nodes(self) -> Iterable[Node]:
        """Every flow node of the file."""
        return self._nodes.values()

    @property
    def processes(self) -> Iterator[Scope]:
        """The processes of the file."""
        return (scope for scope in self.scopes if scope.kind == "process")

    @property
    def is_plain(self) -> bool:
        """Whether the file has no engine's extension elements, and so says everything in BPMN's own words."""
        return not any(
            maker in (space or "") for space in self.root.nsmap.values() for maker in ENGINE_MAKERS
        )

    def is_executable(self, element: Element) -> bool:
        """Whether the element stands in a process that is marked as executable."""
        return any(
            xml.local(around) == "process" and xml.flag(around, "isExecutable", default=False)
            for around in (element, *xml.ancestors(element))
        )
