"""Builds the specs of a diagram: one process spec for each process and sub-process, shared by all cases."""

from collections.abc import Mapping

from engine.spiff.diagram.model import (
    Body,
    BodyWork,
    CallWork,
    CollectionLoop,
    CompensationTrigger,
    ConditionLoop,
    DecisionWork,
    Diagram,
    Flow,
    LinkTrigger,
    MessageTrigger,
    Node,
    ScriptWork,
    SendWork,
    ServiceWork,
    UserWork,
)
from engine.spiff.specs.activities import (
    DecisionTask,
    NoneTask,
    PersonTask,
    ScriptTask,
    SendTask,
    ServiceTask,
)
from engine.spiff.specs.ad_hoc import AD_HOC, AdHocConductor
from engine.spiff.specs.body import ROOT, BodySpec, Root
from engine.spiff.specs.compensation import UNDO, CompensationThrow, Undo, UndoneSubProcess, undo_name
from engine.spiff.specs.events import (
    BoundaryEvent,
    Catching,
    Entry,
    Happened,
    ReceiveTask,
    Split,
    Throwing,
    ThrowingService,
    happened_name,
)
from engine.spiff.specs.flow_node import FlowNode, Way, started_name
from engine.spiff.specs.gateways import (
    ComplexGateway,
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    Join,
    ParallelGateway,
    Quantity,
)
from engine.spiff.specs.loops import CollectionActivity, RepeatedActivity
from engine.spiff.specs.sub_processes import (
    CallActivity,
    EventSubProcess,
    EventSubProcessStart,
    StartedProcess,
    SubProcess,
)

_GATEWAYS: Mapping[str, type[FlowNode]] = {
    "exclusiveGateway": ExclusiveGateway,
    "parallelGateway": ParallelGateway,
    "inclusiveGateway": InclusiveGateway,
    "eventBasedGateway": EventGateway,
    "complexGateway": ComplexGateway,
}


def build(diagram: Diagram, *, process_id: str) -> dict[str, BodySpec]:
    """The specs of every body, by id.

    The process that cases start also has those of the processes it may start.
    """
    bodies = {body.id: _BodyBuilder(diagram, body).build() for body in diagram.bodies.values()}
    for started in diagram.process_ids:
        if started != process_id:
            body = bodies[started]
            StartedProcess(bodies[process_id], body.start.node, name=started_name(started))
    return bodies


