"""Undoes what was completed, the last first (BPMN 2.0.2, 13.5.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.difference.drawing import Node
from tests.difference.interpreter.state import Frame, Record, Undo, Visit

if TYPE_CHECKING:
    from tests.difference.interpreter.moves import Moves


class Undoing:
    """What is undone in a case whose tokens `moves` moves."""

    def __init__(self, moves: Moves) -> None:
        self._moves = moves

    def compensate(self, frame: Frame, node: Node, activity: str | None) -> None:
        """Undo an activity, or all; the event waits until that is done.

        What an event sub-process throws is for the scope around it.
        """
        thrower = Visit(node, frame)
        frame.visits.append(thrower)
        home = frame
        while home.scope.by_event and home.host is not None:
            home = home.host.frame
        self.go_on(Undo(home, home.taken(activity), thrower))

    def go_on(self, undo: Undo) -> None:
        """Undo what was completed last; when nothing is left, let the thrower go on."""
        thrower = undo.thrower
        if undo.left:
            self._undo(undo.left.pop(), undo)
        elif thrower is not None and thrower in thrower.frame.visits:
            thrower.frame.visits.remove(thrower)
            self._moves.note_end(thrower.frame, thrower.node)
            self._moves.leave(thrower.frame, thrower.node)

    def _undo(self, record: Record, undo: Undo) -> None:
        """By its handler; a sub-process without one by its own event sub-process, or by undoing all in it."""
        frame, node = undo.frame, record.node
        handler = next(
            (each.handler for each in frame.scope.attached(node.id) if each.handler is not None), None
        )
        if handler is not None:
            self._moves.start(Visit(frame.scope.nodes[handler], frame, undo=undo))
            return
        if node.inner is None:
            raise TypeError(f"expected a sub-process at {node.id}")
        visit = Visit(node, frame, undo=undo)
        frame.visits.append(visit)
        inner = visit.inner = Frame(node.inner, visit, frame.variables, records=record.inside)
        own = inner.scope.compensator()
        if own is not None:
            self._moves.start(Visit(own, inner))
        else:
            self.go_on(Undo(inner, inner.taken(None)))
