"""Soundness: everything drawn can be reached, every run can end, and no join waits in vain."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.bpmn.diagram import ACTIVITIES, DrawnNode, DrawnScope
from engine.lint import tokens
from engine.lint.checked_bundle import CheckedBundle
from engine.lint.finding import Severity
from engine.lint.firing import leaps
from engine.lint.rule import CheckedDiagram, Violation, Violations, at, bundle_rule, rule
from engine.lint.value_flow import ScopeFlow

Ways = Mapping[DrawnNode, tuple[DrawnNode, ...]]


@bundle_rule(
    "no-deadlock",
    source="BPMN 2.0.2, 13.4.1; the engine: a join waits for every flow",
    says_el="Το {what} μπορεί να περιμένει για πάντα: από τη ροή {flows} δεν έρχεται τίποτα.",
    says_en="{what} may wait for ever: nothing comes by the flow {flows}.",
    why_el="Μια παράλληλη πύλη περιμένει όλες τις εισερχόμενες ροές· αν ο δρόμος προς μία δεν πάρθηκε, η "
    "υπόθεση μένει"
    " εκεί.",
    why_en="A parallel gateway waits for all incoming flows; if the way to one of them was not taken, the "
    "case stays"
    " there.",
    remedy_el="Ενώστε με πύλη του ίδιου είδους με εκείνη που χώρισε τους δρόμους.",
    remedy_en="Join with a gateway of the kind that parted the ways.",
)
def no_deadlock(bundle: CheckedBundle) -> Violations:
    """Yields joins that can be stuck and that no event frees, with a shortest way there."""
    for diagram in bundle.diagrams:
        budget = tokens.Budget()
        for scope in diagram.scopes:
            if scope.kind == "adHocSubProcess" or _is_freed(diagram, scope):
                continue
            for deadlock in tokens.deadlocks(scope, budget):
                flows = ", ".join(flow.id for flow in deadlock.empty) or "–"
                yield Violation(
                    element=deadlock.join.element,
                    file=diagram.file,
                    values={"flows": flows},
                    path=tuple(node.id for node in deadlock.path),
                    given=_given(bundle.flows[diagram], scope, deadlock.path),
                )


def _given(games: Iterable[ScopeFlow], scope: DrawnScope, path: Sequence[DrawnNode]) -> tuple[str, ...]:
    """The answers with which a case goes this way through a scope."""
    return next((game.given_along(path) for game in games if game.scope is scope), ())


@rule(
    "unreachable",
    source="BPMN 2.0.2, 13.2",
    says_el="Κανένας δρόμος από την έναρξη δεν φτάνει στο {what}.",
    says_en="No way from the start reaches {what}.",
    why_el="Ό,τι δεν φτάνεται δεν εκτελείται ποτέ· μάλλον λείπει μια ροή.",
    why_en="What is never reached never runs; a flow is probably missing.",
    remedy_el="Συνδέστε το με τον υπόλοιπο δρόμο ή διαγράψτε το.",
    remedy_en="Connect it to the rest, or delete it.",
)
def unreachable(diagram: CheckedDiagram) -> Violations:
    """Yields nodes that flows lead to, but not from any beginning."""
    for scope in diagram.scopes:
        yield from (at(node.element) for node in out_of_reach(scope))


def out_of_reach(scope: DrawnScope) -> tuple[DrawnNode, ...]:
    """The nodes of a scope that flows lead to, but not from any beginning."""
    if scope.kind == "adHocSubProcess":
        return ()
    reached = _closure(_beginnings(scope), _ahead(scope))
    return tuple(node for node in scope.nodes if node not in reached and scope.incoming(node))


@rule(
    "no-endless-loop",
    source="BPMN 2.0.2, 13.2; a case must be able to end",
    says_el="Από το {what} δεν υπάρχει δρόμος προς κάποια λήξη.",
    says_en="From {what} no way leads to an end.",
    why_el="Μια υπόθεση που φτάνει εκεί γυρίζει σε κύκλο και δεν τελειώνει ποτέ.",
    why_en="A case that gets there goes round for ever.",
    remedy_el="Δώστε στον κύκλο μια έξοδο.",
    remedy_en="Give the loop a way out.",
)
def no_endless_loop(diagram: CheckedDiagram) -> Violations:
    """Yields, for each loop without a way out, the first node of it that is reached, with the way there."""
    for scope in diagram.scopes:
        if scope.kind == "adHocSubProcess" or _is_interrupted(diagram, scope):
            continue
        ahead = _ahead(scope)
        behind = _reversed(ahead)
        ends = [node for node in scope.nodes if not ahead[node]]
        can_end = _closure(ends, behind)
        came_from = _paths(_beginnings(scope), ahead)
        trapped = [node for node in came_from if node not in can_end]
        if trapped:
            way = _way(came_from, trapped[0])
            yield at(trapped[0].element, tuple(node.id for node in way))


@rule(
    "implicit-merge",
    severity=Severity.HINT,
    source="BPMN 2.0.2, 10.3.1, 13.3.1",
    says_el="Στο {what} καταλήγουν {count} ροές χωρίς πύλη.",
    says_en="{count} flows lead to {what} without a gateway.",
    why_el="Κάθε ροή που φτάνει ξεκινά τη δραστηριότητα ξανά· μετά από παράλληλους δρόμους γίνεται πολλές "
    "φορές.",
    why_en="Every flow that arrives starts the activity anew; behind parallel ways it happens several times.",
    remedy_el="Ενώστε τις ροές με μια πύλη.",
    remedy_en="Merge the flows with a gateway.",
)
def implicit_merge(diagram: CheckedDiagram) -> Violations:
    """Yields activities that several flows lead to, where none of them waits for more than one token.

    A flow that leads back to what was done before is a loop on purpose.
    """
    for scope in diagram.scopes:
        crowded = [node for node in scope.of(*ACTIVITIES) if len(scope.incoming(node)) > 1]
        ahead = _ahead(scope) if crowded else {}
        for node in crowded:
            after = _closure([node], ahead)
            count = sum(flow.source not in after for flow in scope.incoming(node))
            if count > 1 and node.element.get("startQuantity", "1") == "1":
                yield at(node.element, count=str(count))


def _ahead(scope: DrawnScope) -> dict[DrawnNode, tuple[DrawnNode, ...]]:
    """What each node leads to: by flows, by its boundary events, and by links."""
    by_link = leaps(scope)
    return {node: (*_followers(scope, node), *by_link.get(node, ())) for node in scope.nodes}


def _followers(scope: DrawnScope, node: DrawnNode) -> Iterator[DrawnNode]:
    for flow in scope.outgoing(node):
        if flow.target is not None and flow.target.element.parent is scope.element:
            yield flow.target
    if node.kind in ACTIVITIES:
        yield from (event for event in scope.attached(node) if not event.has("compensation"))


def _beginnings(scope: DrawnScope) -> list[DrawnNode]:
    """Where a run can begin, and what runs beside the flow: handlers and event sub-processes."""
    starts = list(scope.of("startEvent"))
    instantiating = [node for node in scope.nodes if node.instantiates]
    beside = [node for node in scope.nodes if node.is_event_sub_process or node.is_compensation_handler]
    if starts or instantiating:
        return starts + instantiating + beside
    return [
        node for node in scope.nodes if not scope.incoming(node) and node.kind != "boundaryEvent"
    ] + beside


def _is_interrupted(diagram: CheckedDiagram, scope: DrawnScope) -> bool:
    """Whether more than the flow can end the scope: an event sub-process, or a boundary event on it."""
    if any(node.is_event_sub_process for node in scope.nodes) or scope.is_event_sub_process:
        return True
    host = diagram.node(scope.element)
    return (
        host is not None
        and scope.parent is not None
        and any(event.interrupts and not event.has("compensation") for event in scope.parent.attached(host))
    )


FROM_OUTSIDE = ("message", "timer", "signal", "conditional")
"""Events that can happen to a scope in which nothing moves any more."""


def _is_freed(diagram: CheckedDiagram, scope: DrawnScope) -> bool:
    """Whether something can end the scope when every token in it waits in vain.

    An event from outside that interrupts it can. An error or escalation is thrown by a token that moves: by
    one that an event from outside has started beside the others, if it throws.
    """
    events = list(_events_on(diagram, scope))
    if any(event.interrupts and event.has(*FROM_OUTSIDE) for event, _ in events):
        return True
    caught = any(event.interrupts and event.has("error", "escalation") for event, _ in events)
    return caught and any(
        not event.interrupts and event.has(*FROM_OUTSIDE) and starts is not None and _throws(starts)
        for event, starts in events
    )


def _events_on(diagram: CheckedDiagram, scope: DrawnScope) -> Iterator[tuple[DrawnNode, DrawnScope | None]]:
    """What may happen to a scope as a whole: events on its edge, and those that start something inside.

    To an event sub-process happens what happens to the scope around it; once one that interrupts has begun,
    no other begins there.
    """
    around = scope.parent if scope.is_event_sub_process and scope.parent is not None else scope
    begun = [*scope.of("startEvent")] if around is not scope else []
    others = () if any(start.interrupts for start in begun) else diagram.scopes
    for inner in others:
        if inner.parent is around and inner.is_event_sub_process and inner is not scope:
            yield from ((start, inner) for start in inner.of("startEvent"))
    host = diagram.node(around.element)
    if host is not None and around.parent is not None:
        yield from ((event, None) for event in around.parent.attached(host))


def _throws(scope: DrawnScope) -> bool:
    """Whether an error or escalation can come out of a scope: of one of its events, or of a service."""
    throwing = ("errorEventDefinition", "escalationEventDefinition", "serviceTask", "callActivity")
    return any(True for _ in scope.element.within(*throwing))


def _reversed(ways: Ways) -> dict[DrawnNode, tuple[DrawnNode, ...]]:
    back: dict[DrawnNode, list[DrawnNode]] = {node: [] for node in ways}
    for node, followers in ways.items():
        for follower in followers:
            back[follower].append(node)
    return {node: tuple(before) for node, before in back.items()}


def _closure(beginnings: Iterable[DrawnNode], ways: Ways) -> set[DrawnNode]:
    return set(_paths(beginnings, ways))


def _paths(beginnings: Iterable[DrawnNode], ways: Ways) -> dict[DrawnNode, DrawnNode | None]:
    """Every node that can be reached, nearest first, with the node it is reached from."""
    came_from: dict[DrawnNode, DrawnNode | None] = dict.fromkeys(beginnings)
    reached = list(came_from)
    for node in reached:
        for follower in ways[node]:
            if follower not in came_from:
                came_from[follower] = node
                reached.append(follower)
    return came_from


def _way(came_from: Mapping[DrawnNode, DrawnNode | None], goal: DrawnNode) -> list[DrawnNode]:
    way = [goal]
    while (before := came_from[way[-1]]) is not None:
        way.append(before)
    return way[::-1]