def message_starts(diagram: Diagram, *, process_id: str) -> dict[str, list[tuple[str, str]]]:
    """For each message, the processes it starts beside the case's own, with the start event.

    A name that is an expression starts nothing.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for started in diagram.process_ids:
        for node in diagram.bodies[started].nodes.values() if started != process_id else ():
            for trigger in node.triggers if node.kind == "startEvent" else ():
                if isinstance(trigger, MessageTrigger) and isinstance(trigger.name, str):
                    found.setdefault(trigger.name, []).append((started, node.id))
    return found


class _BodyBuilder:
    """Builds one body: the specs of its nodes, then the ways between them."""

    def __init__(self, diagram: Diagram, body: Body) -> None:
        self._diagram = diagram
        self._body = body
        self._spec = BodySpec(body)
        self._outgoing: dict[str, list[Flow]] = {}
        self._incoming: dict[str, list[Flow]] = {}
        self._catches: dict[str, list[str]] = {}
        for flow in body.flows:
            self._outgoing.setdefault(flow.source, []).append(flow)
            self._incoming.setdefault(flow.target, []).append(flow)
        self._compensator: str | None = None
        self._boundaries: dict[str, list[Node]] = {}
        for node in body.nodes.values():
            if node.kind == "boundaryEvent" and not _compensates(node):
                self._boundaries.setdefault(node.attached_to or "", []).append(node)
        self._handlers = {
            node.attached_to or "": node.compensated_by or ""
            for node in body.nodes.values()
            if node.kind == "boundaryEvent" and _compensates(node)
        }

    def build(self) -> BodySpec:
        """The finished spec."""
        for node in self._body.nodes.values():
            self._add(node)
        if self._body.ad_hoc is not None:
            AdHocConductor(self._spec, self._itself(), self._body.ad_hoc, beginnings=self._beginnings())
        Undo(self._spec, self._itself(), name=UNDO)
        for spec in self._spec.task_specs.values():
            spec.ways = self._ways(spec)
            if spec.node.id in self._handlers:
                spec.compensated_by = self._entrance(self._handlers[spec.node.id])
            if isinstance(spec, Join):
                spec.incoming = tuple(flow.id for flow in self._incoming.get(spec.node.id, ()))
            if isinstance(spec, InclusiveGateway):
                spec.reached_from = {
                    flow.id: self._reached_from(flow) for flow in self._incoming.get(spec.node.id, ())
                }
        self._add_root()
        return self._spec

    def _add(self, node: Node) -> None:
        if node.kind in _GATEWAYS:
            _GATEWAYS[node.kind](self._spec, node)
        elif node.kind == "startEvent":
            Entry(self._spec, node)
        elif node.kind == "intermediateCatchEvent":
            self._add_catching(node)
        elif node.kind == "boundaryEvent":
            self._add_boundary(node)
        elif node.kind in {"intermediateThrowEvent", "endEvent"}:
            self._add_throwing(node)
        elif isinstance(node.work, BodyWork) and self._diagram.is_event_sub_process(node):
            self._add_event_sub_process(node, node.work)
        else:
            self._add_activity(node)

    def _add_throwing(self, node: Node) -> None:
        if isinstance(node.work, ServiceWork):
            ThrowingService(self._spec, node, node.work)
        elif _compensates(node):
            CompensationThrow(self._spec, node)
        else:
            Throwing(self._spec, node)

    def _add_catching(self, node: Node) -> None:
        if any(isinstance(trigger, LinkTrigger) for trigger in node.triggers):
            FlowNode(self._spec, node)
            return
        if len(node.triggers) > 1:
            gateway = EventGateway(self._spec, node, name=f"{node.id} (any)")
            gateway.drawn = False
        names = [node.id, *(f"{node.id} ({number})" for number in range(2, len(node.triggers) + 1))]
        for name, trigger in zip(names, node.triggers, strict=True):
            Catching(self._spec, node, trigger=trigger, name=name)
        self._catches[node.id] = names

    def _add_boundary(self, node: Node) -> None:
        if _compensates(node):
            return
        names = [node.id, *(f"{node.id} ({number})" for number in range(2, len(node.triggers) + 1))]
        for name, trigger in zip(names, node.triggers, strict=True):
            BoundaryEvent(self._spec, node, trigger=trigger, name=name)
        Happened(self._spec, node, name=happened_name(node))
        self._catches[node.id] = names

    def _add_event_sub_process(self, node: Node, work: BodyWork) -> None:
        inner = self._diagram.bodies[work.body]
        start = next(part for part in inner.nodes.values() if part.kind == "startEvent")
        EventSubProcess(self._spec, node, work)
        if _compensates(start):
            self._compensator = node.id
            self._catches[node.id] = []
            return
        names = [f"{node.id} (start {number})" for number in range(1, len(start.triggers) + 1)]
        for name, trigger in zip(names, start.triggers, strict=True):
            EventSubProcessStart(self._spec, start, trigger=trigger, name=name).leads_to = node.id
        self._catches[node.id] = names

    def _add_activity(self, node: Node) -> None:
        instance = f"{node.id} (instance)"
        if node.loop is not None:
            self._add_single(node, instance).drawn = False
        if isinstance(node.loop, CollectionLoop):
            CollectionActivity(self._spec, node, node.loop, instance=instance)
        elif isinstance(node.loop, ConditionLoop):
            RepeatedActivity(self._spec, node, node.loop, instance=instance)
        else:
            self._add_single(node, node.id)
        if isinstance(node.work, BodyWork):
            UndoneSubProcess(self._spec, node, node.work, name=undo_name(node.id))
        if node.start_quantity > 1:
            Quantity(self._spec, node, name=f"{node.id} (quantity)")
        if node.id in self._boundaries:
            split = Split(self._spec, node, name=f"{node.id} (split)")
            events = [name for event in self._boundaries[node.id] for name in self._boundary_names(event)]
            split.leads_to = (node.id, *events)

    def _boundary_names(self, event: Node) -> list[str]:
        return [event.id, *(f"{event.id} ({number})" for number in range(2, len(event.triggers) + 1))]

    def _add_single(self, node: Node, name: str) -> FlowNode:
        if node.kind == "receiveTask":
            return ReceiveTask(self._spec, node, trigger=node.triggers[0], name=name)
        return self._add_worked(node, name)

    def _add_worked(self, node: Node, name: str) -> FlowNode:
        match node.work:
            case UserWork() as work:
                return PersonTask(self._spec, node, work, name=name)
            case ServiceWork() as work:
                return ServiceTask(self._spec, node, work, name=name)
            case ScriptWork() as work:
                return ScriptTask(self._spec, node, work, name=name)
            case DecisionWork() as work:
                return DecisionTask(self._spec, node, work, name=name)
            case SendWork() as work:
                return SendTask(self._spec, node, work, name=name)
            case CallWork() as work:
                return CallActivity(self._spec, node, work, name=name)
            case BodyWork() as work:
                return SubProcess(self._spec, node, work, name=name)
            case None:
                return NoneTask(self._spec, node, name=name)

    def _ways(self, spec: FlowNode) -> tuple[Way, ...]:
        if not self._leaves_by_flows(spec):
            return ()
        link = next(
            (trigger.name for trigger in spec.node.triggers if isinstance(trigger, LinkTrigger)), None
        )
        if link is not None and spec.node.kind == "intermediateThrowEvent":
            caught = next(
                node
                for node in self._body.nodes.values()
                if node.kind == "intermediateCatchEvent" and _caught(node, link)
            )
            return (Way(flow_id=link, condition=None, leads_to=caught.id, is_default=False),)
        if isinstance(spec, Quantity):
            split = f"{spec.node.id} (split)"
            return (_way(split if split in self._spec.task_specs else spec.node.id),)
        if spec.name.endswith(" (any)"):
            return tuple(_way(name) for name in self._catches[spec.node.id])
        return tuple(
            Way(
                flow_id=flow.id,
                condition=flow.condition,
                leads_to=name,
                is_default=flow.id == spec.node.default_flow,
            )
            for flow in self._outgoing.get(spec.node.id, ())
            for name in self._targets(spec, flow)
        )

    def _targets(self, source: FlowNode, flow: Flow) -> list[str]:
        if isinstance(source, EventGateway) and flow.target in self._catches:
            return self._catches[flow.target]
        return [self._entrance(flow.target)]

    def _entrance(self, node_id: str) -> str:
        """Where a flow to a node leads: to what stands before it, if anything does."""
        for name in (f"{node_id} (quantity)", f"{node_id} (split)", f"{node_id} (any)"):
            if name in self._spec.task_specs:
                return name
        return node_id

    def _leaves_by_flows(self, spec: FlowNode) -> bool:
        """Instances of loops, waiting boundary events and their like leave by no flows."""
        if isinstance(spec, Split | BoundaryEvent | EventSubProcessStart | UndoneSubProcess):
            return False
        return not spec.name.endswith(" (instance)")

    def _add_root(self) -> None:
        root = Root(self._spec, self._itself(), name=ROOT)
        root.compensator = self._compensator
        root.leads_to = (AD_HOC,) if self._body.ad_hoc is not None else tuple(self._beginnings())
        root.opens = tuple(
            name
            for node in self._body.nodes.values()
            if self._diagram.is_event_sub_process(node)
            for name in self._catches[node.id]
        )
        self._spec.start = root

    def _itself(self) -> Node:
        """The body as a node, for the specs that no element of it stands for."""
        return Node(id=self._body.id, kind=self._body.kind, name=self._body.name, place=self._body.place)

    def _beginnings(self) -> list[str]:
        """The plain start event, else the first with an event: whoever starts it knows that it happened.

        Without any start event, everything that nothing leads to.
        """
        starts = [node for node in self._body.nodes.values() if node.kind == "startEvent"]
        if self._body.triggered_by_event:
            return [node.id for node in starts]
        if starts:
            plain = [node.id for node in starts if not node.triggers]
            return plain or [starts[0].id]
        return [self._entrance(node.id) for node in self._body.nodes.values() if self._begins(node)]

    def _begins(self, node: Node) -> bool:
        if node.id in self._incoming or node.for_compensation or node.kind == "boundaryEvent":
            return False
        caught_link = node.kind == "intermediateCatchEvent" and any(
            isinstance(part, LinkTrigger) for part in node.triggers
        )
        return not caught_link and not self._diagram.is_event_sub_process(node)

    def _reached_from(self, flow: Flow) -> frozenset[str]:
        """The nodes from which a flow can be reached without passing the gateway it leads to."""
        seen = {flow.source}
        ahead = [flow.source] if flow.source != flow.target else []
        while ahead:
            node = self._body.nodes[ahead.pop()]
            for before in self._before(node):
                if before not in seen and before != flow.target:
                    seen.add(before)
                    ahead.append(before)
        return frozenset(seen)

    def _before(self, node: Node) -> list[str]:
        sources = [flow.source for flow in self._incoming.get(node.id, ())]
        if node.attached_to is not None:
            sources.append(node.attached_to)
        for trigger in node.triggers:
            if isinstance(trigger, LinkTrigger) and node.kind == "intermediateCatchEvent":
                sources += [
                    part.id
                    for part in self._body.nodes.values()
                    if part is not node and _caught(part, trigger.name)
                ]
        return sources


def _way(name: str) -> Way:
    return Way(flow_id=name, condition=None, leads_to=name, is_default=False)


def _compensates(node: Node) -> bool:
    return any(isinstance(trigger, CompensationTrigger) for trigger in node.triggers)


def _caught(node: Node, link: str) -> bool:
    return any(isinstance(trigger, LinkTrigger) and trigger.name == link for trigger in node.triggers)
