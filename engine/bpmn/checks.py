"""The rules a diagram must keep: references that exist, events where they may stand, no endless calls."""

from collections import deque
from collections.abc import Iterator, Mapping

from engine.bpmn.diagram import ACTIVITIES, GATEWAYS, THROWING_EVENTS
from engine.bpmn.expressions import Findings
from engine.bpmn.model import (
    CallWork,
    CancelTrigger,
    CompensationTrigger,
    ConditionalTrigger,
    Container,
    ErrorTrigger,
    EscalationTrigger,
    Flow,
    LinkTrigger,
    MessageTrigger,
    Model,
    Node,
    SignalTrigger,
    SubProcessWork,
    TerminateTrigger,
    TimerTrigger,
    Trigger,
)

_WAITED_FOR = (MessageTrigger, TimerTrigger, SignalTrigger, ConditionalTrigger)
_ALLOWED: Mapping[str, tuple[type[Trigger], ...]] = {
    "startEvent of a process": _WAITED_FOR,
    "startEvent of a sub-process": (),
    "startEvent of an event sub-process": (
        *_WAITED_FOR,
        ErrorTrigger,
        EscalationTrigger,
        CompensationTrigger,
    ),
    "intermediateCatchEvent": (*_WAITED_FOR, LinkTrigger),
    "boundaryEvent": (*_WAITED_FOR, ErrorTrigger, EscalationTrigger, CompensationTrigger, CancelTrigger),
    "intermediateThrowEvent": (
        MessageTrigger,
        SignalTrigger,
        EscalationTrigger,
        LinkTrigger,
        CompensationTrigger,
    ),
    "endEvent": (
        MessageTrigger,
        SignalTrigger,
        EscalationTrigger,
        ErrorTrigger,
        CompensationTrigger,
        CancelTrigger,
        TerminateTrigger,
    ),
}


def check_model(model: Model, *, limit: int, findings: Findings) -> None:
    """Note every rule that the model breaks."""
    count = sum(len(container.nodes) for container in model.containers.values())
    if count > limit:
        container = next(iter(model.containers.values()))
        reason = f"The files have {count} flow nodes; at most {limit} are run."
        findings.add(container.place, reason, remedy="Split the procedure.")
        return
    for container in model.containers.values():
        _check_flows(container, model, findings)
        _check_starts(container, findings)
        _check_links(container, findings)
        outgoing: dict[str, list[Flow]] = {node_id: [] for node_id in container.nodes}
        for flow in container.flows:
            outgoing.setdefault(flow.source, []).append(flow)
        for node in container.nodes.values():
            _check_default(node, outgoing[node.id], findings)
            _check_event(node, container, model, findings)
            _check_event_sub_process(node, container, model, findings)
            _check_gateway(node, outgoing[node.id], container, findings)
            _check_instantiating(node, container, findings)
            _check_call(node, model, findings)
    _check_call_cycles(model, findings)


def _check_flows(container: Container, model: Model, findings: Findings) -> None:
    for flow in container.flows:
        for end, node_id in (("sourceRef", flow.source), ("targetRef", flow.target)):
            if node_id not in container.nodes:
                reason = f"{end} names {node_id!r}, which is no flow node beside the flow."
                findings.add(flow.place, reason, remedy="Connect it within one process or sub-process.")
        _check_ends(flow, container, model, findings)


def _check_default(node: Node, outgoing: list[Flow], findings: Findings) -> None:
    if node.default_flow and all(flow.id != node.default_flow for flow in outgoing):
        reason = f"The default flow {node.default_flow!r} does not leave the element."
        findings.add(node.place, reason, remedy="Choose a default among its outgoing flows.")


def _check_ends(flow: Flow, container: Container, model: Model, findings: Findings) -> None:
    source, target = container.nodes.get(flow.source), container.nodes.get(flow.target)
    if source is not None and (source.kind == "endEvent" or _stands_apart(source, model)):
        findings.add(flow.place, f"A {source.kind} has an outgoing flow.", remedy="Remove the flow.")
    if target is not None and (
        target.kind in {"startEvent", "boundaryEvent"} or _stands_apart(target, model)
    ):
        findings.add(flow.place, f"A {target.kind} has an incoming flow.", remedy="Remove the flow.")


def _stands_apart(node: Node, model: Model) -> bool:
    """Compensation handlers and event sub-processes are reached by events, never by flows."""
    return node.for_compensation or model.is_event_sub_process(node)


def _check_starts(container: Container, findings: Findings) -> None:
    starts = [node for node in container.nodes.values() if node.kind == "startEvent"]
    plain = [node for node in starts if not node.triggers]
    if container.triggered_by_event:
        if len(starts) != 1 or plain:
            reason = f"The event sub-process has {len(starts)} start events, {len(plain)} without an event."
            findings.add(container.place, reason, remedy="Give it one start event with an event.")
        return
    if len(plain) > 1:
        reason = f"There are {len(plain)} start events without an event."
        findings.add(container.place, reason, remedy="Keep one, and fork after it.")
    if not container.nodes:
        findings.add(container.place, "There is nothing in it.", remedy="Draw what is to be done.")
    elif container.kind == "process" and not starts and not _begins_by_itself(container):
        reason = "Nothing starts the process: it has no start event and no receive task that instantiates it."
        findings.add(container.place, reason, remedy="Add a start event.")


