"""Makes a diagram with a difference smaller: takes a part away, and keeps that if the difference stays."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import count
from time import monotonic

from tests.difference.branch import Branch
from tests.difference.drawing import Diagram, Flow, Node, Scope
from tests.difference.play import Played, play

SEEDS = 3
"""With how many seeds a smaller diagram is played, because what happens to it changes with its size."""

Change = Callable[[Diagram], None]


@dataclass(frozen=True, kw_only=True)
class Smallest:
    """The smallest diagram that was found, with how it was played."""

    diagram: Diagram
    seed: int
    played: Played


def shrink(found: Smallest, branch: Branch, *, seconds: float) -> Smallest:
    """Take parts away until none can go without the difference, or the time is up.

    Each try has a key of its own, because the cases of the others still wait in the branch.
    """
    ends = monotonic() + seconds
    first_key = found.diagram.key
    keys = (f"{first_key}-{number}" for number in count(1))
    shrinks = True
    while shrinks:
        shrinks = False
        for smaller in _smaller(found.diagram):
            if monotonic() > ends:
                return found
            kept = _still_different(smaller, found.seed, branch, key=next(keys))
            if kept is not None:
                found, shrinks = kept, True
                break
    return found


def _still_different(diagram: Diagram, seed: int, branch: Branch, *, key: str) -> Smallest | None:
    for number, other in enumerate((seed, *range(SEEDS))):
        diagram.processes[0].id = f"{key}-{number}"
        try:
            played = play(diagram, branch, seed=other)
        except Exception:  # noqa: BLE001 - a part is missing that the interpreter needs: it may not go
            return None
        if played.difference is not None:
            return Smallest(diagram=diagram, seed=other, played=played)
        if played.refused is not None:
            return None
    return None


def _smaller(diagram: Diagram) -> Iterator[Diagram]:
    """The diagram without one of its parts, large parts first."""
    scopes = [scope.id for scope in diagram.scopes()]
    for scope_id in scopes:
        scope = _scope(diagram, scope_id)
        large_first = sorted(scope.nodes.values(), key=lambda node: node.inner is None and node.calls is None)
        for node in large_first:
            yield from _without(diagram, scope_id, node)
        for flow in scope.flows:
            yield _changed(diagram, scope_id, lambda scope, flow=flow: _drop_flow(scope, flow.id))


def _without(diagram: Diagram, scope_id: str, node: Node) -> Iterator[Diagram]:
    if node.kind not in {"startEvent"}:
        yield _changed(diagram, scope_id, lambda scope: _drop_node(scope, node.id))
    if (node.inner is not None and not node.is_event_sub_process) or node.calls is not None:
        yield _changed(diagram, scope_id, lambda scope: _empty(scope.nodes[node.id]))
    if node.loop is not None:
        yield _changed(diagram, scope_id, lambda scope: _unloop(scope.nodes[node.id]))


def _changed(diagram: Diagram, scope_id: str, change: Callable[[Scope], None]) -> Diagram:
    smaller = deepcopy(diagram)
    change(_scope(smaller, scope_id))
    for scope in smaller.scopes():
        _tidy(scope)
    called = {node.calls for node in smaller.nodes()}
    smaller.processes = [each for each in smaller.processes if each.id in called or each.id == smaller.key]
    return smaller


def _scope(diagram: Diagram, scope_id: str) -> Scope:
    return next(scope for scope in diagram.scopes() if scope.id == scope_id)


def _drop_node(scope: Scope, node_id: str) -> None:
    """Take a node away, and lead what came to it on to where it first led."""
    onwards = [flow.target for flow in scope.outgoing(node_id)]
    for event in scope.attached(node_id):
        del scope.nodes[event.id]
    del scope.nodes[node_id]
    for flow in list(scope.flows):
        if flow.target == node_id and onwards:
            flow.target = onwards[0]
        elif flow.target == node_id or flow.source not in scope.nodes:
            scope.flows.remove(flow)


def _drop_flow(scope: Scope, flow_id: str) -> None:
    scope.flows = [flow for flow in scope.flows if flow.id != flow_id]


def _empty(node: Node) -> None:
    node.kind, node.inner, node.calls = "userTask", None, None


def _unloop(node: Node) -> None:
    node.loop = None


def _tidy(scope: Scope) -> None:
    """Take away what cannot be reached any more, and choices where one way is left."""
    reached = _reached(scope)
    scope.nodes = {node_id: node for node_id, node in scope.nodes.items() if node_id in reached}
    scope.flows = [flow for flow in scope.flows if flow.source in scope.nodes and flow.target in scope.nodes]
    for node in scope.nodes.values():
        outgoing = scope.outgoing(node.id)
        if node.default not in {flow.id for flow in outgoing}:
            node.default = None
        if len(outgoing) == 1:
            outgoing[0].condition = node.default = None
        elif node.kind in {"exclusiveGateway", "inclusiveGateway"} and outgoing and node.default is None:
            _let_be_default(node, outgoing)


def _let_be_default(node: Node, outgoing: list[Flow]) -> None:
    node.default, outgoing[0].condition = outgoing[0].id, None


def _reached(scope: Scope) -> set[str]:
    ahead = [scope.start().id, *(node.id for node in scope.event_sub_processes())]
    reached: set[str] = set()
    while ahead:
        node_id = ahead.pop()
        node = scope.nodes.get(node_id)
        if node is None or node_id in reached:
            continue
        reached.add(node_id)
        ahead += [flow.target for flow in scope.outgoing(node_id)]
        ahead += [event.id for event in scope.attached(node_id)]
        ahead += [node.handler] if node.handler is not None else []
        if node.kind == "intermediateThrowEvent" and node.waits_for("link"):
            ahead += [other.id for other in scope.nodes.values() if other.trigger == node.trigger]
    return reached
