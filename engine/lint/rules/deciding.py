"""What choices decide: every condition can hold, every loop can be left, and no end leaves work behind."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine.bpmn.diagram import DrawnNode, DrawnScope
from engine.kernel.xml import Element
from engine.lint import cycles
from engine.lint.checked_bundle import CheckedBundle
from engine.lint.concurrency import EXCLUSIVE
from engine.lint.expressions import FoundExpression, without_mark
from engine.lint.finding import Severity, Text
from engine.lint.firing import CLEARING
from engine.lint.rule import CheckedDiagram, Violation, Violations, bundle_rule, described
from engine.lint.value_flow import ScopeFlow


def _games(bundle: CheckedBundle) -> Iterator[tuple[CheckedDiagram, ScopeFlow]]:
    """The scopes of a whole procedure, or of a shared part, with what can happen in each."""
    if bundle.index.main_process is not None:
        yield from ((diagram, game) for diagram in bundle.diagrams for game in bundle.flows[diagram])


@bundle_rule(
    "condition-can-hold",
    severity=Severity.WARNING,
    source="BPMN 2.0.2, 13.4.2; the engine: a choice is one of the options of its field",
    says_el="Η συνθήκη «{text}» δεν ισχύει ποτέ όταν μια υπόθεση φτάνει εκεί.",
    says_en="The condition {text} never holds when a case comes there.",
    why_el="Ό,τι ακολουθεί δεν εκτελείται ποτέ· μάλλον η τιμή ή ο κλάδος είναι άλλος.",
    why_en="What follows never runs; the value or the branch is probably another one.",
    remedy_el="Διορθώστε τη συνθήκη, ή διαγράψτε τη ροή.",
    remedy_en="Correct the condition, or delete the flow.",
)
def condition_can_hold(bundle: CheckedBundle) -> Violations:
    """Yields conditions that hold for no values that choices can have at that place."""
    for diagram, game in _games(bundle):
        for flow in game.conditions if game.is_complete else ():
            condition = flow.condition
            if flow.source in game.at and flow not in game.taken and condition is not None:
                path = game.path_to(flow.source)
                yield Violation(
                    element=condition,
                    file=diagram.file,
                    values={"text": without_mark(condition.content)},
                    path=tuple(node.id for node, _ in path),
                    given=game.given_on(path),
                )


@bundle_rule(
    "loop-can-end",
    source="BPMN 2.0.2, 13.2; a case must be able to end",
    says_el="Ο κύκλος μέσα από το {what} δεν τελειώνει ποτέ: {reason}.",
    says_en="The loop through {what} never ends: {reason}.",
    why_el="Μια υπόθεση που μπαίνει στον κύκλο γυρίζει χωρίς τέλος.",
    why_en="A case that enters the loop goes round for ever.",
    remedy_el="Γράψτε μέσα στον κύκλο αυτό που διαβάζει η έξοδός του, ή διορθώστε τη συνθήκη εξόδου.",
    remedy_en="Write within the loop what its exit reads, or correct the condition of the exit.",
)
def loop_can_end(bundle: CheckedBundle) -> Violations:
    """Yields loops of which no exit can be taken, or none once it was not taken the first time."""
    for diagram, game in _games(bundle):
        found = {one.element: one for one in diagram.expressions}
        for loop in _loops(game) if game.is_complete else ():
            breach = _endless(game, loop, diagram=diagram, expressions=found)
            if breach is not None:
                yield replace(breach, file=diagram.file)


def _loops(game: ScopeFlow) -> Iterator[frozenset[DrawnNode]]:
    """The loops of a scope that a case can come into, by the flows that can be taken."""
    nodes = {node.id: node for node in game.at}
    graph = {
        node.id: [other.id for other in _ahead(game, node) if other.id in nodes] for node in nodes.values()
    }
    for names in dict.fromkeys(cycles.components(graph).values()):
        yield frozenset(nodes[name] for name in names)


def _ahead(game: ScopeFlow, node: DrawnNode) -> Iterator[DrawnNode]:
    yield from (
        flow.target for flow in game.scope.outgoing(node) if flow in game.taken and flow.target is not None
    )
    yield from game.scope.attached(node)


def _endless(
    game: ScopeFlow,
    loop: frozenset[DrawnNode],
    *,
    diagram: CheckedDiagram,
    expressions: Mapping[Element, FoundExpression],
) -> Violation | None:
    drawn = [flow for node in loop for flow in game.scope.outgoing(node) if flow.target not in loop]
    beside = any(event not in loop for node in loop for event in game.scope.attached(node))
    parting = any(flow.source is not None and flow.source.kind != "exclusiveGateway" for flow in drawn)
    ends = any(not game.scope.outgoing(node) for node in loop)
    if not drawn or beside or parting or ends:
        return None  # an end is reached, or something else than a condition leads out
    gateways = list(dict.fromkeys(flow.source for flow in drawn if flow.source is not None))
    deciding = [node for node in loop if len(game.scope.outgoing(node)) > 1]
    names = sorted({name for gateway in deciding for name in _read_at(game, gateway, expressions)})
    by_conditions = all(node.kind == "exclusiveGateway" for node in deciding) and not any(
        game.scope.attached(node) for node in loop
    )
    if not any(flow in game.taken for flow in drawn):
        reason = Text(el="καμία συνθήκη εξόδου δεν μπορεί να ισχύσει", en="no condition of an exit can hold")
    elif names and by_conditions and not _is_changed(game, loop, names=names, diagram=diagram):
        listed = ", ".join(names)
        reason = Text(
            el=f"η έξοδος διαβάζει {listed}, που τίποτε μέσα στον κύκλο δεν αλλάζει",
            en=f"its exit reads {listed}, which nothing within the loop changes",
        )
    else:
        return None
    path = game.path_to(gateways[0])
    return Violation(
        element=gateways[0].element,
        values={"reason": reason},
        path=(*(node.id for node, _ in path), *_round(game, loop, gateways[0])),
        given=game.given_on(path),
    )


def _read_at(
    game: ScopeFlow, gateway: DrawnNode, expressions: Mapping[Element, FoundExpression]
) -> Iterator[str]:
    """The names by which a gateway decides; the empty one for what changes by itself, such as the time."""
    for flow in game.scope.outgoing(gateway):
        found = None if flow.condition is None else expressions.get(flow.condition)
        if found is None or found.parsed is None:
            continue
        names = found.parsed.free_names
        if "stoa" in names or any(word in found.text for word in ("now(", "today(", "random", "uuid(")):
            yield ""
        yield from names


def _is_changed(
    game: ScopeFlow, loop: frozenset[DrawnNode], *, names: Iterable[str], diagram: CheckedDiagram
) -> bool:
    """Whether something within a loop, or beside it, may change one of the names.

    What goes on beside a sub-process is not looked at: there something may.
    """
    wanted = frozenset(names)
    if "" in wanted or game.scope.parent is not None:
        return True
    if any(node.is_event_sub_process for scope in diagram.scopes for node in scope.nodes):
        return True
    written = [game.written_beside, *(game.writes.get(node, frozenset()) for node in loop)]
    return any(names is None or not wanted.isdisjoint(names) for names in written)


def _round(game: ScopeFlow, loop: frozenset[DrawnNode], start: DrawnNode) -> tuple[str, ...]:
    """The ids of the nodes on a shortest way round a loop, from what follows its start back to that."""
    graph = {node.id: [other.id for other in _ahead(game, node) if other in loop] for node in loop}
    ways = [cycles.shortest_path(following, start.id, graph) for following in graph[start.id]]
    return min((way for way in ways if way), key=len, default=())


_WAITS = frozenset({"userTask", "manualTask", "receiveTask"})


@bundle_rule(
    "end-leaves-work",
    severity=Severity.WARNING,
    source="BPMN 2.0.2, 13.5.6: a process is over when no token is left; a terminate end takes them all",
    says_el="Όταν η υπόθεση φτάσει στο {what}, το {waiting} μπορεί να μένει ανοιχτό, και η υπόθεση δεν "
    "τελειώνει.",
    says_en="When a case comes to {what}, {waiting} may still be open, and the case does not end.",
    why_el="Ό,τι ξεκίνησε δίπλα στην κύρια ροή περιμένει και μετά το αποτέλεσμα, ίσως για πάντα.",
    why_en="What was started beside the main flow still waits after the outcome, perhaps for ever.",
    remedy_el="Κάντε τη λήξη τερματισμού (terminate), ή κλείστε πριν από αυτήν ό,τι τρέχει δίπλα.",
    remedy_en="Make it a terminate end event, or close before it what runs beside it.",
)
def end_leaves_work(bundle: CheckedBundle) -> Violations:
    """Yields plain ends behind which something that was started beside the main flow still waits."""
    for diagram, game in _games(bundle):
        for host, event, end, waiting in _left_behind(game):
            path = game.path_to(host)
            yield Violation(
                element=end.element,
                file=diagram.file,
                values={"waiting": described(waiting.element)},
                path=(*(node.id for node, _ in path), event.id, waiting.id, end.id),
                given=game.given_on(path),
                cause=f"left open {waiting.id}",
            )


def _left_behind(game: ScopeFlow) -> Iterator[tuple[DrawnNode, DrawnNode, DrawnNode, DrawnNode]]:
    """What starts a way beside, the event, a plain end of the main way, and what waits on the other."""
    scope = game.scope
    for host in game.at:
        for event in scope.attached(host):
            if event.interrupts or event.has("compensation"):
                continue
            beside = _closure(scope, [event])
            main = _closure(scope, [host], but=event)
            waiting = [node for node in beside - main if _waits(scope, node)]
            for node in main - beside if waiting else ():
                is_plain = node.kind == "endEvent" and not node.has(*CLEARING)
                if is_plain and not _is_joined(scope, main, beside) and not _is_cleared(scope, main, node):
                    first = min(waiting, key=lambda one: one.element.line)
                    yield host, event, node, first


def _waits(scope: DrawnScope, node: DrawnNode) -> bool:
    """Whether somebody outside must act before a token goes on from there."""
    if node.kind == "intermediateCatchEvent":
        return node.has("message", "signal", "conditional")
    timed = any(event.interrupts and event.has("timer") for event in scope.attached(node))
    return node.kind in _WAITS and not timed


def _is_joined(scope: DrawnScope, main: set[DrawnNode], beside: set[DrawnNode]) -> bool:
    """Whether both ways come together at a gateway that waits for both."""
    return any(
        node.kind in {"parallelGateway", "inclusiveGateway"} and len(scope.incoming(node)) > 1
        for node in main & beside
    )


def _is_cleared(scope: DrawnScope, main: set[DrawnNode], end: DrawnNode) -> bool:
    """Whether ways that begin together lead to a plain end and to one that takes every token with it."""
    for node in main:
        if len(scope.outgoing(node)) > 1 and node.kind not in EXCLUSIVE:
            ahead = _closure(scope, [node])
            if end in ahead and any(other.kind == "endEvent" and other.has(*CLEARING) for other in ahead):
                return True
    return False


def _closure(
    scope: DrawnScope, beginnings: list[DrawnNode], *, but: DrawnNode | None = None
) -> set[DrawnNode]:
    found = set(beginnings)
    waiting = list(found)
    while waiting:
        node = waiting.pop()
        after = [flow.target for flow in scope.outgoing(node) if flow.target is not None]
        for other in (*after, *scope.attached(node)):
            if other not in found and other is not but:
                found.add(other)
                waiting.append(other)
    return found
