"""Reads the contents of processes and sub-processes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from engine.bpmn.activities import ACTIVITIES, BODIES, read_activity
from engine.bpmn.declarations import Declarations, unprefixed
from engine.bpmn.findings import Place
from engine.bpmn.model import AdHoc, Body, CompensationTrigger, Flow, Node
from engine.bpmn.nodes import EVENTS, GATEWAYS, read_event, read_gateway
from engine.bpmn.xml import BPMN, child, children, flag, local, text
from engine.runtime.expressions import read_expression
from engine.runtime.limits import Limits

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
    }
)
"""Children of a process or sub-process that are read elsewhere, or that only people read."""


GLOBAL_TASKS = (
    "globalTask",
    "globalUserTask",
    "globalManualTask",
    "globalScriptTask",
    "globalBusinessRuleTask",
)
"""Tasks that stand beside the processes, to be called by call activities."""


@dataclass(kw_only=True)
class BodyReader:
    """Reads one file's processes; `bodies` fills up with them and with every sub-process inside."""

    declarations: Declarations
    limits: Limits
    bodies: dict[str, Body] = field(default_factory=dict)
    seen: dict[str, Place] = field(default_factory=dict)

    def read(self, element: etree._Element, depth: int = 0) -> None:
        """Read a process or sub-process and what is nested in it."""
        place = self.declarations.place(element)
        if depth > self.limits.nesting:
            reason = f"Sub-processes are nested more than {self.limits.nesting} deep."
            self.declarations.findings.add(place, reason, remedy="Move some into processes of their own.")
            return
        body_id = self._claimed_id(element) if depth == 0 else element.get("id")
        if body_id is None:
            return
        nodes = {node.id: self._tied(node) for node in self._nodes(element, depth)}
        self.bodies[body_id] = Body(
            id=body_id,
            kind=local(element),
            name=element.get("name") or "",
            place=place,
            nodes=nodes,
            flows=tuple(self._flows(element)),
            triggered_by_event=flag(element, "triggeredByEvent", default=False),
            executable=flag(element, "isExecutable", default=True),
            ad_hoc=self._ad_hoc(element, place),
        )

    def read_global_task(self, element: etree._Element) -> None:
        """Read a global task as a process of its own that holds nothing but that task."""
        body_id = self._claimed_id(element)
        if body_id is None:
            return
        kind = local(element).removeprefix("global")
        place = self.declarations.place(element)
        task = read_activity(element, body_id, self.declarations, kind=kind[0].lower() + kind[1:])
        self.bodies[body_id] = Body(
            id=body_id, kind="process", name=task.name, place=place, nodes={body_id: task}, flows=()
        )

    def _nodes(self, body: etree._Element, depth: int) -> Iterator[Node]:
        for element in body.iterchildren(f"{{{BPMN}}}*"):
            kind = local(element)
            reader = _reader(kind)
            if reader is None:
                self._unknown(element, kind)
                continue
            element_id = self._claimed_id(element)
            if element_id is None:
                continue
            self._check_parts(element)
            yield reader(element, element_id, self.declarations)
            if kind in BODIES:
                self.read(element, depth + 1)

    def _tied(self, node: Node) -> Node:
        """A compensation event with the activity that its association points to."""
        if node.kind != "boundaryEvent" or not node.has(CompensationTrigger):
            return node
        return replace(node, compensated_by=self.declarations.handlers.get(node.id))

    def _unknown(self, element: etree._Element, kind: str) -> None:
        if kind in WITHOUT_EFFECT or kind == "sequenceFlow":
            return
        reason = f"The element {kind} does not run."
        self.declarations.findings.add(
            self.declarations.place(element), reason, remedy="Draw it with other elements."
        )

    def _check_parts(self, element: etree._Element) -> None:
        for name in ("complexBehaviorDefinition", "implicitThrowEvent"):
            if child(element, name) is not None:
                self._unknown(element, name)

    def _claimed_id(self, element: etree._Element) -> str | None:
        """The id of an element, once: none and a repeated one are noted."""
        element_id, place = element.get("id"), self.declarations.place(element)
        if not element_id:
            reason = f"A {local(element)} has no id."
            self.declarations.findings.add(place, reason, remedy="Give every element an id.")
            return None
        if element_id in self.seen:
            reason = f"The id {element_id!r} is already used at {self.seen[element_id]}."
            self.declarations.findings.add(place, reason, remedy="Give every element its own id.")
            return None
        self.seen[element_id] = place
        return element_id

    def _flows(self, body: etree._Element) -> Iterator[Flow]:
        for element in children(body, "sequenceFlow"):
            place, flow_id = self.declarations.place(element), self._claimed_id(element)
            source, target = element.get("sourceRef"), element.get("targetRef")
            if not source or not target:
                missing = "sourceRef" if not source else "targetRef"
                reason = f"The sequence flow has no {missing}."
                self.declarations.findings.add(place, reason, remedy="Connect both its ends.")
                continue
            if flow_id is None:
                continue
            condition = text(child(element, "conditionExpression"))
            yield Flow(
                id=flow_id,
                source=unprefixed(source),
                target=unprefixed(target),
                condition=read_expression(
                    condition, place=place, findings=self.declarations.findings, what="condition"
                )
                if condition
                else None,
                place=place,
            )

    def _ad_hoc(self, element: etree._Element, place: Place) -> AdHoc | None:
        if local(element) != "adHocSubProcess":
            return None
        completion = text(child(element, "completionCondition"))
        return AdHoc(
            sequential=element.get("ordering") == "Sequential",
            completion=read_expression(
                completion, place=place, findings=self.declarations.findings, what="completion condition"
            )
            if completion
            else None,
            cancel_remaining=flag(element, "cancelRemainingInstances", default=True),
        )


def _reader(kind: str) -> Callable[[etree._Element, str, Declarations], Node] | None:
    if kind in ACTIVITIES:
        return read_activity
    if kind in EVENTS:
        return read_event
    if kind in GATEWAYS:
        return read_gateway
    return None
