"""The people of a branch in a database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.people.pause import ClerkLoad, Pause
from engine.sql_desk_tables import pauses
from engine.sql_tables import memberships, tasks, users
from engine.storage.statements import execute_for, literal, upsert
from engine.tasks.model import TaskState

_USER_ID = sa.bindparam("user_id", type_=sa.Uuid())
_BRANCH_ID = sa.bindparam("branch_id", type_=sa.Uuid())
_NOW = sa.bindparam("now", type_=tasks.c.sort_at.type)

_PAUSE = sa.select(*pauses.c).where(pauses.c.user_id == _USER_ID, pauses.c.branch_id == _BRANCH_ID)
_SAVE_PAUSE = upsert(pauses)
_END_PAUSE = pauses.delete().where(pauses.c.user_id == _USER_ID, pauses.c.branch_id == _BRANCH_ID)


def _in_hand(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """How many open tasks of the branch somebody has: a look at one place of an index a person."""
    return (
        sa.select(sa.func.count())
        .select_from(tasks)
        .where(
            tasks.c.assignee_id == users.c.id,
            tasks.c.branch_id == _BRANCH_ID,
            tasks.c.state == literal(TaskState.OPEN),
            *conditions,
        )
        .scalar_subquery()
    )


_PEOPLE = (
    sa.select(
        users.c.id,
        users.c.username,
        users.c.display_name,
        memberships.c.roles,
        _in_hand(),
        _in_hand(tasks.c.sort_at < _NOW),
        *pauses.c,
    )
    .join(memberships, memberships.c.user_id == users.c.id)
    .outerjoin(
        pauses,
        sa.and_(pauses.c.user_id == memberships.c.user_id, pauses.c.branch_id == memberships.c.branch_id),
    )
    .where(memberships.c.branch_id == _BRANCH_ID, users.c.active)
    .order_by(users.c.username)
)
_DONE = (
    sa.select(tasks.c.assignee_id, sa.func.count())
    .where(
        tasks.c.branch_id == _BRANCH_ID,
        tasks.c.state == literal(TaskState.COMPLETED),
        tasks.c.closed_at >= sa.bindparam("midnight", type_=tasks.c.closed_at.type),
    )
    .group_by(tasks.c.assignee_id)
)


class SqlStaff:
    """Fills the ports `StaffWork` and `StaffReads` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def pause_of(self, user_id: UUID, branch_id: UUID) -> Pause | None:
        """The pause that was written last and not ended."""
        parameters = {"user_id": user_id, "branch_id": branch_id}
        row = self._connection.execute(_PAUSE, parameters).mappings().one_or_none()
        return Pause(**row) if row else None

    def save_pause(self, pause: Pause) -> None:
        """Write a pause, instead of an earlier one."""
        execute_for(self._connection, _SAVE_PAUSE, pause.__dict__)

    def end_pause(self, user_id: UUID, branch_id: UUID) -> bool:
        """Remove the pause."""
        parameters = {"user_id": user_id, "branch_id": branch_id}
        return self._connection.execute(_END_PAUSE, parameters).rowcount == 1

    def load(self, branch_id: UUID, *, now: datetime, midnight: datetime) -> Sequence[ClerkLoad]:
        """What each active person of the branch has in hand, by user name."""
        parameters = {"branch_id": branch_id, "now": now, "midnight": midnight}
        done: dict[UUID, int] = dict(self._connection.execute(_DONE, parameters).all())
        return [
            _load_of(row, done.get(row[0], 0), now) for row in self._connection.execute(_PEOPLE, parameters)
        ]


def _load_of(row: Sequence[Any], done: int, now: datetime) -> ClerkLoad:
    user_id, username, display_name, roles, held, overdue, *pause_columns = row
    names = (column.name for column in pauses.c)
    pause = Pause(**dict(zip(names, pause_columns, strict=True))) if pause_columns[0] else None
    return ClerkLoad(
        user_id=user_id,
        username=username,
        display_name=display_name,
        roles=frozenset(roles),
        open=held,
        overdue=overdue,
        completed_today=done,
        pause=pause if pause is not None and pause.holds(now) else None,
    )
