"""Tokens: where a case stands, as the library's tasks without predictions, log lines or clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from engine.runtime.library import Task, TaskState

if TYPE_CHECKING:
    from engine.runtime.scopes import TokenTree
    from engine.runtime.specs.flow_node import FlowNode

LIVE = TaskState.FUTURE | TaskState.WAITING | TaskState.READY | TaskState.STARTED


class Token(Task):  # type: ignore[misc]  # the library's class carries no types
    """A visit of one flow node.

    `data` is never changed in place, always replaced: it is shared with the token's parent and children.
    `writers` says which element wrote each variable last. `local` holds the variables of the element's own
    scope. `facts` (the library's `internal_data`) is what the element's spec remembers between steps.
    `serial` orders tokens by when they last did something.
    """

    id: UUID
    workflow: TokenTree
    task_spec: FlowNode
    data: Mapping[str, Any]
    internal_data: dict[str, Any]

    def __init__(
        self,
        scope: TokenTree,
        spec: FlowNode,
        parent: Token | None,
        *,
        arrived_by: str | None = None,
        id: UUID | None = None,  # noqa: A002 - the library's name
    ) -> None:
        # The library's constructor reads the clock for every task, so it is not called; these are its
        # attributes.
        self.id = id or uuid4()
        self.workflow = scope
        self.task_spec = spec
        self.triggered = False
        self.thread_id = 0
        self.last_state_change = 0.0
        self.internal_data = {}
        self._parent = parent.id if parent is not None else None
        self._children: list[UUID] = []
        self._state = 0
        self.data = parent.data if parent is not None else {}
        self.writers: Mapping[str, str] = parent.writers if parent is not None else {}
        self.local: Mapping[str, Any] = {}
        self.arrived_by = arrived_by
        self.serial = scope.top_workflow.next_serial()
        scope.tasks[self.id] = self
        if parent is not None:
            parent._children.append(self.id)  # noqa: SLF001 - its own class

    @property
    def facts(self) -> dict[str, Any]:
        """What the element's spec remembers about this visit."""
        return self.internal_data

    @property
    def context(self) -> Mapping[str, Any]:
        """Every variable that an expression at this element sees."""
        return {**self.data, **self.local} if self.local else self.data

    @property
    def state_code(self) -> int:
        """The library's number of the state, as snapshots keep it."""
        return self._state

    @property
    def parent_id(self) -> UUID | None:
        """The id of the token this one came from, in the trimmed tree."""
        return self._parent

    @property
    def child_ids(self) -> list[UUID]:
        """The ids of the tokens that came from this one."""
        return self._children

    @property
    def waiting(self) -> bool:
        """Whether it waits for an event or for other tokens."""
        return self._state == int(TaskState.WAITING)

    @property
    def completed(self) -> bool:
        """Whether the element was left."""
        return self._state == int(TaskState.COMPLETED)

    @property
    def alive(self) -> bool:
        """Whether it still stands somewhere."""
        return bool(self._state & LIVE)

    @property
    def present(self) -> bool:
        """Whether it is still part of its scope."""
        return self.id in self.workflow.tasks

    def write(self, values: Mapping[str, Any], *, writer: str) -> None:
        """Set variables, as written by the element `writer`."""
        if not values:
            return
        self.data = {**self.data, **values}
        self.writers = {**self.writers, **dict.fromkeys(values, writer)}

    def take(self, data: Mapping[str, Any], writers: Mapping[str, str]) -> None:
        """Replace the data, with who wrote it."""
        self.data, self.writers = data, writers

    def wait(self) -> None:
        """Stand and wait for an event or for other tokens."""
        self._set_state(TaskState.WAITING)

    def start(self) -> None:
        """Stand and wait for an answer, or for what runs inside."""
        self._set_state(TaskState.STARTED)

    def make_ready(self) -> None:
        """Put it before the runner, or, at a task for a person, before that person."""
        self._set_state(TaskState.READY)

    def enter(self) -> None:
        """Arrive at the element: its spec decides whether it is ready or waits."""
        self.task_spec._update(self)  # noqa: SLF001 - the library's way in

    def complete_root(self) -> None:
        """Mark the first token of a scope as left; it is no visit of an element."""
        self._set_state(TaskState.COMPLETED)

    def restore(self, *, state: int) -> None:
        """Set the state that a snapshot holds."""
        self._set_state(state)

    def leave_index(self) -> None:
        """Be counted no more: the token is being removed."""
        self._set_state(TaskState.CANCELLED)

    def _set_state(self, value: int) -> None:
        before, self._state = self._state, int(value)
        if before != self._state:
            self.workflow.top_workflow.index.note(self, before)

    def replace_child(self, old: UUID, new: UUID) -> None:
        """Let `new` stand where `old` stood among the children."""
        self._children[self._children.index(old)] = new

    def forget_child(self, child: UUID) -> None:
        """Drop one of the children."""
        self._children.remove(child)

    def hang_under(self, parent: UUID | None) -> None:
        """Change the parent, this side of the tie only."""
        self._parent = parent
