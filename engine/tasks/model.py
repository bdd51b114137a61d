"""A task: work open for a person, held by at most one of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from engine.kernel.refusal import Conflict, HeldByAnother
from engine.kernel.vocabulary import Flag


class TaskState(StrEnum):
    """The life of a task."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Task:
    """A user or manual task as the worklist knows it; changed by evolving.

    `token` names it to the workflow. `prefill` is what the form starts from, `draft` what its holder saved
    last, at `draft_saved_at`. `candidate_groups` are the roles of the diagram that may claim it; none means
    every clerk of the branch. `flag` is the mark that the case carries while the task is open. `row_version`
    guards changes.
    """

    id: UUID
    case_id: UUID
    case_number: str
    procedure_key: str
    branch_id: UUID
    token: UUID
    element_id: str
    name: str
    form_id: str | None
    created_at: datetime
    state: TaskState = TaskState.OPEN
    flag: Flag | None = None
    priority: int = 50
    due_at: datetime | None = None
    follow_up_at: datetime | None = None
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    assignee_id: UUID | None = None
    assignee_name: str | None = None
    closed_at: datetime | None = None
    prefill: Mapping[str, Any]
    draft: Mapping[str, Any] | None = None
    draft_saved_at: datetime | None = None
    row_version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.state is TaskState.OPEN

    def require_open(self) -> None:
        """Refuse unless the task still waits."""
        if self.state is not TaskState.OPEN:
            raise Conflict(
                f"Expected task {self.id} to be open, but it is {self.state}.", code=f"task_{self.state}"
            )

    def claimed(self, user_id: UUID, user_name: str) -> "Task":
        """The task in the hands of a user; claiming what one already has changes nothing."""
        self.require_open()
        if self.assignee_id is not None and self.assignee_id != user_id:
            raise HeldByAnother(f"Expected task {self.id} to be free, but {self.assignee_name} has it.")
        return replace(self, assignee_id=user_id, assignee_name=user_name)

    def require_held_by(self, user_id: UUID | None) -> None:
        """Refuse unless the task waits and that user has it."""
        self.require_open()
        if self.assignee_id is None:
            raise Conflict(
                f"Expected task {self.id} to be claimed first, but nobody has it.", code="task_unclaimed"
            )
        if self.assignee_id != user_id:
            raise HeldByAnother(f"Expected you to have task {self.id}, but {self.assignee_name} has it.")

    def released(self) -> "Task":
        """The task free for anybody; the draft stays for whoever takes it up."""
        self.require_open()
        return replace(self, assignee_id=None, assignee_name=None)

    def assigned(self, user_id: UUID, user_name: str) -> "Task":
        """The task given to a user, whoever had it."""
        self.require_open()
        return replace(self, assignee_id=user_id, assignee_name=user_name)

    def drafted(self, draft: Mapping[str, Any], at: datetime) -> "Task":
        """The task with what its holder typed so far."""
        self.require_open()
        return replace(self, draft=draft, draft_saved_at=at)

    def no_longer_awaiting_citizen(self) -> "Task":
        """The task once its citizen brought what it waited for: it is the clerk's turn."""
        self.require_open()
        return replace(self, flag=None)

    def without_contents(self) -> "Task":
        """The task as lists have it: without what its form holds."""
        return replace(self, prefill={}, draft=None, draft_saved_at=None)

    def closed(self, state: TaskState, at: datetime) -> "Task":
        """The task done or cancelled; what was typed in a draft is not kept."""
        self.require_open()
        return replace(self, state=state, closed_at=at, draft=None, draft_saved_at=None)
