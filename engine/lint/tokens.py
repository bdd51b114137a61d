"""Plays the token game of one scope: can a run get stuck at a join that waits for a token which never comes?

The game knows nothing of data: every choice is possible, an activity may end normally or by any of its
boundary events, and a sub-process is one step. Tokens in front of nodes that decide by themselves move first,
one at a time, because their moves do not disturb each other: in a free-choice net the moves of one place are
a persistent set, and persistent sets find every deadlock. Inclusive joins go on when nothing else can. A
scope is played with few tokens on each flow first, since most deadlocks need no more, and with more only
where that left something out. What does not fit the budget is not looked at.
"""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.diagram import DrawnFlow, DrawnNode, DrawnScope
from engine.lint.firing import Firing

State = tuple[tuple[DrawnFlow, int], ...]
"""How many tokens are on which flows."""

Passed = tuple[DrawnNode, ...]
"""The nodes that a move went through."""

BOUNDS = (3, 12, 200)
"""How many tokens are followed on one flow, in one round of the game after the other."""

MOST_TOKENS = 400


@dataclass(frozen=True)
class Deadlock:
    """A join that waits in vain, the flows that stay empty, and the nodes on the way, the join last."""

    join: DrawnNode
    empty: tuple[DrawnFlow, ...]
    path: tuple[DrawnNode, ...]


@dataclass
class Budget:
    """How much work is left for the scopes of one file; a unit is one token looked at."""

    units: int = 200_000

    def spend(self, units: int) -> bool:
        """Take some, and say whether any was left."""
        self.units -= units
        return self.units > 0


def deadlocks(scope: DrawnScope, budget: Budget) -> Iterator[Deadlock]:
    """A way into a deadlock for each join of the scope that can be stuck, with as few tokens as show it."""
    firing = Firing(scope)
    stuck: set[DrawnNode] = set()
    for bound in BOUNDS if firing.can_be_followed() else ():
        game = _Game(scope, firing, bound)
        for deadlock in game.play(budget) if game.joins - stuck else ():
            if deadlock.join not in stuck:
                stuck.add(deadlock.join)
                yield deadlock
        if not game.left_out:
            return


class _Game:
    """The board of one scope, and what was seen while playing."""

    def __init__(self, scope: DrawnScope, firing: Firing, bound: int) -> None:
        self.scope = scope
        self.firing = firing
        self.bound = bound
        self.left_out = False
        self.order = {flow: index for index, flow in enumerate(scope.flows)}
        self.joins = frozenset(node for node in scope.nodes if self.firing.is_join(node))
        self.came_from: dict[State, tuple[State | None, Passed]] = {}
        self.waiting: deque[State] = deque()

    def play(self, budget: Budget) -> Iterator[Deadlock]:
        for start, tokens in self._beginnings():
            self._reach(tokens, None, (start,))
        stuck: set[DrawnNode] = set()
        while self.waiting:
            state = self.waiting.popleft()
            if not budget.spend(1 + len(state)):
                return
            moved = False
            for passed, following in self._moves(dict(state)):
                self._reach(following, state, passed)
                moved = True
            for join in () if moved else self._starved(state):
                if join not in stuck:
                    stuck.add(join)
                    yield self._deadlock(join, state)

    def _reach(self, tokens: Counter[DrawnFlow], before: State | None, passed: Passed) -> None:
        """Note a state that was not seen before, unless its tokens have become too many for this round."""
        if tokens.total() > MOST_TOKENS or max(tokens.values(), default=0) > self.bound:
            self.left_out = True
            return
        state = tuple(sorted(tokens.items(), key=self._place))
        if state not in self.came_from:
            self.came_from[state] = (before, passed)
            self.waiting.append(state)

    def _place(self, entry: tuple[DrawnFlow, int]) -> int:
        return self.order[entry[0]]

    def _starved(self, state: State) -> list[DrawnNode]:
        """The joins that hold the tokens of a state in which nothing moves."""
        targets = dict.fromkeys(flow.target for flow, _ in state)
        return [target for target in targets if target is not None and target in self.joins]

    def _deadlock(self, join: DrawnNode, state: State) -> Deadlock:
        held = {flow for flow, _ in state}
        path: list[DrawnNode] = [join]
        current: State | None = state
        while current is not None:
            current, passed = self.came_from[current]
            path.extend(reversed(passed))
        empty = tuple(flow for flow in self.scope.incoming(join) if flow not in held)
        return Deadlock(join=join, empty=empty, path=tuple(reversed(path)))

    def _beginnings(self) -> Iterator[tuple[DrawnNode, Counter[DrawnFlow]]]:
        """The tokens a run begins with: those of one start, or of every node that nothing leads to."""
        starts = list(self.scope.of("startEvent"))
        instantiating = [node for node in self.scope.nodes if node.instantiates]
        for start in starts:
            yield start, Counter(self.scope.outgoing(start))
        for node in instantiating:
            yield from ((node, Counter(way.gives)) for way in self.firing.ways(node))
        if not starts and not instantiating:
            first = [node for node in self.scope.nodes if not self.scope.incoming(node) and _flows_in(node)]
            if first:
                yield first[0], Counter(flow for node in first for flow in self.firing.ways(node)[0].gives)

    def _moves(self, tokens: dict[DrawnFlow, int]) -> Iterator[tuple[Passed, Counter[DrawnFlow]]]:
        """What can happen next: the moves of one node that decides by itself, else of one join."""
        targets = dict.fromkeys(flow.target for flow in tokens if flow.target is not None)
        soft = [node for node in targets if self.firing.is_soft_join(node)]
        for node in targets:
            if node not in self.joins and node not in soft:
                flow = next(flow for flow in tokens if flow.target is node)
                yield from self._fire(node, [flow], tokens)
                return
        for node in targets:
            taken = self._taken(node, tokens) if node in self.joins else []
            if taken:
                yield from self._fire(node, taken, tokens)
                return
        if soft:
            node = self._first_of(soft)
            present = [flow for flow in self.scope.incoming(node) if flow in tokens]
            yield from self._fire(node, present, tokens)

    def _first_of(self, soft: list[DrawnNode]) -> DrawnNode:
        """The join that no other waiting one leads to, so that it gets all it waits for; else the first."""
        free = (
            node
            for node in soft
            if not any(other is not node and self.firing.leads_to(other, node) for other in soft)
        )
        return next(free, soft[0])

    def _taken(self, join: DrawnNode, tokens: dict[DrawnFlow, int]) -> list[DrawnFlow]:
        """The tokens that a join takes to go on; none while it has to wait."""
        incoming = self.scope.incoming(join)
        if join.kind == "parallelGateway":
            return list(incoming) if all(flow in tokens for flow in incoming) else []
        present = [flow for flow in incoming for _ in range(tokens.get(flow, 0))]
        needed = self.firing.needs(join)
        return present[:needed] if len(present) >= needed else []

    def _fire(
        self, node: DrawnNode, taken: list[DrawnFlow], tokens: dict[DrawnFlow, int]
    ) -> Iterator[tuple[Passed, Counter[DrawnFlow]]]:
        if self.firing.clears(node):
            yield (node,), Counter()
            return
        left = Counter(tokens)
        left.subtract(taken)
        for way in self.firing.ways(node):
            following = left.copy()
            following.update(way.gives)
            yield (node, *way.events), +following


def _flows_in(node: DrawnNode) -> bool:
    """Whether a node takes part in the flow, and is no boundary event, handler or event sub-process."""
    apart = node.is_event_sub_process or node.is_compensation_handler or node.kind == "boundaryEvent"
    return not apart and not (node.kind == "intermediateCatchEvent" and node.has("link"))
