"""What stands where in a case: open scopes, activities, tokens held at joins, and what is waited for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.difference.drawing import Node, Scope


class Variables:
    """The variables of one process: one scope that all its tokens share, where the last write counts.

    So it is in Camunda 8, which the dialect follows where BPMN leaves it open. A called process has its own,
    and hands all of them over when it ends.
    """

    def __init__(self) -> None:
        self.values: dict[str, object] = {}

    def write(self, name: str | None, value: object) -> None:
        if name is not None:
            self.values[name] = value


@dataclass(eq=False)
class Wait:
    """Something that may happen: somebody answers, a message comes, a timer is due, an error is thrown.

    `node` is the element that shows it. `visit` is the activity or event that waits, for a boundary event the
    activity that it is attached to, None for the start of an event sub-process. `held` is whether a condition
    was true when it was last looked at.
    """

    kind: str
    node: Node
    frame: Frame
    visit: Visit | None
    number: int
    since: int
    name: str = ""
    due: int = 0
    left: int = 1
    held: bool = False


@dataclass(eq=False)
class Visit:
    """A token at a node that takes time.

    `waits` is what it waits for itself, `edge` its boundary events. `inner` is the scope open in it. A loop
    has `instances`, which are visits too, `of` it; `collected` has the numbers of those that are done.
    `inside` is what can be undone in the scope that it had open, `records` that for each instance. `undo` is
    what a compensation handler, or a sub-process that is undone, belongs to.
    """

    node: Node
    frame: Frame
    waits: list[Wait] = field(default_factory=list)
    edge: list[Wait] = field(default_factory=list)
    inner: Frame | None = None
    instances: list[Visit] = field(default_factory=list)
    of: Visit | None = None
    begun: int = 0
    done: int = 0
    undo: Undo | None = None
    inside: list[Record] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    index: int = 0
    collected: set[int] = field(default_factory=set)

    @property
    def whole(self) -> Visit:
        """The activity that an instance is part of; itself where it is none."""
        return self.of or self


@dataclass(eq=False)
class Record:
    """An activity that was completed and can be undone, with what was completed inside it."""

    node: Node
    inside: list[Record]


@dataclass(eq=False)
class Undo:
    """A compensation under way in a frame: what is left to undo, the last completed last.

    `thrower` is the event that waits for it, None where a transaction is cancelled or a scope is undone.
    """

    frame: Frame
    left: list[Record]
    thrower: Visit | None = None


@dataclass(eq=False)
class Frame:
    """An open scope: the process, a called one, or the inside of a sub-process.

    `held` has the flows by which tokens have come to joins, by the join's id. `listeners` are the starts of
    event sub-processes. `is_called` marks a frame with variables of its own.
    """

    scope: Scope
    host: Visit | None
    variables: Variables
    visits: list[Visit] = field(default_factory=list)
    held: dict[str, list[str]] = field(default_factory=dict)
    listeners: list[Wait] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    is_called: bool = False
    is_cancelled: bool = False

    def waits(self) -> Iterator[Wait]:
        """Everything that is waited for here and inside."""
        yield from self.listeners
        for visit in self.visits:
            yield from visit.edge
            for each in (visit, *visit.instances):
                yield from each.waits
                if each.inner is not None:
                    yield from each.inner.waits()

    def frames(self) -> Iterator[Frame]:
        """This frame and every one inside, outer ones first."""
        yield self
        for visit in self.visits:
            for each in (visit, *visit.instances):
                if each.inner is not None:
                    yield from each.inner.frames()

    def taken(self, activity: str | None) -> list[Record]:
        """What can be undone of one activity, or all; it can be undone once only."""
        taken = [record for record in self.records if activity in {None, record.node.id}]
        self.records = [record for record in self.records if record not in taken]
        return taken

    def outwards(self, visit: Visit | None) -> Iterator[list[Wait]]:
        """What listens around a place, level by level: on the edge, in the scope, on its edge."""
        current: Frame | None = self
        while current is not None:
            if visit is not None:
                yield list(visit.whole.edge)
            yield list(current.listeners)
            visit = current.host
            current = visit.frame if visit is not None else None
