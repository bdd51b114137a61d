"""What came of a run: how many diagrams, how many the linter accepts, what they hold, how long it took."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.difference.drawing import Diagram, Node, Scope
from tests.difference.play import Played


@dataclass
class Figures:
    """Counts of a run, or of a part of it; times in seconds of the processor.

    `orders` counts steps at which the engine moved tokens in another order than the interpreter at first.
    `constructs` counts the accepted diagrams with each, `rules` the rules by which others were refused.
    """

    drawn: int = 0
    accepted: int = 0
    ended: int = 0
    steps: int = 0
    orders: int = 0
    differences: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    constructs: Counter[str] = field(default_factory=Counter)

    def count(self, diagram: Diagram, played: Played, seconds: float) -> None:
        """Count one diagram."""
        self.drawn += 1
        self.seconds += seconds
        self.slowest = max(self.slowest, seconds)
        if played.refused is not None:
            return
        self.accepted += 1
        self.ended += played.ended
        self.steps += played.steps
        self.orders += played.orders
        self.differences += played.difference is not None
        self.constructs.update(set(constructs(diagram)))

    def add(self, other: "Figures") -> None:
        """Count what another process has counted."""
        for name in ("drawn", "accepted", "ended", "steps", "orders", "differences", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.slowest = max(self.slowest, other.slowest)
        self.constructs += other.constructs

    def summary(self) -> str:
        """In one line."""
        share = 100 * self.accepted // max(self.drawn, 1)
        pace = self.drawn / max(self.seconds, 0.001)
        return (
            f"{self.drawn:,} diagrams, {self.accepted:,} accepted ({share} %), {self.steps:,} steps, "
            f"{self.ended:,} ended, {self.orders:,} in another order, {self.differences:,} differences; "
            f"{pace:.1f} diagrams a second of processor time, the slowest took {self.slowest:.2f} s"
        )


def constructs(diagram: Diagram) -> Iterator[str]:
    """What of the dialect is in a diagram, in the words of BPMN."""
    for scope in diagram.scopes():
        for node in scope.nodes.values():
            yield from _of_node(node, scope)


def _of_node(node: Node, scope: Scope) -> Iterator[str]:
    event = node.trigger.kind if node.trigger is not None else "none"
    interrupts = "interrupting" if node.interrupting else "non-interrupting"
    if node.kind == "boundaryEvent":
        yield f"boundary {event}, {interrupts}"
    elif node.kind == "startEvent" and scope.by_event:
        yield f"event sub-process {event}, {interrupts}"
    elif node.kind in {"intermediateCatchEvent", "intermediateThrowEvent", "endEvent"}:
        yield f"{node.kind} {event}"
    elif not node.is_event_sub_process:
        yield node.kind
    if node.trigger is not None and node.trigger.times > 1:
        yield "timer cycle"
    if node.loop is not None:
        yield f"{node.loop.kind} loop of a {node.kind}"
    if node.undoes:
        yield f"compensation by a {node.kind}"
    if not node.kind.endswith("Gateway"):
        outgoing = scope.outgoing(node.id)
        if len(outgoing) > 1:
            yield "several flows out of an activity"
        if any(flow.condition is not None for flow in outgoing):
            yield "conditional flow out of an activity"
        if len(scope.incoming(node.id)) > 1:
            yield "several flows into an activity"
