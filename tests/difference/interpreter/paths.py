"""Where tokens can still come from: what an inclusive join has to know (BPMN 2.0.2, 13.4.3)."""

from functools import cache

from tests.difference.drawing import Node, Scope
from tests.difference.interpreter.state import Frame


class Paths:
    """The ways through one scope, by flows, from activities to the events on their edge, and by links."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._before: dict[str, set[str]] = {node_id: set() for node_id in scope.nodes}
        for flow in scope.flows:
            self._before[flow.target].add(flow.source)
        for node in scope.nodes.values():
            if node.attached_to is not None and node.handler is None:
                self._before[node.id].add(node.attached_to)
            if node.kind == "intermediateCatchEvent" and node.waits_for("link"):
                self._before[node.id] |= {other.id for other in scope.nodes.values() if _throws(other, node)}
        self.leading_to = cache(self._leading_to)

    def may_still_come(self, frame: Frame, join: Node) -> bool:
        """Whether a token can come to a flow of the join that has none, and to none that has one."""
        held = frame.held[join.id]
        standing = {visit.node.id for visit in frame.visits if visit.undo is None}
        standing |= {node_id for node_id in frame.held if node_id != join.id}
        incoming = [flow.id for flow in self._scope.incoming(join.id)]
        to_empty = {id_ for flow in incoming if flow not in held for id_ in self.leading_to(flow, join.id)}
        to_full = {id_ for flow in incoming if flow in held for id_ in self.leading_to(flow, join.id)}
        return bool(standing & (to_empty - to_full))

    def _leading_to(self, flow_id: str, join_id: str) -> frozenset[str]:
        """The nodes from which a token can come to the flow without passing the join."""
        flow = next(flow for flow in self._scope.flows if flow.id == flow_id)
        found: set[str] = set()
        ahead = [flow.source]
        while ahead:
            node_id = ahead.pop()
            if node_id not in found and node_id != join_id:
                found.add(node_id)
                ahead += self._before[node_id]
        return frozenset(found)


def _throws(node: Node, link: Node) -> bool:
    return node.kind == "intermediateThrowEvent" and node.trigger is not None and node.trigger == link.trigger