def _begins_by_itself(container: Container) -> bool:
    """Whether it is a global task, or a process that a receive task begins."""
    return container.id in container.nodes or any(node.instantiates for node in container.nodes.values())


def _check_links(container: Container, findings: Findings) -> None:
    caught: dict[str, Node] = {}
    for node in container.nodes.values():
        for name in _links(node):
            if node.kind == "intermediateCatchEvent":
                if name in caught:
                    reason = f"The link {name!r} is already caught by {caught[name].id}."
                    findings.add(node.place, reason, remedy="Give each catching link its own name.")
                caught[name] = node
    for node in container.nodes.values():
        for name in _links(node):
            if node.kind in THROWING_EVENTS and name not in caught:
                reason = f"Nothing catches the link {name!r}."
                findings.add(node.place, reason, remedy="Add the catching link event of that name beside it.")


def _links(node: Node) -> Iterator[str]:
    return (trigger.name for trigger in node.triggers if isinstance(trigger, LinkTrigger))


def _check_event(node: Node, container: Container, model: Model, findings: Findings) -> None:
    position = node.kind
    if node.kind == "startEvent":
        holder = (
            "an event sub-process"
            if container.triggered_by_event
            else "a process"
            if container.kind == "process"
            else "a sub-process"
        )
        position = f"startEvent of {holder}"
    allowed = _ALLOWED.get(position)
    if allowed is None:
        return
    for trigger in node.triggers:
        if not isinstance(trigger, allowed):
            reason = f"{type(trigger).__name__.removesuffix('Trigger')} does not run at the {position}."
            findings.add(node.place, reason, remedy="Use another event there.")
    if node.kind in {"intermediateCatchEvent", "boundaryEvent"} and not node.triggers:
        findings.add(node.place, f"The {node.kind} waits for nothing.", remedy="Say what it waits for.")
    if node.parallel_multiple and node.has(
        ErrorTrigger, EscalationTrigger, CompensationTrigger, CancelTrigger
    ):
        reason = "An event that waits for all of its definitions waits for one that cannot be waited for."
        findings.add(node.place, reason, remedy="Use messages, timers, signals and conditions there.")
    if node.kind == "boundaryEvent":
        _check_boundary(node, container, findings)
    if node.kind == "startEvent" and not node.interrupting and node.has(ErrorTrigger):
        findings.add(node.place, "An error event must interrupt.", remedy="Make it interrupting.")
    if node.has(CancelTrigger) and node.kind == "endEvent" and container.kind != "transaction":
        findings.add(node.place, "A cancel end is in no transaction.", remedy="Use a terminate or error end.")
    _check_compensation(node, container, model, findings)


def _check_event_sub_process(node: Node, container: Container, model: Model, findings: Findings) -> None:
    if not model.is_event_sub_process(node):
        return
    if node.loop is not None or any(other.attached_to == node.id for other in container.nodes.values()):
        reason = "The event sub-process has a boundary event or a loop."
        findings.add(node.place, reason, remedy="Put what it does into a sub-process inside it.")


def _check_boundary(node: Node, container: Container, findings: Findings) -> None:
    host = container.nodes.get(node.attached_to or "")
    if host is None or host.kind not in ACTIVITIES:
        reason = f"attachedToRef names {node.attached_to!r}, which is no activity beside it."
        findings.add(node.place, reason, remedy="Attach the event to an activity.")
        return
    if not node.interrupting and any(
        isinstance(part, ErrorTrigger | CancelTrigger) for part in node.triggers
    ):
        findings.add(node.place, "An error or cancel event must interrupt.", remedy="Make it interrupting.")
    if node.has(CancelTrigger) and host.kind != "transaction":
        findings.add(
            node.place, "A cancel event is attached to no transaction.", remedy="Attach it to a transaction."
        )


def _check_compensation(node: Node, container: Container, model: Model, findings: Findings) -> None:
    for trigger in node.triggers:
        if not isinstance(trigger, CompensationTrigger):
            continue
        if node.kind == "boundaryEvent" and not _is_handler(container.nodes.get(node.compensated_by or "")):
            reason = "The compensation event is associated with no activity that is for compensation."
            findings.add(node.place, reason, remedy="Associate it with a compensation activity.")
        known = any(trigger.activity in other.nodes for other in model.containers.values())
        if trigger.activity is not None and not known:
            reason = f"activityRef names {trigger.activity!r}, which does not exist."
            findings.add(node.place, reason, remedy="Choose an activity, or none to compensate everything.")


def _is_handler(node: Node | None) -> bool:
    return node is not None and node.for_compensation


