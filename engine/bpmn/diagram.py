"""A BPMN file as it is drawn: its scopes, nodes, flows and event definitions over the elements of the file.

Nothing is repaired and nothing is left out: a flow without an end, a node without an id and a duplicate are
all here, so that a rule can speak of them. Every part keeps its element, which knows its line.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self, TypeVar

from engine.bpmn.dialect import EMBEDDED_FORM, EXTENSIONS, MODELER_NOTES
from engine.kernel.xml import Element, Unreadable, XmlCause, XmlLimits, read

Key = TypeVar("Key")
Part = TypeVar("Part")

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
"""The namespace of the extension elements, which are those of Zeebe."""

XSI = "http://www.w3.org/2001/XMLSchema-instance"

_ZEEBE_PREFIX = f"{{{ZEEBE}}}"

FILE_ENDINGS = (".bpmn", ".bpmn20.xml", ".bpmn2")

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
GLOBAL_TASKS = (
    "globalTask",
    "globalUserTask",
    "globalManualTask",
    "globalScriptTask",
    "globalBusinessRuleTask",
)
"""Tasks that stand beside the processes, to be called by call activities."""
RESOURCE_ROLES = ("resourceRole", "performer", "humanPerformer", "potentialOwner")
"""BPMN's own words for who does an activity; the dialect has an extension element for it."""
CATCHING_EVENTS = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
THROWING_EVENTS = frozenset({"intermediateThrowEvent", "endEvent"})
EVENTS = CATCHING_EVENTS | THROWING_EVENTS
CHOREOGRAPHY_ACTIVITIES = frozenset({"choreographyTask", "subChoreography", "callChoreography"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS | CHOREOGRAPHY_ACTIVITIES
DATA = ("dataObject", "dataObjectReference", "dataStoreReference", "property", "dataInput", "dataOutput")
"""Elements that stand for data in a process; each is the variable of its name."""

EVENT_DEFINITIONS = {
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

_ENGINE_MAKERS = ("camunda.org", "activiti.org", "flowable.org", "jboss.org", "drools", "spiffworkflow.org")
"""What the namespaces of engines' extensions have in them."""


def is_diagram(file: str) -> bool:
    """Whether a file holds a diagram, by its name: the one place that knows the endings."""
    return file.lower().endswith(FILE_ENDINGS)


def unprefixed(reference: str | None) -> str:
    """The id in a reference, which may stand behind a namespace prefix; empty for none."""
    return (reference or "").strip().rpartition(":")[2]


def content_of(element: Element | None) -> str:
    """The text in an element; empty where there is no element."""
    return "" if element is None else element.content


def extension(element: Element, kind: str) -> Element | None:
    """The extension element of that kind on a BPMN element."""
    container = element.child("extensionElements", namespace=BPMN)
    return None if container is None else container.child(kind, namespace=ZEEBE)


def extension_pairs(element: Element, container: str, entry: str, *, key: str) -> dict[str, str]:
    """The entries of an extension element that lists pairs: headers by `key`, properties by `name`."""
    listed = extension(element, container)
    parts = () if listed is None else listed.children(entry)
    return {part.get(key, ""): part.get("value", "") for part in parts}


def property_of(element: Element, name: str) -> str | None:
    """The value of the extension property of that name on a BPMN element; None where it has none."""
    listed = extension(element, "properties")
    parts = () if listed is None else listed.children("property")
    return next((part.get("value", "") for part in parts if part.get("name") == name), None)


def mappings(element: Element, direction: str) -> list[Element]:
    """The `input` or `output` mappings of an element."""
    mapping = extension(element, "ioMapping")
    return [] if mapping is None else mapping.children(direction)


def asked_version(called: Element) -> str | None:
    """The version tag that a reference to a process, decision or form asks for; None where it asks for none.

    Empty where it asks for one and does not say which.
    """
    return called.get("versionTag", "") if called.get("bindingType") == "versionTag" else None


def form_of(element: Element) -> str | None:
    """The id of the form that a task or a start event names, in the files or in the process itself."""
    form = extension(element, "formDefinition")
    if form is None:
        return None
    key: str | None = form.get("formId") or form.get("formKey") or form.get("externalReference")
    return key.removeprefix(EMBEDDED_FORM) if key else None


def nearest_id(element: Element) -> str | None:
    """The id of the element, or of the nearest around it that has one."""
    own: str | None = element.get("id")
    return own or next((around.get("id") for around in element.ancestors() if around.get("id")), None)


@dataclass(frozen=True, eq=False)
class EventDefinition:
    """What sets an event off, or follows from it. `shared` says that the event only refers to it."""

    element: Element
    kind: str
    shared: bool


@dataclass(frozen=True, eq=False)
class DrawnNode:
    """A flow node: an activity, a gateway or an event. `kind` is the name of its element."""

    element: Element
    kind: str
    definitions: tuple[EventDefinition, ...]

    @property
    def id(self) -> str:
        """The id, or where it stands if it has none."""
        return self.element.get("id") or f"{self.kind}@{self.element.line}"

    def has(self, *kinds: str) -> bool:
        """Whether one of its event definitions is of one of these kinds."""
        return any(definition.kind in kinds for definition in self.definitions)

    @property
    def is_event_sub_process(self) -> bool:
        """Whether it is a sub-process that an event starts, and no flow."""
        return self.kind in SUB_PROCESSES and self.element.flag("triggeredByEvent")

    @property
    def is_compensation_handler(self) -> bool:
        """Whether it is an activity that runs only to undo another."""
        return self.kind in ACTIVITIES and self.element.flag("isForCompensation")

    @property
    def instantiates(self) -> bool:
        """Whether it is a receive task or a gateway that begins the process, without a start event."""
        return self.kind in {"receiveTask", "eventBasedGateway"} and self.element.flag("instantiate")

    @property
    def interrupts(self) -> bool:
        """For a boundary event or an event sub-process's start: whether what it interrupts is stopped."""
        name = "cancelActivity" if self.kind == "boundaryEvent" else "isInterrupting"
        return self.element.flag(name, default=True)


@dataclass(frozen=True, eq=False)
class DrawnFlow:
    """A sequence flow; `source` and `target` are None where the reference names no flow node of the file."""

    element: Element
    source: DrawnNode | None
    target: DrawnNode | None

    @property
    def id(self) -> str:
        """The id, or where it stands if it has none."""
        return self.element.get("id") or f"sequenceFlow@{self.element.line}"

    @property
    def condition(self) -> Element | None:
        """The condition it is taken on, if it has one."""
        return self.element.child("conditionExpression")


def _grouped(pairs: Iterable[tuple[Key, Part]]) -> Mapping[Key, tuple[Part, ...]]:
    found: dict[Key, list[Part]] = defaultdict(list)
    for key, part in pairs:
        found[key].append(part)
    return {key: tuple(parts) for key, parts in found.items()}


class DrawnScope:
    """A process or a sub-process: the nodes and flows directly inside it."""

    def __init__(self, element: Element, parent: "DrawnScope | None", diagram: "Diagram") -> None:
        self.element = element
        self.kind = element.kind
        self.parent = parent
        self.executable: bool = parent.executable if parent else element.flag("isExecutable")
        children = element.children()
        self.nodes = tuple(node for part in children if (node := diagram.node(part)) is not None)
        self.flows = tuple(
            DrawnFlow(
                part, diagram.node_named(part.get("sourceRef")), diagram.node_named(part.get("targetRef"))
            )
            for part in children
            if part.kind == "sequenceFlow"
        )
        self._incoming = _grouped((flow.target, flow) for flow in self.flows)
        self._outgoing = _grouped((flow.source, flow) for flow in self.flows)
        self._attached = _grouped((e.element.get("attachedToRef"), e) for e in self.of("boundaryEvent"))

    @property
    def id(self) -> str:
        """The id, or where it stands if it has none."""
        return self.element.get("id") or f"{self.kind}@{self.element.line}"

    @property
    def is_event_sub_process(self) -> bool:
        """Whether an event starts it, and no flow."""
        return self.kind in SUB_PROCESSES and self.element.flag("triggeredByEvent")

    def incoming(self, node: DrawnNode) -> tuple[DrawnFlow, ...]:
        """The flows that lead to a node, from wherever they come."""
        return self._incoming.get(node, ())

    def outgoing(self, node: DrawnNode) -> tuple[DrawnFlow, ...]:
        """The flows that leave a node, wherever they lead."""
        return self._outgoing.get(node, ())

    def of(self, *kinds: str) -> Iterator[DrawnNode]:
        """Its nodes of these kinds."""
        return (node for node in self.nodes if node.kind in kinds)

    def attached(self, activity: DrawnNode) -> tuple[DrawnNode, ...]:
        """The boundary events attached to an activity."""
        return self._attached.get(activity.element.get("id") or "", ())


class Diagram:
    """One BPMN file: its elements by name and by id, and its scopes from the outside in."""

    def __init__(self, file: str, root: Element) -> None:
        self.file = file
        self.root = root
        self._elements = list(root.within())

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[Element, ...]]:
        return _grouped((element.kind, element) for element in self._elements)

    @cached_property
    def _by_id(self) -> Mapping[str, tuple[Element, ...]]:
        return _grouped((identifier, one) for one in self._elements if (identifier := one.get("id")))

    @classmethod
    def read(cls, file: str, content: bytes, limits: XmlLimits) -> Self:
        """The diagram of a file; `Unreadable` for what is not XML that is read here, and what is not BPMN."""
        root = read(content, limits)
        if root.tag != f"{{{BPMN}}}definitions":
            raise Unreadable(XmlCause.ROOT, line=root.line, detail=root.tag)
        return cls(file, root)

    @cached_property
    def _nodes(self) -> Mapping[Element, DrawnNode]:
        return {
            element: DrawnNode(element, element.kind, tuple(self._definitions_of(element)))
            for element in self.elements(*FLOW_NODES)
        }

    @cached_property
    def _scope_of(self) -> Mapping[DrawnNode, DrawnScope]:
        return {node: scope for scope in self.scopes for node in scope.nodes}

    def _definitions_of(self, event: Element) -> Iterator[EventDefinition]:
        for part in event.children():
            if part.kind in EVENT_DEFINITIONS:
                yield EventDefinition(part, EVENT_DEFINITIONS[part.kind], shared=False)
            elif part.kind == "eventDefinitionRef":
                shared = self.named(unprefixed(part.content))
                if shared is not None and shared.kind in EVENT_DEFINITIONS:
                    yield EventDefinition(shared, EVENT_DEFINITIONS[shared.kind], shared=True)

    @cached_property
    def scopes(self) -> tuple[DrawnScope, ...]:
        """Its processes and sub-processes, each after the one it is in."""
        found: list[DrawnScope] = []
        waiting: list[tuple[Element, DrawnScope | None]] = [
            (process, None) for process in reversed(self.root.children("process"))
        ]
        while waiting:
            element, parent = waiting.pop()
            scope = DrawnScope(element, parent, self)
            found.append(scope)
            waiting.extend((node.element, scope) for node in reversed(list(scope.of(*SUB_PROCESSES))))
        return tuple(found)

    def elements(self, *kinds: str) -> Iterator[Element]:
        """BPMN's elements of these kinds, kind by kind, each in the order of the file."""
        return (element for kind in kinds for element in self._by_name.get(kind, ()))

    @cached_property
    def _extensions(self) -> tuple[Element, ...]:
        return tuple(self.root.within(namespace=ZEEBE))

    def extensions(self, *kinds: str) -> Iterator[Element]:
        """The extension elements of these kinds, or all, in the order of the file."""
        return (element for element in self._extensions if not kinds or element.kind in kinds)

    @cached_property
    def embedded_forms(self) -> Mapping[str, Element]:
        """The forms that are written in a process itself, as form-js JSON in the text of the element."""
        return {form.get("id", ""): form for form in self.extensions("userTaskForm")}

    def unknown_extensions(self) -> Iterator[tuple[Element, str | None, str | None]]:
        """What the dialect does not know: an element by its kind, or an attribute with the kind it is on.

        An attribute on an element that is no extension has no kind.
        """
        for element in self.extensions():
            if element.kind not in EXTENSIONS:
                yield element, element.kind, None
                continue
            for name in map(str, element.attrib):
                if name not in EXTENSIONS[element.kind]:
                    yield element, element.kind, name
        for element in self.root.having_attributes_of(ZEEBE):
            for name in map(str, element.attrib):
                note = name.removeprefix(_ZEEBE_PREFIX)
                if element.namespace != ZEEBE and note != name and note not in MODELER_NOTES:
                    yield element, None, note

    def named(self, identifier: str | None) -> Element | None:
        """The BPMN element with an id, the first if there are several."""
        return self._by_id.get(identifier or "", (None,))[0]

    def duplicates(self) -> Iterator[tuple[Element, Element]]:
        """Each BPMN element whose id an earlier one has, with that earlier one."""
        for first, *others in self._by_id.values():
            for other in others:
                yield other, first

    def referred(self, reference: str | None) -> Element | None:
        """What a reference in this file names: an id, perhaps behind a namespace prefix."""
        if not reference:
            return None
        named = self.named(reference)
        return named if named is not None else self.named(reference.rpartition(":")[2])

    def is_foreign(self, reference: str) -> bool:
        """Whether the prefix of a reference stands for another file's namespace."""
        prefix, colon, _ = reference.partition(":")
        own = self.root.get("targetNamespace")
        return bool(colon) and self.root.nsmap.get(prefix, own) != own

    def node(self, element: Element | None) -> DrawnNode | None:
        """The flow node of an element, None if it is something else."""
        return None if element is None else self._nodes.get(element)

    def node_named(self, reference: str | None) -> DrawnNode | None:
        """The flow node that the end of a flow names."""
        return self.node(self.named((reference or "").rpartition(":")[2]))

    def scope_of(self, node: DrawnNode) -> DrawnScope | None:
        """The scope that a node is directly inside; None for a node where none may be."""
        return self._scope_of.get(node)

    @property
    def nodes(self) -> Iterable[DrawnNode]:
        """Every flow node of the file."""
        return self._nodes.values()

    @property
    def processes(self) -> Iterator[DrawnScope]:
        """The processes of the file."""
        return (scope for scope in self.scopes if scope.parent is None)

    @property
    def is_plain(self) -> bool:
        """Whether the file has no engine's extension elements, and so says everything in BPMN's own words."""
        return not any(
            maker in (space or "") for space in self.root.nsmap.values() for maker in _ENGINE_MAKERS
        )

    def is_executable(self, element: Element) -> bool:
        """Whether the element stands in a process that is marked as executable."""
        return any(
            around.kind == "process" and around.flag("isExecutable")
            for around in (element, *element.ancestors())
        )
