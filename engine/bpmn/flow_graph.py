"""Where tokens can go: what a container begins with, what leads to a flow, what a message starts."""

from collections.abc import Mapping

from engine.bpmn.model import Container, Flow, LinkTrigger, MessageTrigger, Model, Node


def beginnings(container: Container, model: Model) -> list[str]:
    """The plain start event, else the first with an event: whoever starts it knows that it happened.

    Without any start event, everything that nothing leads to; a receive task that instantiates comes last.
    """
    starts = [node for node in container.nodes.values() if node.is_start]
    if any(node.kind == "startEvent" for node in starts):
        plain = [node.id for node in starts if not node.triggers]
        return plain or [starts[0].id]
    led_to = {flow.target for flow in container.flows}
    first = [node.id for node in container.nodes.values() if node.id not in led_to and _begins(node, model)]
    return first or [node.id for node in starts[:1]]


def _begins(node: Node, model: Model) -> bool:
    """Whether a node that nothing leads to waits for a token.

    Others are reached by events, messages, links or compensation.
    """
    if node.for_compensation or node.instantiates or node.kind == "boundaryEvent":
        return False
    if model.is_event_sub_process(node):
        return False
    return not (node.kind == "intermediateCatchEvent" and node.has(LinkTrigger))


def predecessors(container: Container) -> dict[str, set[str]]:
    """For each node, those a token can come from: by flows, from an activity to its edge, by links."""
    before: dict[str, set[str]] = {node_id: set() for node_id in container.nodes}
    for flow in container.flows:
        before[flow.target].add(flow.source)
    throwers: dict[str, set[str]] = {}
    for node in container.nodes.values():
        for link in links(node) if node.kind == "intermediateThrowEvent" else ():
            throwers.setdefault(link, set()).add(node.id)
    for node in container.nodes.values():
        if node.attached_to is not None:
            before[node.id].add(node.attached_to)
        for link in links(node) if node.kind == "intermediateCatchEvent" else ():
            before[node.id] |= throwers.get(link, set())
    return before


def reached_from(before: Mapping[str, set[str]], flow: Flow) -> frozenset[str]:
    """The nodes from which a flow can be reached without passing the node it leads to."""
    seen = {flow.source}
    ahead = [flow.source] if flow.source != flow.target else []
    while ahead:
        fresh = before[ahead.pop()] - seen - {flow.target}
        seen |= fresh
        ahead += fresh
    return frozenset(seen)


def links(node: Node) -> list[str]:
    """The names of the links that a node throws or catches."""
    return [trigger.name for trigger in node.triggers if isinstance(trigger, LinkTrigger)]


def message_starts(model: Model, *, process_id: str) -> dict[str, list[tuple[str, str]]]:
    """For each message, the processes it starts beside the case's own, with where they begin.

    A name that is an expression starts nothing.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for started in model.process_ids:
        for node in model.containers[started].nodes.values() if started != process_id else ():
            for trigger in node.triggers if node.is_start else ():
                if isinstance(trigger, MessageTrigger) and isinstance(trigger.name, str):
                    found.setdefault(trigger.name, []).append((started, node.id))
    return found