def _check_instantiating(node: Node, container: Container, findings: Findings) -> None:
    """A receive task that begins its process stands alone at the beginning of one (BPMN 2.0.2, 10.3.3)."""
    if not node.instantiates:
        return
    if container.kind != "process":
        reason = (
            f"The receive task instantiates a process, but stands in the {container.kind} {container.id}."
        )
        findings.add(node.place, reason, remedy="Remove instantiate, or move it out to the process.")
    for flow in container.flows:
        if flow.target == node.id:
            reason = f"The receive task instantiates the process, but the flow {flow.id} leads to it."
            findings.add(node.place, reason, remedy="Remove instantiate, or the flow.")
    is_attached_to = any(other.attached_to == node.id for other in container.nodes.values())
    if node.loop is not None or is_attached_to or node.for_compensation or node.start_quantity > 1:
        reason = (
            "The receive task instantiates the process, but has a boundary event, a loop or a startQuantity, "
            "or is for compensation."
        )
        findings.add(node.place, reason, remedy="Remove that, or use a message start event.")


def _check_gateway(node: Node, outgoing: list[Flow], container: Container, findings: Findings) -> None:
    if node.kind not in GATEWAYS:
        return
    if node.kind in {"parallelGateway", "eventBasedGateway"}:
        _check_unconditional(node, outgoing, findings)
    if node.kind == "eventBasedGateway":
        _check_event_gateway(node, outgoing, container, findings)
    if node.kind not in {"exclusiveGateway", "inclusiveGateway", "complexGateway"} or len(outgoing) < 2:
        return
    for flow in outgoing:
        if flow.condition is None and flow.id != node.default_flow:
            reason = f"The flow leaves the {node.kind} {node.id} without a condition and is not its default."
            findings.add(flow.place, reason, remedy="Give it a condition, or make it the default.")


def _check_unconditional(node: Node, outgoing: list[Flow], findings: Findings) -> None:
    for flow in outgoing:
        if flow.condition is not None or flow.id == node.default_flow:
            taken = f"the {node.kind} {node.id}, which takes every way"
            reason = f"The flow leaves {taken}, with a condition or as default."
            findings.add(flow.place, reason, remedy="Remove that, or use an inclusive gateway.")


def _check_event_gateway(node: Node, outgoing: list[Flow], container: Container, findings: Findings) -> None:
    if not outgoing:
        findings.add(node.place, "No event follows the event-based gateway.", remedy="Connect it to events.")
    for flow in outgoing:
        target = container.nodes.get(flow.target)
        if target is None or target.kind == "intermediateCatchEvent":
            continue
        if target.kind == "receiveTask":
            _check_plain(target, node, container, findings)
            continue
        reason = f"The event-based gateway {node.id} leads to the {target.kind} {target.id}."
        findings.add(flow.place, reason, remedy="Lead it to catching events or receive tasks only.")


def _check_plain(receiver: Node, gateway: Node, container: Container, findings: Findings) -> None:
    """A receive task behind an event-based gateway has no boundary event and no loop (BPMN 2.0.2)."""
    if receiver.loop is not None or any(node.attached_to == receiver.id for node in container.nodes.values()):
        reason = (
            f"The receive task behind the event-based gateway {gateway.id} has a boundary event or a loop."
        )
        findings.add(receiver.place, reason, remedy="Remove it, or use a catching message event.")


def _check_call(node: Node, model: Model, findings: Findings) -> None:
    if not isinstance(node.work, CallWork):
        return
    called = node.work.process
    if isinstance(called, str) and called not in model.process_ids:
        reason = f"The called process {called!r} is in none of the files."
        findings.add(node.place, reason, remedy="Add its file to the bundle, or correct the id.")


def _check_call_cycles(model: Model, findings: Findings) -> None:
    """Calls whose process is known before running must not lead back; others are bounded while running."""
    calls = {process_id: dict(_calls(model, process_id)) for process_id in model.process_ids}
    waiting = {process_id: set(called) & set(calls) for process_id, called in calls.items()}
    leaves = deque(process_id for process_id, called in waiting.items() if not called)
    while leaves:
        done = leaves.popleft()
        waiting.pop(done)
        for process_id, called in waiting.items():
            if done in called:
                called.discard(done)
                if not called:
                    leaves.append(process_id)
    for process_id, called in waiting.items():
        for target in sorted(called):
            reason = f"The call of {target!r} leads back to the process {process_id!r} it is made from."
            if _leads_to(target, process_id, waiting):
                findings.add(calls[process_id][target].place, reason, remedy="Use a loop inside one process.")


def _leads_to(start: str, wanted: str, calls: Mapping[str, set[str]]) -> bool:
    seen, ahead = {start}, [start]
    while ahead:
        process_id = ahead.pop()
        if process_id == wanted:
            return True
        for called in calls.get(process_id, ()):
            if called not in seen:
                seen.add(called)
                ahead.append(called)
    return False


def _calls(model: Model, process_id: str) -> Iterator[tuple[str, Node]]:
    """The processes that a process calls, sub-processes included, each with one call activity."""
    ahead = [process_id]
    while ahead:
        for node in model.containers[ahead.pop()].nodes.values():
            if isinstance(node.work, SubProcessWork):
                ahead.append(node.work.container)
            if isinstance(node.work, CallWork) and isinstance(node.work.process, str):
                yield node.work.process, node
