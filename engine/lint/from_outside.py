"""Where variables may be of which the files know nothing: behind what lets them in, and beside it."""

from collections.abc import Iterable, Mapping

from engine.bpmn.diagram import SUB_PROCESSES, Diagram, DrawnNode, DrawnScope
from engine.kernel.xml import Element
from engine.lint.firing import leaps

_EXCLUSIVE = frozenset({"exclusiveGateway", "eventBasedGateway"})

Ways = Mapping[DrawnNode, tuple[DrawnNode, ...]]


def owner_of(diagram: Diagram, element: Element) -> DrawnNode | None:
    """The node that an expression is evaluated for: a flow's condition for the node that it leaves."""
    for around in (element, *element.ancestors()):
        if around.kind == "sequenceFlow":
            return diagram.node_named(around.get("sourceRef"))
        if (node := diagram.node(around)) is not None:
            return node
    return None


def reached(diagram: Diagram, entrances: Iterable[Element]) -> frozenset[DrawnNode] | None:
    """The nodes at which a variable may be that comes in at one of these elements; None for all nodes.

    What runs beside an entrance may see it too: all that a node leads to which starts ways at the same time.
    """
    entered: list[DrawnNode] = []
    for element in entrances:
        node = owner_of(diagram, element)
        if node is None:
            return None
        entered.append(node)
    if not entered:
        return frozenset()
    ways = {node: _followers(scope, node, diagram) for scope in diagram.scopes for node in scope.nodes}
    parting = [node for scope in diagram.scopes for node in scope.nodes if _parts(scope, node)]
    found = _closure(entered, ways)
    for node in parting:
        ahead = _closure([node], ways)
        if not ahead.isdisjoint(entered):
            found |= ahead
    return frozenset(found)


def _followers(scope: DrawnScope, node: DrawnNode, diagram: Diagram) -> tuple[DrawnNode, ...]:
    after = [flow.target for flow in scope.outgoing(node) if flow.target is not None]
    after += [*scope.attached(node), *leaps(scope).get(node, ())]
    after += (other for other in scope.nodes if other.is_event_sub_process and other is not node)
    if node.kind in SUB_PROCESSES:
        inner = (each for each in diagram.scopes if each.element is node.element)
        after += (start for each in inner for start in each.nodes if not each.incoming(start))
    around = diagram.node(scope.element)
    return (*after, around) if around is not None else tuple(after)


def _parts(scope: DrawnScope, node: DrawnNode) -> bool:
    """Whether more than one way may be gone on after a node."""
    beside = any(not event.interrupts for event in scope.attached(node))
    return beside or (len(scope.outgoing(node)) > 1 and node.kind not in _EXCLUSIVE)


def _closure(beginnings: Iterable[DrawnNode], ways: Ways) -> set[DrawnNode]:
    found = set(beginnings)
    waiting = list(found)
    while waiting:
        for follower in ways.get(waiting.pop(), ()):
            if follower not in found:
                found.add(follower)
                waiting.append(follower)
    return found
