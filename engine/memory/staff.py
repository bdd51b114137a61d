"""The people of a branch in the in-memory tables."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from engine.memory.tables import Tables
from engine.organisation.model import User
from engine.people.pause import ClerkLoad, Pause
from engine.tasks.model import TaskState


class MemoryStaff:
    """Fills the ports `StaffWork` and `StaffReads`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def pause_of(self, user_id: UUID, branch_id: UUID) -> Pause | None:
        """The pause that was written last and not ended."""
        return self._tables.pauses.get((user_id, branch_id))

    def save_pause(self, pause: Pause) -> None:
        """Write a pause."""
        self._tables.pauses[pause.user_id, pause.branch_id] = pause

    def end_pause(self, user_id: UUID, branch_id: UUID) -> bool:
        """Remove the pause."""
        return self._tables.pauses.pop((user_id, branch_id), None) is not None

    def load(self, branch_id: UUID, *, now: datetime, midnight: datetime) -> Sequence[ClerkLoad]:
        """What each active person of the branch has in hand, by user name."""
        people = [
            (self._tables.users[user_id], roles)
            for (user_id, place), roles in self._tables.members.items()
            if place == branch_id and roles and self._tables.users[user_id].active
        ]
        return [
            self._load_of(user, roles, branch_id, now=now, midnight=midnight)
            for user, roles in sorted(people, key=lambda person: person[0].username)
        ]

    def _load_of(
        self, user: User, roles: frozenset[str], branch_id: UUID, *, now: datetime, midnight: datetime
    ) -> ClerkLoad:
        theirs = [
            task
            for task in self._tables.tasks.values()
            if (task.assignee_id, task.branch_id) == (user.id, branch_id)
        ]
        in_hand = [task for task in theirs if task.state is TaskState.OPEN]
        done = [
            task
            for task in theirs
            if task.state is TaskState.COMPLETED and task.closed_at is not None and task.closed_at >= midnight
        ]
        pause = self.pause_of(user.id, branch_id)
        return ClerkLoad(
            user_id=user.id,
            username=user.username,
            display_name=user.display_name,
            roles=roles,
            open=len(in_hand),
            overdue=sum(task.due_at is not None and task.due_at < now for task in in_hand),
            completed_today=len(done),
            pause=pause if pause is not None and pause.holds(now) else None,
        )
