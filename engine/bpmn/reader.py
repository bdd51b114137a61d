"""Reads the BPMN files of a definition into one model, or says everything that is wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from engine.bpmn.checks import check_model
from engine.bpmn.diagram import (
    ACTIVITIES,
    EVENTS,
    GATEWAYS,
    GLOBAL_TASKS,
    SUB_PROCESSES,
    Diagram,
    is_diagram,
    unprefixed,
)
from engine.bpmn.expressions import Findings, Place
from engine.bpmn.listeners import note_not_run, read_listeners
from engine.bpmn.model import AdHoc, CompensationTrigger, Container, Flow, Model, Node
from engine.bpmn.nodes import read_activity, read_node
from engine.bpmn.reading import Reading
from engine.bpmn.shared_parts import home_of
from engine.kernel.xml import Element, Unreadable, XmlCause, XmlLimits

WITHOUT_EFFECT = frozenset(
    {
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "laneSet",
        "textAnnotation",
        "association",
        "group",
        "category",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "dataStore",
        "ioSpecification",
        "property",
        "dataInputAssociation",
        "dataOutputAssociation",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "completionCondition",
        "auditing",
        "monitoring",
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
        "supportedInterfaceRef",
        "ioBinding",
        "correlationSubscription",
        "sequenceFlow",
    }
)
"""Children of a process or sub-process that are read elsewhere, or that only people read."""


RUN_NODES = ACTIVITIES | EVENTS | GATEWAYS


@dataclass(frozen=True, kw_only=True)
class ReadingLimits(XmlLimits):
    """What the files of one definition may ask for."""

    file_bytes: int = 8_000_000
    elements: int = 200_000
    depth: int = 256
    flow_nodes: int = 5_000
    """Flow nodes in all processes of one definition."""
    nesting: int = 40
    """Levels of sub-processes inside each other in one diagram."""


@dataclass(frozen=True, kw_only=True)
class ReadDiagram:
    """The processes and sub-processes of one file, and what in it cannot be run."""

    containers: tuple[Container, ...] = ()
    findings: tuple[str, ...] = ()


def read_diagram(file: str, content: bytes, limits: ReadingLimits) -> ReadDiagram:
    """What is in one file, by its name in the definition."""
    findings = Findings()
    try:
        diagram = Diagram.read(file, content, limits)
    except Unreadable as refusal:
        reason, remedy = _refused(refusal, limits)
        findings.add(Place(file=file, line=refusal.line), reason, remedy=remedy)
        return ReadDiagram(findings=tuple(findings.lines))
    containers = tuple(_containers(Reading(diagram=diagram, findings=findings), limits))
    return ReadDiagram(containers=containers, findings=tuple(findings.lines))


def read_model(
    files: Mapping[str, bytes],
    *,
    limits: ReadingLimits,
    findings: Findings,
    known: Mapping[str, ReadDiagram] = MappingProxyType({}),
) -> Model:
    """The processes of every diagram file; `known` are those that were read already.

    What cannot be run is noted in `findings`, and then the model must not be run.
    """
    containers: dict[str, Container] = {}
    for file in filter(is_diagram, sorted(files)):
        diagram = known.get(file) or read_diagram(file, files[file], limits)
        findings.lines.extend(diagram.findings)
        for container in diagram.containers:
            if container.id in containers:
                reason = f"The id {container.id!r} is already used at {containers[container.id].place}."
                remedy = "Give every process and sub-process of the bundle its own id."
                findings.add(container.place, reason, remedy=remedy)
                continue
            containers[container.id] = container
    processes = tuple(found.id for found in containers.values() if found.kind == "process")
    model = Model(containers=containers, process_ids=processes)
    if not findings.lines:
        check_model(model, limit=limits.flow_nodes, findings=findings)
    return model


def _refused(refusal: Unreadable, limits: XmlLimits) -> tuple[str, str]:
    found = refusal.detail
    return {
        XmlCause.BYTES: (
            f"The file has {found} bytes; at most {limits.file_bytes} are read.",
            "Split the diagram.",
        ),
        XmlCause.ELEMENTS: (
            f"The file has {found} elements; at most {limits.elements} are read.",
            "Split the diagram.",
        ),
        XmlCause.DEPTH: (
            f"The file has elements nested more than {limits.depth} deep.",
            "Split the diagram.",
        ),
        XmlCause.SYNTAX: (f"The file is not well-formed XML: {found}.", "Save it anew."),
        XmlCause.DOCTYPE: ("The file has a document type declaration.", "Remove the DOCTYPE."),
        XmlCause.ROOT: (f"Expected BPMN's definitions, found {found}.", "Export the file as BPMN 2.0."),
    }[refusal.cause]


def _containers(reading: Reading, limits: ReadingLimits) -> Iterator[Container]:
    reading.note_unknown_extensions()
    note_not_run(reading)
    reader = _ContainerReader(reading=reading, nesting=limits.nesting)
    for element in reading.diagram.root.children("process"):
        if element.flag("isExecutable"):
            reader.read(element)
    for kind in GLOBAL_TASKS:
        for element in reading.diagram.root.children(kind):
            reader.read_global_task(element)
    yield from reader.containers.values()


@dataclass(kw_only=True)
class _ContainerReader:
    """Reads one file's processes; `containers` fills up with them and with every sub-process inside."""

    reading: Reading
    nesting: int
    containers: dict[str, Container] = field(default_factory=dict)
    seen: dict[str, Place] = field(default_factory=dict)

    def read(self, element: Element, depth: int = 0) -> None:
        """Read a process or sub-process and what is nested in it."""
        if depth > self.nesting:
            reason = f"Sub-processes are nested more than {self.nesting} deep."
            self.reading.note(element, reason, remedy="Move some into processes of their own.")
            return
        container_id = self._claimed_id(element) if depth == 0 else element.get("id")
        if container_id is None:
            return
        nodes = {node.id: node for node in self._nodes(element, depth)}
        if depth == 0:
            # A shared part is called by the name of its folder, whatever id its process has.
            container_id = home_of(self.reading.diagram.file) or container_id
        self.containers[container_id] = Container(
            id=container_id,
            kind=element.kind,
            name=element.get("name") or "",
            place=self.reading.place(element),
            nodes=nodes,
            flows=tuple(self._flows(element)),
            triggered_by_event=element.flag("triggeredByEvent"),
            ad_hoc=self._ad_hoc(element) if element.kind == "adHocSubProcess" else None,
            version_tag=self.reading.attribute(element, "versionTag", "value"),
            listeners=read_listeners(element, self.reading) if element.kind == "process" else (),
        )

    def read_global_task(self, element: Element) -> None:
        """Read a global task as a process of its own that holds nothing but that task."""
        task_id = self._claimed_id(element)
        if task_id is None:
            return
        kind = element.kind.removeprefix("global")
        task = read_activity(element, task_id, self.reading, kind=kind[0].lower() + kind[1:])
        self.containers[task_id] = Container(
            id=task_id, kind="process", name=task.name, place=task.place, nodes={task_id: task}, flows=()
        )

    def _nodes(self, container: Element, depth: int) -> Iterator[Node]:
        for element in container.children():
            if element.kind in WITHOUT_EFFECT:
                continue
            if element.kind not in RUN_NODES:
                self._not_run(element)
                continue
            node_id = self._claimed_id(element)
            if node_id is None:
                continue
            for kind in ("complexBehaviorDefinition", "implicitThrowEvent"):
                if element.child(kind) is not None:
                    self._not_run(element, kind)
            yield self._with_handler(read_node(element, node_id, self.reading))
            if element.kind in SUB_PROCESSES:
                self.read(element, depth + 1)

    def _with_handler(self, node: Node) -> Node:
        """A compensation event with the activity that its association points to."""
        if node.kind != "boundaryEvent" or not node.has(CompensationTrigger):
            return node
        return replace(node, compensated_by=self.reading.compensated_by.get(node.id))

    def _not_run(self, element: Element, kind: str | None = None) -> None:
        reason = f"The element {kind or element.kind} does not run."
        self.reading.note(element, reason, remedy="Draw it with other elements.")

    def _claimed_id(self, element: Element) -> str | None:
        """The id of an element, once: none and a repeated one are noted."""
        element_id = element.get("id")
        if not element_id:
            reason = f"A {element.kind} has no id."
            self.reading.note(element, reason, remedy="Give every element an id.")
            return None
        if element_id in self.seen:
            reason = f"The id {element_id!r} is already used at {self.seen[element_id]}."
            self.reading.note(element, reason, remedy="Give every element its own id.")
            return None
        self.seen[element_id] = self.reading.place(element)
        return element_id

    def _flows(self, container: Element) -> Iterator[Flow]:
        for element in container.children("sequenceFlow"):
            flow_id = self._claimed_id(element)
            source, target = element.get("sourceRef"), element.get("targetRef")
            if not source or not target:
                missing = "sourceRef" if not source else "targetRef"
                reason = f"The sequence flow has no {missing}."
                self.reading.note(element, reason, remedy="Connect both its ends.")
            elif flow_id is not None:
                yield Flow(
                    id=flow_id,
                    source=unprefixed(source),
                    target=unprefixed(target),
                    condition=self.reading.condition(element, "conditionExpression", element, "condition"),
                    place=self.reading.place(element),
                )

    def _ad_hoc(self, element: Element) -> AdHoc:
        return AdHoc(
            sequential=element.get("ordering") == "Sequential",
            completion=self.reading.condition(
                element, "completionCondition", element, "completion condition"
            ),
            cancel_remaining=element.flag("cancelRemainingInstances", default=True),
            active=self.reading.expression(
                self.reading.attribute(element, "adHoc", "activeElementsCollection"),
                element,
                "activeElementsCollection",
            ),
        )
