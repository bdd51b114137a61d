"""Worklists in the in-memory tables."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from engine.cases.model import CaseStatus, Flag
from engine.kernel.permission import Sight
from engine.memory import case_rows
from engine.memory.tables import Tables
from engine.memory.task_orders import by_due, by_priority
from engine.ports_work import LockedCase
from engine.service_tasks.model import ServiceTaskState
from engine.tasks.model import Task, TaskState
from engine.tasks.worklist_model import (
    COUNTED_TO,
    LOOKED_THROUGH,
    ProcedureInWork,
    SavedFilter,
    WorklistCounts,
)

_WATCHED = 100


class MemoryWorklists:
    """Fills the ports `WorklistWork` and `WorklistReads`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def free_tasks(self, branch_id: UUID, *, after: Task | None, limit: int) -> Sequence[Task]:
        """Open tasks of the branch's open cases that nobody has, the most urgent first."""
        free = [
            task.without_contents()
            for task in self._tables.tasks.values()
            if task.branch_id == branch_id
            and task.state is TaskState.OPEN
            and task.assignee_id is None
            and self._tables.cases[task.case_id].status is CaseStatus.OPEN
            and (after is None or by_priority(task) > by_priority(after))
        ]
        return sorted(free, key=by_priority)[:limit]

    def lock_case_if_free(self, case_id: UUID) -> LockedCase | None:
        """The case; whoever has begun a unit of work has every case to themselves."""
        return case_rows.locked(self._tables, case_id)

    def cases_of(self, task_ids: Sequence[UUID]) -> Mapping[UUID, UUID]:
        """The case of each task."""
        found = (self._tables.tasks.get(task_id) for task_id in task_ids)
        return {task.id: task.case_id for task in found if task is not None}

    def held_by(self, username: str, branch_id: UUID, *, limit: int) -> Sequence[UUID]:
        """Open tasks of the branch that the user has."""
        held = [
            task
            for task in self._tables.tasks.values()
            if task.state is TaskState.OPEN and (task.assignee_name, task.branch_id) == (username, branch_id)
        ]
        return [task.id for task in sorted(held, key=by_due)[:limit]]

    def filters_of(self, user_id: UUID) -> Sequence[SavedFilter]:
        """The filters that a person keeps, by name."""
        kept = (saved for saved in self._tables.saved_filters.values() if saved.user_id == user_id)
        return sorted(kept, key=lambda saved: (saved.name, saved.id))

    def save_filter(self, saved: SavedFilter) -> None:
        """Write a new or changed filter."""
        self._tables.saved_filters[saved.id] = saved

    def forget_filter(self, filter_id: UUID, user_id: UUID) -> bool:
        """Remove a filter of that person."""
        saved = self._tables.saved_filters.get(filter_id)
        if saved is None or saved.user_id != user_id:
            return False
        del self._tables.saved_filters[filter_id]
        return True

    def counts(self, *, sight: Sight, user_id: UUID | None, now: datetime) -> WorklistCounts:
        """How much there is in sight."""
        seen = [
            task
            for task in self._tables.tasks.values()
            if task.state is TaskState.OPEN and _sees(sight, task.branch_id)
        ]
        awaiting_agency = (
            task
            for task in self._tables.service_tasks.values()
            if task.state is ServiceTaskState.OPEN and _sees(sight, task.branch_id)
        )
        return WorklistCounts(
            mine=_counted(task for task in seen if user_id is not None and task.assignee_id == user_id),
            branch=_counted(seen),
            unassigned=_counted(task for task in seen if task.assignee_id is None),
            overdue=_counted(task for task in seen if task.due_at is not None and task.due_at < now),
            awaiting_agency=_counted(awaiting_agency),
            ready_for_pickup=_counted(task for task in seen if task.flag is Flag.READY_FOR_PICKUP),
        )

    def procedures_in_work(self, *, sight: Sight) -> Sequence[ProcedureInWork]:
        """The procedures of the open tasks in sight, by key."""
        tasks = (
            task
            for task in self._tables.tasks.values()
            if task.state is TaskState.OPEN and _sees(sight, task.branch_id)
        )
        keys = {task.procedure_key for task in sorted(tasks, key=by_due)[:LOOKED_THROUGH]}
        versions = sorted(self._tables.versions.values(), key=lambda version: version.number)
        newest = {version.key: version for version in versions if version.key in keys}
        return [
            ProcedureInWork(key=key, title=version.title, title_en=version.title_en)
            for key, version in sorted(newest.items())
        ]

    def pulse_of_branch(self, branch_id: UUID) -> str:
        """A text that is another one after every act in a case of the branch."""
        cases = (case for case in self._tables.cases.values() if case.branch_id == branch_id)
        return _fingerprint(f"{case.id}:{case.journal.length}" for case in cases)

    def pulse_of_agency(self, agency_id: UUID) -> str:
        """A text that is another one after a change of the agency's open service tasks."""
        mine = [
            task
            for task in self._tables.service_tasks.values()
            if task.agency_id == agency_id and task.state is ServiceTaskState.OPEN
        ]
        oldest = sorted(mine, key=lambda task: (task.created_at, task.id))[:_WATCHED]
        return _fingerprint(f"{task.id}:{task.row_version}" for task in oldest)


def _sees(sight: Sight, branch_id: UUID) -> bool:
    return sight.everywhere or (sight.branch_id is not None and sight.branch_id == branch_id)


def _counted(things: Iterable[object]) -> int:
    return min(sum(1 for _ in things), COUNTED_TO)


def _fingerprint(parts: Iterable[str]) -> str:
    return hashlib.sha256(" ".join(sorted(parts)).encode()).hexdigest()[:32]
