"""What the engine needs from storage for worklists: counts, the next task, saved filters, the pulse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from engine.kernel.permission import Sight
from engine.tasks.model import Task
from engine.tasks.worklist_model import ProcedureInWork, SavedFilter, WorklistCounts

if TYPE_CHECKING:
    from engine.ports_work import LockedCase


class WorklistWork(Protocol):
    """Worklists in a unit of work."""

    def free_tasks(self, branch_id: UUID, *, after: Task | None, limit: int) -> Sequence[Task]:
        """Up to `limit` open tasks of the branch's open cases that nobody has, the most urgent first.

        That is the order of `TaskOrder.PRIORITY`; `after` is the last one that was given. Not locked; prefill
        and draft are empty.
        """

    def lock_case_if_free(self, case_id: UUID) -> LockedCase | None:
        """The case, locked; None at once if somebody else has it locked, or there is no such case."""

    def cases_of(self, task_ids: Sequence[UUID]) -> Mapping[UUID, UUID]:
        """The case of each task; tasks that do not exist are left out."""

    def held_by(self, username: str, branch_id: UUID, *, limit: int) -> Sequence[UUID]:
        """Up to `limit` open tasks of the branch that the user has, active or not, those due first."""

    def filters_of(self, user_id: UUID) -> Sequence[SavedFilter]:
        """The filters that a person keeps, by name."""

    def save_filter(self, saved: SavedFilter) -> None:
        """Write a new or changed filter, known by its id."""

    def forget_filter(self, filter_id: UUID, user_id: UUID) -> bool:
        """Remove a filter of that person; False if there is none."""


class WorklistReads(Protocol):
    """Questions about worklists."""

    def counts(self, *, sight: Sight, user_id: UUID | None, now: datetime) -> WorklistCounts:
        """How much there is in sight; what is due before `now` is overdue."""

    def procedures_in_work(self, *, sight: Sight) -> Sequence[ProcedureInWork]:
        """The procedures of the open tasks in sight, of the `LOOKED_THROUGH` due first, by key."""

    def filters_of(self, user_id: UUID) -> Sequence[SavedFilter]:
        """The filters that a person keeps, by name."""

    def pulse_of_branch(self, branch_id: UUID) -> str:
        """A text that is another one after every act in a case of the branch: compare it, nothing more.

        Every line of a journal is an act; a saved draft is none. One read of one index, whatever the number
        of cases.
        """

    def pulse_of_agency(self, agency_id: UUID) -> str:
        """The same for the open service tasks of an agency, of which the oldest hundred are watched."""
