"""What every part of a drawing is drawn with: new nodes and flows, variables, conditions, and chance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import TypeVar

from tests.difference.drawing import Condition, Diagram, Flow, Node, Scope, Trigger

SIGNALS = ("s1", "s2")
ESCALATIONS = ("up1", "up2")
ERRORS = ("bad1", "bad2")
LARGEST_VALUE = 9

T = TypeVar("T")


@dataclass(kw_only=True)
class Place:
    """Where something is drawn, and what may be done there.

    `writes` are the variables of the process with their first values, `visible` those that the branch itself
    has written. `errors` are the codes that something around catches. `ends` says whether a path may end
    here: not between a parallel gateway and its join. `cancels` is true inside a transaction with a cancel
    event, `undoes` where compensation may be thrown.
    """

    scope: Scope
    writes: dict[str, int]
    visible: list[str] = field(default_factory=list)
    errors: tuple[str, ...] = ()
    depth: int = 0
    ends: bool = True
    cancels: bool = False
    undoes: bool = True

    def see(self, names: Sequence[str]) -> None:
        """Let what a branch has written be seen here."""
        self.visible += [name for name in names if name not in self.visible]


Draw = Callable[["Pen", Place, str], str]
"""Draws something behind a node, and gives the node that it ends with."""


class Pen:
    """Draws one diagram; `left` is how many more nodes it may have, about.

    `block` draws something of any kind, `process` a whole process: what they are made of comes back to them.
    """

    def __init__(self, random: Random, *, key: str, block: Draw, process: "DrawProcess") -> None:
        self.random = random
        self.key = key
        self.diagram = Diagram()
        self.left = random.randint(4, 22)
        self.block = block
        self.process = process
        self._numbers = count(1)

    def new(self, word: str) -> str:
        """An id that begins with a word."""
        return f"{word}{next(self._numbers)}"

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def one_of(self, weights: dict[T, int]) -> T:
        """One of the keys, by their weights."""
        return self.random.choices([*weights], [*weights.values()])[0]

    def node(self, place: Place, word: str, kind: str, *, trigger: Trigger | None = None) -> Node:
        """A node that nothing leads to yet."""
        node = Node(id=self.new(word), kind=kind, trigger=trigger)
        place.scope.nodes[node.id] = node
        self.left -= 1
        return node

    def after(
        self, place: Place, before: str, word: str, kind: str, *, trigger: Trigger | None = None
    ) -> Node:
        """A node behind another."""
        node = self.node(place, word, kind, trigger=trigger)
        self.flow(place, before, node.id)
        return node

    def flow(self, place: Place, source: str, target: str, condition: Condition | None = None) -> Flow:
        flow = Flow(self.new("f"), source, target, condition)
        place.scope.flows.append(flow)
        return flow

    def finish(self, place: Place, last: str) -> None:
        """End a path."""
        self.after(place, last, "end", "endEvent")

    def sequence(self, place: Place, before: str, size: int = 99) -> str:
        """Some blocks one after the other, until so many nodes more are drawn or the room is used up."""
        until = max(self.left - size, 0)
        for _ in range(12):
            if self.left <= until:
                break
            before = self.block(self, place, before)
        return before

    def decision(self, place: Place, before: str) -> Node:
        """A task whose answer decides something."""
        return self.writer(place, self.after(place, before, "user", "userTask"))

    def condition(self, place: Place, name: str | None = None) -> Condition:
        """About a variable that this branch has written, or about any where it has written none."""
        name = name or self.random.choice(place.visible[-4:] or [*place.writes])
        return Condition(name, self.random.randint(1, LARGEST_VALUE - 2), self.chance(0.7))

    def writer(self, place: Place, node: Node) -> Node:
        """Let a node write a variable of its own name."""
        self.writes_unseen(place, node)
        place.see([node.id])
        return node

    def writes_unseen(self, place: Place, node: Node) -> None:
        """Let a node write a variable that only conditional events look at."""
        node.writes = node.id
        place.writes[node.id] = 0 if node.kind == "scriptTask" else self.random.randint(0, LARGEST_VALUE)

    def caught(self, place: Place, node: Node, kind: str, code: str | None = None) -> Trigger:
        """What an event of a kind waits for; `code` is that of an error."""
        match kind:
            case "timer":  # That two are due in the same second is unlikely.
                return Trigger(kind=kind, seconds=self.random.randint(1_000, 90_000))
            case "message":
                if self.chance(0.5):
                    self.writes_unseen(place, node)
                return Trigger(kind=kind, name=node.id)
            case "signal":
                return Trigger(kind=kind, name=self.random.choice(SIGNALS))
            case "condition":
                name = self.random.choice([*place.writes])
                return Trigger(kind=kind, condition=self.condition(place, name))
            case "error":
                return Trigger(kind=kind, name=code or "")
            case "escalation":
                return Trigger(kind=kind, name=self.random.choice([*ESCALATIONS, ""]))
        return Trigger(kind=kind)

    def thrown(self, place: Place, node: Node, kind: str) -> Trigger | None:
        """What an event of a kind throws."""
        match kind:
            case "none":
                return None
            case "signal":
                return Trigger(kind=kind, name=self.random.choice(SIGNALS))
            case "escalation":
                return Trigger(kind=kind, name=self.random.choice(ESCALATIONS))
            case "error":
                return Trigger(kind=kind, name=self.random.choice(place.errors))
            case "message":
                return Trigger(kind=kind, name=f"out-{node.id}")
        return Trigger(kind=kind)


DrawProcess = Callable[[Pen, str, int, tuple[str, ...]], None]
"""Draws a process of an id, so many calls deep, around which errors of these codes are caught."""
