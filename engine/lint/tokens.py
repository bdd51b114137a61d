"""Plays the token game of one scope: can a run get stuck at a join that waits for a token which never comes?

The game knows nothing of data: every choice is possible, an activity may end normally or by any of its
boundary events, and a sub-process is one step. Tokens in front of nodes that decide by themselves move first,
one at a time, because their moves do not disturb each other: in a free-choice net the moves of one place are
a persistent set, and persistent sets find every deadlock. Inclusive joins go on when nothing else can. What
does not fit the budget is not looked at.
"""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass

from engine.lint.linking import leaps
from engine.lint.model import ACTIVITIES, Flow, Node, Scope

State = tuple[tuple[Flow, int], ...]
"""How many tokens are on which flows."""

CLEARING = ("terminate", "error", "cancel")
"""Ends of these kinds take every token of the scope with them."""

MOST_TOKENS_ON_A_FLOW = 3
MOST_TOKENS = 200


@dataclass(frozen=True)
class Deadlock:
    """A join that waits in vain, the flows that stay empty, and the nodes on the way, the join last."""

    join: Node
    empty: tuple[Flow, ...]
    path: tuple[Node, ...]


@dataclass
class Budget:
    """How much work is left for the scopes of one file; a unit is one token looked at."""

    units: int = 60_000

    def spend(self, units: int) -> bool:
        """Take some, and say whether any was left."""
        self.units -= units
        return self.units > 0


def deadlocks(scope: Scope, budget: Budget) -> Iterator[Deadlock]:
    """One shortest way into a deadlock for each join of the scope that can be stuck."""
    game = _Game(scope)
    if game.joins:
        yield from game.play(budget)


