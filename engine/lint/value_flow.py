"""Which flows of a scope can be taken, by the values that choices can have when a case comes there.

What is followed is each choice for itself: more values may be thought possible at a place than are, never
fewer, so that a flow of which this says that it is never taken never is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.bpmn.diagram import (
    SUB_PROCESSES,
    DrawnFlow,
    DrawnNode,
    DrawnScope,
    extension,
    form_of,
    mappings,
    property_of,
)
from engine.feel.syntax import SyntaxNode
from engine.lint.choices import Assignment, Choices, Known, Values, assignments, holds, in_words, union
from engine.lint.concurrency import EXCLUSIVE
from engine.lint.firing import leaps
from engine.lint.variables import ANSWER_FORM

if TYPE_CHECKING:
    from engine.lint.rule import CheckedDiagram

MOST_ROUNDS = 40
"""How often a node is looked at anew; each time some choice had a further value."""

Path = list[tuple[DrawnNode, DrawnFlow | None]]
"""Nodes, each with the flow by which it is left; None where an event leads on, and at the end."""

_LISTENERS = ("executionListeners", "taskListeners")
_CATCHING = frozenset({"boundaryEvent", "intermediateCatchEvent"})
_ANSWERED = frozenset(
    {"serviceTask", "sendTask", "receiveTask", "callActivity", "scriptTask", "businessRuleTask"}
)
"""What gets values from outside, or computes them."""

_DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


@dataclass
class ScopeFlow:
    """What can happen in a scope: `at` are the values with which a case comes to a node.

    `taken` are the flows that can be taken.
    """

    scope: DrawnScope
    conditions: Mapping[DrawnFlow, SyntaxNode]
    choices: Choices
    writes: Mapping[DrawnNode, frozenset[str] | None]
    """The first names that a node writes; None where it may write any."""
    begins_with_all: bool
    at: dict[DrawnNode, dict[str, Values]] = field(default_factory=dict)
    taken: set[DrawnFlow] = field(default_factory=set)
    is_complete: bool = True

    def __post_init__(self) -> None:
        self._full: dict[str, Values] = union(
            self.choices.in_condition(condition) for condition in self.conditions.values()
        )
        self.written_beside = _written_beside(self.scope, self.writes)
        """The names that are written while something else in the scope goes on; None for any."""
        self._free = {path for path in self._full if self._is_free(path.partition(".")[0])}
        self._follow()

    def _is_free(self, name: str) -> bool:
        """Whether a variable may change at any moment."""
        return self.written_beside is None or name in self.written_beside

    def ways(self, node: DrawnNode, known: Known) -> Iterator[tuple[DrawnFlow, Assignment]]:
        """The flows by which a case can leave a node, each with answers for which it does."""
        outgoing = self.scope.outgoing(node)
        default = node.element.get("default")
        conditional = [flow for flow in outgoing if flow in self.conditions and flow.id != default]
        if node.kind not in _DECIDING and not conditional:
            yield from ((flow, {}) for flow in outgoing)
            return
        read: dict[str, Values] = union(
            self.choices.in_condition(self.conditions[flow]) for flow in conditional
        )
        for given in assignments({path: known.get(path, values) for path, values in read.items()}):
            is_settled = False
            for flow in outgoing:
                if flow not in conditional:
                    if flow.id != default:
                        yield flow, given
                    continue
                found = holds(self.conditions[flow], given)
                if found is not False and not (is_settled and node.kind == "exclusiveGateway"):
                    yield flow, given
                is_settled = is_settled or found is True
            if not is_settled:
                yield from ((flow, given) for flow in outgoing if flow.id == default)

    def path_to(self, goal: DrawnNode | None) -> "Path":
        """A shortest way from a start of the scope, each node with the flow by which it is left."""
        came_from: dict[DrawnNode, tuple[DrawnNode, DrawnFlow | None] | None] = dict.fromkeys(self._starts())
        waiting = list(came_from)
        for node in waiting:
            steps: list[tuple[DrawnFlow | None, DrawnNode]] = [
                (flow, flow.target)
                for flow in self.scope.outgoing(node)
                if flow in self.taken and flow.target is not None
            ]
            steps += ((None, event) for event in self.scope.attached(node))
            for flow, other in steps:
                if other not in came_from:
                    came_from[other] = (node, flow)
                    waiting.append(other)
        if goal is None or goal not in came_from:
            return []
        way: Path = [(goal, None)]
        while (before := came_from[way[-1][0]]) is not None:
            way.append(before)
        return way[::-1]

    def given_on(self, path: "Path") -> tuple[str, ...]:
        """The answers with which a case takes the flows of a path, as FEEL writes them."""
        said: list[str] = []
        for node, flow in path:
            if flow is not None and node.kind == "exclusiveGateway" and node in self.at:
                ways = self.ways(node, self.at[node])
                said += in_words(next((given for one, given in ways if one is flow), {}))
        return tuple(dict.fromkeys(said))

    def given_along(self, nodes: Sequence[DrawnNode]) -> tuple[str, ...]:
        """The same for nodes in the order in which tokens pass them, on several ways perhaps."""
        path: Path = []
        for number, node in enumerate(nodes):
            leaving = {flow.target: flow for flow in self.scope.outgoing(node)}
            after = next((other for other in nodes[number + 1 :] if other in leaving), None)
            path.append((node, leaving[after] if after is not None else None))
        return self.given_on(path)

    def _follow(self) -> None:
        waiting: list[tuple[DrawnNode, Known]] = [(node, self._beginning()) for node in self._starts()]
        rounds: dict[DrawnNode, int] = {}
        links = leaps(self.scope)
        while waiting:
            node, coming = waiting.pop()
            before = self.at.get(node)
            now = union((before, coming)) if before is not None else dict(coming)
            if before is not None and now == before:
                continue
            rounds[node] = rounds.get(node, 0) + 1
            if rounds[node] > MOST_ROUNDS:
                self.is_complete = False
                return
            self.at[node] = now
            after = self._after(node, now)
            refined: dict[DrawnFlow, list[Known]] = {}
            for flow, given in self.ways(node, after):
                narrowed = {
                    path: frozenset({value}) for path, value in given.items() if path not in self._free
                }
                refined.setdefault(flow, []).append({**after, **narrowed})
            for flow, several in refined.items():
                self.taken.add(flow)
                if flow.target is not None:
                    waiting.append((flow.target, union(several)))
            beside = (*self.scope.attached(node), *links.get(node, ()))
            waiting += ((other, union((now, after))) for other in beside)

    def _beginning(self) -> Known:
        if self.begins_with_all:
            return self._full
        return {path: self._full[path] if path in self._free else frozenset({None}) for path in self._full}

    def _after(self, node: DrawnNode, known: Known) -> Known:
        written = self.writes.get(node, frozenset())
        return {
            path: self._full[path]
            if written is None or path.partition(".")[0] in written
            else known.get(path, self._full[path])
            for path in self._full
        }

    def _starts(self) -> Iterator[DrawnNode]:
        for node in self.scope.nodes:
            if not self.scope.incoming(node) and node.kind != "boundaryEvent":
                yield node


def _written_beside(
    scope: DrawnScope, writes: Mapping[DrawnNode, frozenset[str] | None]
) -> frozenset[str] | None:
    """The names that are written while something else in the scope goes on; None for any."""
    found: set[str] = set()
    for node in _beside(scope):
        written = writes.get(node, frozenset())
        if written is None:
            return None
        found |= written
    return frozenset(found)


def _beside(scope: DrawnScope) -> set[DrawnNode]:
    """The nodes that may be at work beside another one."""
    beginnings: list[DrawnNode] = [node for node in scope.nodes if node.is_event_sub_process]
    for node in scope.nodes:
        if node.kind not in EXCLUSIVE and len(scope.outgoing(node)) > 1:
            beginnings += (flow.target for flow in scope.outgoing(node) if flow.target is not None)
        if any(not event.interrupts for event in scope.attached(node)):
            beginnings += [node, *(event for event in scope.attached(node) if not event.interrupts)]
            beginnings += (flow.target for flow in scope.outgoing(node) if flow.target is not None)
    alone = [node for node in scope.nodes if not scope.incoming(node) and node.kind != "boundaryEvent"]
    if len(alone) > 1:
        beginnings += scope.nodes
    found = set(beginnings)
    waiting = list(found)
    while waiting:
        node = waiting.pop()
        after = [flow.target for flow in scope.outgoing(node) if flow.target is not None]
        for other in (*after, *scope.attached(node)):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def written_by(node: DrawnNode, forms: Mapping[str, frozenset[str]]) -> frozenset[str] | None:
    """The first names of the variables that a node may write; None where that may be any."""
    outputs = mappings(node.element, "output")
    listens = any(extension(node.element, kind) is not None for kind in _LISTENERS)
    if node.kind in SUB_PROCESSES or listens:
        return None
    if outputs:
        return frozenset(part.get("target", "").partition(".")[0].strip() for part in outputs)
    named = [name for name in (form_of(node.element), property_of(node.element, ANSWER_FORM)) if name]
    carries = node.kind in _CATCHING and node.has("message", "signal", "error")
    if (node.kind in _ANSWERED or carries) and not named:
        return None
    return frozenset().union(*(forms.get(name, frozenset()) for name in named))


def of_diagram(diagram: "CheckedDiagram", choices: Choices) -> tuple[ScopeFlow, ...]:
    """What can happen in each scope of a diagram; what an ad-hoc sub-process does first nobody knows."""
    conditions = {
        found.element: found.parsed.node for found in diagram.expressions if found.parsed is not None
    }
    writes = {node: written_by(node, diagram.files.forms) for node in diagram.nodes}
    return tuple(
        ScopeFlow(
            scope,
            {
                flow: conditions[condition]
                for flow in scope.flows
                if (condition := flow.condition) is not None and condition in conditions
            },
            choices,
            writes,
            begins_with_all=scope.parent is not None or scope.id != diagram.files.main_process,
        )
        for scope in diagram.scopes
        if scope.kind != "adHocSubProcess"
    )
