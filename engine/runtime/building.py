"""Builds the specs of a diagram: one process spec for each process and sub-process, shared by all cases."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from engine.bpmn.flow_graph import beginnings, links, predecessors, reached_from
from engine.bpmn.model import (
    CallWork,
    CollectionLoop,
    CompensationTrigger,
    ConditionLoop,
    Container,
    DecisionWork,
    Flow,
    LinkTrigger,
    Listener,
    Model,
    Node,
    ScriptWork,
    SendWork,
    ServiceWork,
    SubProcessWork,
    UserWork,
)
from engine.runtime.specs.activities import (
    DecisionTask,
    NoneTask,
    PersonTask,
    ScriptTask,
    SendTask,
    ServiceTaskSpec,
)
from engine.runtime.specs.compensation import UNDO, CompensationThrow, Undo, UndoneSubProcess, undo_name
from engine.runtime.specs.events import (
    BoundaryEvent,
    Catching,
    Entry,
    FirstReceiveTask,
    Happened,
    ReceiveTask,
    Split,
    Throwing,
    ThrowingService,
    happened_name,
)
from engine.runtime.specs.flow_node import (
    ComplexGateway,
    EventGateway,
    ExclusiveGateway,
    FlowNode,
    InclusiveGateway,
    Join,
    OutgoingFlow,
    ParallelGateway,
    Quantity,
    started_name,
)
from engine.runtime.specs.listeners import (
    OPENING,
    Leaving,
    ListenerTask,
    Opening,
    ProcessListenerTask,
    leaving_name,
    listener_name,
)
from engine.runtime.specs.loops import AD_HOC, AdHocActivity, CollectionActivity, RepeatedActivity
from engine.runtime.specs.sub_processes import (
    ROOT,
    CallActivity,
    ContainerSpec,
    EventSubProcess,
    EventSubProcessStart,
    Root,
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


def build(model: Model, *, process_id: str, known: Mapping[str, ContainerSpec]) -> dict[str, ContainerSpec]:
    """The specs of every container, by id; those that are `known` are shared with other definitions.

    The process that cases start also has those of the processes it may start, so it is always its own.
    """
    own = {name: one for name, one in model.containers.items() if name == process_id or name not in known}
    specs = built(own, among=model)
    containers = {name: specs.get(name) or known[name] for name in model.containers}
    for started in model.process_ids:
        if started != process_id:
            container = containers[started]
            StartedProcess(containers[process_id], container.start.node, name=started_name(started))
    return containers


def built(containers: Mapping[str, Container], *, among: Model | None = None) -> dict[str, ContainerSpec]:
    """The specs of these containers, by id; sub-processes are looked up in the model, or beside them."""
    model = among or Model(containers=containers, process_ids=())
    return {name: _ContainerBuilder(model, container).build() for name, container in containers.items()}


class _ContainerBuilder:
    """Builds one container: the specs of its nodes, then the ways between them."""

    def __init__(self, model: Model, container: Container) -> None:
        self._model = model
        self._container = container
        self._spec = ContainerSpec(container)
        self._outgoing: dict[str, list[Flow]] = {}
        self._incoming: dict[str, list[Flow]] = {}
        self._catches: dict[str, list[str]] = {}
        for flow in container.flows:
            self._outgoing.setdefault(flow.source, []).append(flow)
            self._incoming.setdefault(flow.target, []).append(flow)
        self._before = predecessors(container)
        self._caught_links = {
            link: node.id
            for node in container.nodes.values()
            if node.kind == "intermediateCatchEvent"
            for link in links(node)
        }
        self._next: dict[str, str] = {}
        self._listened_to: dict[str, str] = {}
        self._process_listeners: tuple[str | None, str | None] = (None, None)
        self._compensator: str | None = None
        self._boundaries: dict[str, list[Node]] = {}
        for node in container.nodes.values():
            if node.kind == "boundaryEvent" and not node.has(CompensationTrigger):
                self._boundaries.setdefault(node.attached_to or "", []).append(node)
        self._handlers = {
            node.attached_to or "": node.compensated_by or ""
            for node in container.nodes.values()
            if node.kind == "boundaryEvent" and node.has(CompensationTrigger)
        }

    def build(self) -> ContainerSpec:
        """The finished spec."""
        for node in self._container.nodes.values():
            self._add(node)
        if self._container.ad_hoc is not None:
            begun = {node_id: self._entrance(node_id) for node_id in self._begun_with()}
            AdHocActivity(self._spec, self._itself(), self._container.ad_hoc, beginnings=begun)
        Undo(self._spec, self._itself(), name=UNDO)
        self._add_process_listeners()
        for spec in self._spec.task_specs.values():
            spec.ways = self._ways(spec)
            spec.leads_within = spec.leads_within or spec.name in self._next
            if spec.node.id in self._handlers:
                spec.compensated_by = self._entrance(self._handlers[spec.node.id])
            if isinstance(spec, Join) and spec.name == spec.node.id:
                spec.incoming = tuple(flow.id for flow in self._incoming.get(spec.node.id, ()))
            if isinstance(spec, EventSubProcessStart):
                spec.leads_to = self._entrance(spec.leads_to)
            if isinstance(spec, InclusiveGateway):
                spec.reached_from = {
                    flow.id: reached_from(self._before, flow) for flow in self._incoming.get(spec.node.id, ())
                }
        self._add_root()
        return self._spec

    def _add(self, node: Node) -> None:
        self._add_node(node)
        if node.listeners and node.loop is None:
            self._add_listeners(node)

    def _add_node(self, node: Node) -> None:
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
        elif isinstance(node.work, SubProcessWork) and self._model.is_event_sub_process(node):
            self._add_event_sub_process(node, node.work)
        else:
            self._add_activity(node)

    def _add_throwing(self, node: Node) -> None:
        if isinstance(node.work, ServiceWork):
            ThrowingService(self._spec, node, node.work)
        elif node.has(CompensationTrigger):
            CompensationThrow(self._spec, node)
        else:
            Throwing(self._spec, node)

    def _add_catching(self, node: Node) -> None:
        if node.has(LinkTrigger):
            FlowNode(self._spec, node)
            return
        if len(node.triggers) > 1:
            gateway = EventGateway(self._spec, node, name=f"{node.id} (any)")
            gateway.drawn = False
        names = _names(node)
        for name, trigger in zip(names, node.triggers, strict=True):
            Catching(self._spec, node, trigger=trigger, name=name)
        self._catches[node.id] = names

    def _add_boundary(self, node: Node) -> None:
        if node.has(CompensationTrigger):
            return
        names = _names(node)
        for name, trigger in zip(names, node.triggers, strict=True):
            BoundaryEvent(self._spec, node, trigger=trigger, name=name)
        Happened(self._spec, node, name=happened_name(node))
        self._catches[node.id] = names

    def _add_event_sub_process(self, node: Node, work: SubProcessWork) -> None:
        inner = self._model.containers[work.container]
        start = next(part for part in inner.nodes.values() if part.kind == "startEvent")
        EventSubProcess(self._spec, node, work)
        if start.has(CompensationTrigger):
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
            single = self._add_single(node, instance)
            single.drawn = False
            single.keeps_results = (
                isinstance(node.loop, CollectionLoop) and node.loop.output_collection is not None
            )
            single.keeps_inside = single.keeps_inside or single.keeps_results
            instance = self._add_instance_listeners(node, instance)
        if isinstance(node.loop, CollectionLoop):
            CollectionActivity(self._spec, node, node.loop, instance=instance)
        elif isinstance(node.loop, ConditionLoop):
            RepeatedActivity(self._spec, node, node.loop, instance=instance)
        else:
            self._add_single(node, node.id)
        if isinstance(node.work, SubProcessWork):
            UndoneSubProcess(self._spec, node, node.work, name=undo_name(node.id))
        if node.start_quantity > 1:
            Quantity(self._spec, node, name=f"{node.id} (quantity)")
        if node.id in self._boundaries:
            split = Split(self._spec, node, name=f"{node.id} (split)")
            events = [name for event in self._boundaries[node.id] for name in _names(event)]
            split.leads_to = (node.id, *events)

    def _add_listeners(self, node: Node) -> None:
        """The listeners of a node: before what stands for it, and between it and its flows.

        Those before a gateway come when its tokens have, and before it chooses.
        """
        before, after = self._listeners(node, node.listeners)
        standing = [spec for spec in self._spec.task_specs.values() if spec.node is node and _is_left(spec)]
        if node.kind in _GATEWAYS:
            before, after = [], before
            leaving = _GATEWAYS[node.kind](self._spec, node, name=leaving_name(node.id))
            leaving.drawn = False
        else:
            leaving = Leaving(self._spec, node, name=leaving_name(node.id))
        if before:
            self._listened_to[node.id] = before[0]
            self._lead(*before, self._behind_listeners(node.id))
        if after:
            self._next.update({spec.name: after[0] for spec in standing})
            self._lead(*after, leaving.name)

    def _add_instance_listeners(self, node: Node, instance: str) -> str:
        """The listeners around each instance of a loop; what the loop makes then is the first of them."""
        before, after = self._listeners(node, node.listeners)
        for name in (*before, *after):
            listener = self._spec.task_specs[name]
            listener.keeps_results = self._spec.task_specs[instance].keeps_results
        self._lead(*before, instance, *after)
        return before[0] if before else instance

    def _add_process_listeners(self) -> None:
        before, after = self._listeners(self._itself(), self._container.listeners, ProcessListenerTask)
        if before:
            self._lead(*before, Opening(self._spec, self._itself(), name=OPENING).name)
        self._lead(*after)
        self._process_listeners = (next(iter(before), None), next(iter(after), None))

    def _listeners(
        self, node: Node, listeners: Sequence[Listener], kind: type[ListenerTask] = ListenerTask
    ) -> tuple[list[str], list[str]]:
        """The names of the specs of listeners: of those before, and of those after."""
        names: tuple[list[str], list[str]] = ([], [])
        for listener in listeners:
            found = names[0 if listener.before else 1]
            name = listener_name(node.id, len(found) + 1, before=listener.before)
            found.append(kind(self._spec, node, listener, name=name).name)
        return names

    def _lead(self, *names: str) -> None:
        """Let each lead to the next, within the same element."""
        self._next.update(pairwise(names))

    def _add_single(self, node: Node, name: str) -> FlowNode:
        if node.instantiates:
            return FirstReceiveTask(self._spec, node, name=name)
        if node.kind == "receiveTask":
            return ReceiveTask(self._spec, node, trigger=node.triggers[0], name=name)
        return self._add_worked(node, name)

    def _add_worked(self, node: Node, name: str) -> FlowNode:
        match node.work:
            case UserWork() as work:
                return PersonTask(self._spec, node, work, name=name)
            case ServiceWork() as work:
                return ServiceTaskSpec(self._spec, node, work, name=name)
            case ScriptWork() as work:
                return ScriptTask(self._spec, node, work, name=name)
            case DecisionWork() as work:
                return DecisionTask(self._spec, node, work, name=name)
            case SendWork() as work:
                return SendTask(self._spec, node, work, name=name)
            case CallWork() as work:
                return CallActivity(self._spec, node, work, name=name)
            case SubProcessWork() as work:
                return SubProcess(self._spec, node, work, name=name)
            case None:
                return NoneTask(self._spec, node, name=name)

    def _ways(self, spec: FlowNode) -> tuple[OutgoingFlow, ...]:
        if spec.name in self._next:
            return (_way(self._next[spec.name]),)
        if not self._leaves_by_flows(spec):
            return ()
        link = next(iter(links(spec.node)), None)
        if link is not None and spec.node.kind == "intermediateThrowEvent":
            return (_way(self._entrance(self._caught_links[link])),)
        if isinstance(spec, Quantity):
            return (_way(self._entrance(spec.node.id, but_quantity=True)),)
        if spec.name.endswith(" (any)"):
            return tuple(_way(name) for name in self._catches[spec.node.id])
        return tuple(
            OutgoingFlow(
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

    def _entrance(self, node_id: str, *, but_quantity: bool = False) -> str:
        """Where a flow to a node leads: to what stands before it, if anything does."""
        quantity = f"{node_id} (quantity)"
        if quantity in self._spec.task_specs and not but_quantity:
            return quantity
        return self._listened_to.get(node_id) or self._behind_listeners(node_id)

    def _behind_listeners(self, node_id: str) -> str:
        for name in (f"{node_id} (split)", f"{node_id} (any)"):
            if name in self._spec.task_specs:
                return name
        return node_id

    def _leaves_by_flows(self, spec: FlowNode) -> bool:
        """Instances of loops, waiting boundary events and their like leave by no flows."""
        if isinstance(spec, Split | BoundaryEvent | EventSubProcessStart | UndoneSubProcess | ListenerTask):
            return False
        return not spec.name.endswith(" (instance)")

    def _add_root(self) -> None:
        root = Root(self._spec, self._itself(), name=ROOT)
        root.compensator = self._entrance(self._compensator) if self._compensator is not None else None
        root.listens_before, root.listens_after = self._process_listeners
        root.leads_to = (
            (AD_HOC,)
            if self._container.ad_hoc is not None
            else tuple(map(self._entrance, self._begun_with()))
        )
        root.opens = tuple(
            name
            for node in self._container.nodes.values()
            if self._model.is_event_sub_process(node)
            for name in self._catches[node.id]
        )
        self._spec.start = root

    def _begun_with(self) -> list[str]:
        return beginnings(self._container, self._model)

    def _itself(self) -> Node:
        """The container as a node, for the specs that no element of it stands for."""
        return Node(
            id=self._container.id,
            kind=self._container.kind,
            name=self._container.name,
            place=self._container.place,
        )


def _is_left(spec: FlowNode) -> bool:
    """Whether a token leaves the element of a spec from it, and does not go on within the element."""
    return not isinstance(
        spec,
        Split | BoundaryEvent | EventSubProcessStart | UndoneSubProcess | ListenerTask | Leaving | Quantity,
    ) and not spec.name.endswith(" (any)")


def _way(name: str) -> OutgoingFlow:
    return OutgoingFlow(flow_id=name, condition=None, leads_to=name, is_default=False)


def _names(event: Node) -> list[str]:
    """The names of an event's specs, one for each trigger: its id, then its id with a number."""
    return [event.id, *(f"{event.id} ({number})" for number in range(2, len(event.triggers) + 1))]