class _Game:
    """The rules of the game in one scope, and what was seen while playing it."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.order = {flow: index for index, flow in enumerate(scope.flows)}
        self.leaps = leaps(scope)
        self.joins = frozenset(node for node in scope.nodes if self._synchronizes(node))
        self.ways: dict[Node, list[list[Flow]]] = {}
        self.came_from: dict[State, tuple[State | None, Node | None]] = {}

    def play(self, budget: Budget) -> Iterator[Deadlock]:
        waiting: deque[State] = deque()
        for start, tokens in self._beginnings():
            self._reach(self._state(Counter(tokens)), None, start, waiting)
        stuck: set[Node] = set()
        while waiting:
            state = waiting.popleft()
            if not budget.spend(1 + len(state)):
                return
            moves = list(self._moves(dict(state)))
            for node, following in moves:
                self._reach(self._state(following), state, node, waiting)
            if state and not moves:
                for join in dict.fromkeys(flow.target for flow, _ in state if flow.target in self.joins):
                    if join is not None and join not in stuck:
                        stuck.add(join)
                        yield self._deadlock(join, state)

    def _reach(self, state: State | None, before: State | None, node: Node, waiting: deque[State]) -> None:
        if state is not None and state not in self.came_from:
            self.came_from[state] = (before, node)
            waiting.append(state)

    def _state(self, tokens: Counter[Flow]) -> State | None:
        """The state of these tokens; None where they have become too many to follow."""
        if sum(tokens.values()) > MOST_TOKENS or max(tokens.values(), default=0) > MOST_TOKENS_ON_A_FLOW:
            return None
        return tuple(sorted(((flow, count) for flow, count in tokens.items() if count), key=self._place))

    def _place(self, entry: tuple[Flow, int]) -> int:
        return self.order[entry[0]]

    def _deadlock(self, join: Node, state: State) -> Deadlock:
        held = {flow for flow, _ in state}
        path: list[Node] = [join]
        current: State | None = state
        while current is not None:
            current, node = self.came_from[current]
            if node is not None:
                path.append(node)
        empty = tuple(flow for flow in self.scope.incoming(join) if flow not in held)
        return Deadlock(join=join, empty=empty, path=tuple(reversed(path)))

    def _beginnings(self) -> Iterator[tuple[Node, list[Flow]]]:
        """The tokens a run begins with: those of one start event, or of every node that nothing leads to."""
        starts = list(self.scope.of("startEvent"))
        for start in starts:
            yield start, list(self.scope.outgoing(start))
        if not starts:
            first = [node for node in self.scope.nodes if not self.scope.incoming(node) and _flows_in(node)]
            tokens = [flow for node in first for flow in self._alternatives(node)[0]]
            if first:
                yield first[0], tokens

    def _moves(self, tokens: dict[Flow, int]) -> Iterator[tuple[Node, Counter[Flow]]]:
        """What can happen next: the moves of one node that decides by itself, else of one join."""
        for flow in tokens:
            if (
                flow.target is not None
                and flow.target not in self.joins
                and not _is_soft_join(flow.target, self.scope)
            ):
                yield from self._fire(flow.target, [flow], tokens)
                return
        for flow in tokens:
            if flow.target in self.joins and flow.target is not None:
                taken = self._taken(flow.target, tokens)
                if taken:
                    yield from self._fire(flow.target, taken, tokens)
                    return
        for flow in tokens:
            if flow.target is not None and _is_soft_join(flow.target, self.scope):
                taken = [each for each in self.scope.incoming(flow.target) if each in tokens]
                yield from self._fire(flow.target, taken, tokens)
                return

    def _taken(self, join: Node, tokens: dict[Flow, int]) -> list[Flow]:
        """The tokens that a synchronizing node takes to go on; none while it has to wait."""
        incoming = self.scope.incoming(join)
        if join.kind == "parallelGateway":
            return list(incoming) if all(flow in tokens for flow in incoming) else []
        present = [flow for flow in incoming for _ in range(tokens.get(flow, 0))]
        needed = _quantity(join, "startQuantity")
        return present[:needed] if len(present) >= needed else []

    def _fire(
        self, node: Node, taken: list[Flow], tokens: dict[Flow, int]
    ) -> Iterator[tuple[Node, Counter[Flow]]]:
        if node.kind == "endEvent" and node.triggered_by(*CLEARING):
            yield node, Counter()
            return
        left = Counter(tokens)
        left.subtract(taken)
        for given in self._alternatives(node):
            following = left.copy()
            following.update(given)
            yield node, +following

    def _alternatives(self, node: Node) -> list[list[Flow]]:
        """Every way in which a node can give tokens; at least one, which may be empty."""
        if node not in self.ways:
            self.ways[node] = self._ways(node)
        return self.ways[node]

    def _ways(self, node: Node) -> list[list[Flow]]:
        if node.kind == "intermediateThrowEvent" and node.triggered_by("link"):
            return [[flow for catch in self.leaps.get(node, ()) for flow in self.scope.outgoing(catch)]]
        ways = [way * _quantity(node, "completionQuantity") for way in self._ordinary(node)]
        if node.kind in ACTIVITIES:
            for event in self.scope.attached(node):
                by_event = list(self.scope.outgoing(event))
                if by_event:
                    ways += [by_event] if event.interrupts else [way + by_event for way in ways]
        return ways

    def _ordinary(self, node: Node) -> list[list[Flow]]:
        outgoing = list(self.scope.outgoing(node))
        if not outgoing:
            return [[]]
        if node.kind in {"exclusiveGateway", "eventBasedGateway"}:
            return [[flow] for flow in outgoing]
        if node.kind in {"inclusiveGateway", "complexGateway"}:
            return [[flow] for flow in outgoing] + ([outgoing] if len(outgoing) > 1 else [])
        conditional = [flow for flow in outgoing if flow.condition is not None and node.kind in ACTIVITIES]
        default = [flow for flow in outgoing if flow.id == node.element.get("default")]
        always = [flow for flow in outgoing if flow not in conditional and flow not in default]
        if not conditional:
            return [always + default]
        ways = [[*always, flow] for flow in conditional]
        if len(conditional) > 1:
            ways.append(always + conditional)
        return [*ways, always + default] if always or default else ways

    def _synchronizes(self, node: Node) -> bool:
        incoming = len(self.scope.incoming(node))
        if node.kind == "parallelGateway":
            return incoming > 1
        return node.kind in ACTIVITIES and incoming > 0 and _quantity(node, "startQuantity") > 1


def _is_soft_join(node: Node, scope: Scope) -> bool:
    """Whether a node waits only as long as more tokens may come: an inclusive or complex join."""
    return node.kind in {"inclusiveGateway", "complexGateway"} and len(scope.incoming(node)) > 1


def _flows_in(node: Node) -> bool:
    """Whether a node takes part in the flow, and is no boundary event, handler or event sub-process."""
    apart = node.is_event_sub_process or node.is_compensation_handler or node.kind == "boundaryEvent"
    return not apart and not (node.kind == "intermediateCatchEvent" and node.triggered_by("link"))


def _quantity(node: Node, name: str) -> int:
    written = node.element.get(name, "1").strip()
    return min(int(written), 20) if written.isdecimal() and len(written) < 9 and int(written) > 0 else 1
