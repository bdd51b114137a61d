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
    scope. `facts` is what the element's spec remembers between steps. `serial` orders tokens by when they
    last did something. `waiting` is a token for an event or for other tokens, `completed` one that has left
    its element, `alive` one that still stands somewhere.
    """

    parent: Token | None = None
    """The token this one came from, in the trimmed tree; in the library, a property that looks it up."""
    children: list[Token] = []  # noqa: RUF012 - hides the library's property; each token gets a list of its own

    id: UUID
    workflow: TokenTree
    task_spec: FlowNode
    data: Mapping[str, Any]

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
        self._state = 0
        self.facts: dict[str, Any] = {}
        self.parent = parent
        self.children = []
        self.waiting = self.completed = self.alive = False
        self.data = parent.data if parent is not None else {}
        self.writers: Mapping[str, str] = parent.writers if parent is not None else {}
        self.local: Mapping[str, Any] = {}
        self.arrived_by = arrived_by
        case = scope.top_workflow
        case.serial += 1
        self.serial = case.serial
        scope.tasks[self.id] = self
        if parent is not None:
            parent.children.append(self)

    @property
    def context(self) -> Mapping[str, Any]:
        """Every variable that an expression at this element sees."""
        return {**self.data, **self.local} if self.local else self.data

    @property
    def origin(self) -> Token:
        """The parent of a token that is not the first one; LookupError for that."""
        if self.parent is None:
            raise LookupError(f"expected a token that came from another, found the first one of {self.id}")
        return self.parent

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

    def mark_left(self) -> None:
        """Count as left without doing anything: the first token of a scope is no visit of an element."""
        self._set_state(TaskState.COMPLETED)

    def restore(self, state: int) -> None:
        """Set the state that a snapshot holds."""
        self._set_state(state)

    def leave_index(self) -> None:
        """Be counted no more: the token is being removed."""
        self._set_state(TaskState.CANCELLED)

    def _set_state(self, value: int) -> None:
        before, self._state = self._state, value
        if before != value:
            self.waiting, self.completed = value == TaskState.WAITING, value == TaskState.COMPLETED
            self.alive = bool(value & LIVE)
            self.workflow.top_workflow.index.note(self, value, was_alive=bool(before & LIVE))
