"""Reads cases for change: the case row is locked first, then what waits in it is read.

In PostgreSQL's READ COMMITTED each statement sees what is committed when it begins. So the case and its
tasks cannot come in one statement: while it waits for the lock, a colleague may close a task that it
would still show as open.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases.model import CaseStatus
from engine.cases.rows import CASE, SERVICE_TASK, TASK, case_of, service_task_of, task_of
from engine.ports_work import LockedCase
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from engine.sql_tables import cases, service_tasks, tasks
from engine.storage.statements import literal
from engine.tasks.model import Task, TaskState

_ID = sa.bindparam("id", type_=sa.Uuid())


def _locking(statement: sa.Select[Any], *, skip_locked: bool = False) -> sa.Select[Any]:
    # NO KEY: lockers follow each other all the same, and rows that refer to the case do not wait.
    return statement.with_for_update(of=cases, key_share=True, skip_locked=skip_locked)


_CASE = _locking(sa.select(*CASE).where(cases.c.id == _ID))
_FREE_CASE = _locking(sa.select(*CASE).where(cases.c.id == _ID), skip_locked=True)
_CASE_OF_TASK = _locking(
    sa.select(*CASE).where(
        cases.c.id == sa.select(tasks.c.case_id).where(tasks.c.id == _ID).scalar_subquery()
    )
)
_CASE_OF_SERVICE_TASK = _locking(
    sa.select(*CASE).where(
        cases.c.id == sa.select(service_tasks.c.case_id).where(service_tasks.c.id == _ID).scalar_subquery()
    )
)
_CASE_WITH_DUE_TIMER = _locking(
    sa.select(*CASE).where(
        cases.c.id == _ID,
        cases.c.status == literal(CaseStatus.OPEN),
        cases.c.next_timer_at <= sa.bindparam("now", type_=cases.c.next_timer_at.type),
    ),
    skip_locked=True,
)
_WAITING_TASKS = (
    sa.select(*TASK)
    .where(tasks.c.case_id == _ID, tasks.c.state == literal(TaskState.OPEN))
    .order_by(tasks.c.created_at, tasks.c.id)
)
_WAITING_SERVICE_TASKS = (
    sa.select(*SERVICE_TASK)
    .where(
        service_tasks.c.case_id == _ID,
        service_tasks.c.state.in_([literal(ServiceTaskState.OPEN), literal(ServiceTaskState.DEAD)]),
    )
    .order_by(service_tasks.c.created_at, service_tasks.c.id)
)
_OVERDUE = (
    sa.select(cases.c.id)
    .where(
        cases.c.status == literal(CaseStatus.OPEN),
        sa.text("NOT cases.overdue"),
        cases.c.term_rests_since.is_(None),
        cases.c.due_at < sa.bindparam("now", type_=cases.c.due_at.type),
    )
    .order_by(cases.c.due_at, cases.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)


def lock_case(connection: Connection, case_id: UUID) -> LockedCase | None:
    """The case, locked."""
    return _locked(connection, _CASE, {"id": case_id})


def lock_case_if_free(connection: Connection, case_id: UUID) -> LockedCase | None:
    """The case, locked; None at once if somebody else has it locked."""
    return _locked(connection, _FREE_CASE, {"id": case_id})


def lock_case_of_task(connection: Connection, task_id: UUID) -> LockedCase | None:
    """The case that the task belongs to, locked."""
    return _locked(connection, _CASE_OF_TASK, {"id": task_id})


def lock_case_of_service_task(connection: Connection, service_task_id: UUID) -> LockedCase | None:
    """The case that the service task belongs to, locked."""
    return _locked(connection, _CASE_OF_SERVICE_TASK, {"id": service_task_id})


def lock_case_with_due_timer(connection: Connection, case_id: UUID, now: datetime) -> LockedCase | None:
    """The case if it is open, its next timer is due, and nobody has it locked."""
    return _locked(connection, _CASE_WITH_DUE_TIMER, {"id": case_id, "now": now})


def overdue_cases(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Open cases whose term ended before `now` and that are not flagged yet, oldest term first."""
    return list(connection.execute(_OVERDUE, {"now": now, "limit": limit}).scalars())


def waiting_tasks(connection: Connection, case_id: UUID) -> tuple[Task, ...]:
    """The open tasks of a case, oldest first."""
    return tuple(task_of(row) for row in connection.execute(_WAITING_TASKS, {"id": case_id}))


def waiting_service_tasks(connection: Connection, case_id: UUID) -> tuple[ServiceTask, ...]:
    """The service tasks of a case that wait for an answer, oldest first."""
    rows = connection.execute(_WAITING_SERVICE_TASKS, {"id": case_id})
    return tuple(service_task_of(row) for row in rows)


def _locked(
    connection: Connection, statement: sa.Select[Any], parameters: dict[str, Any]
) -> LockedCase | None:
    row = connection.execute(statement, parameters).one_or_none()
    if row is None:
        return None
    case = case_of(row)
    return LockedCase(
        case=case,
        tasks=waiting_tasks(connection, case.id),
        service_tasks=waiting_service_tasks(connection, case.id),
    )
