"""Reads single tasks and service tasks, and leases service tasks to agencies that poll."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases.model import CaseStatus
from engine.cases.rows import SERVICE_TASK, TASK, service_task_of, task_of
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from engine.sql_tables import cases, service_tasks, tasks
from engine.storage.statements import literal
from engine.tasks.model import Task

_ID = sa.bindparam("id", type_=sa.Uuid())
_TASK = sa.select(*TASK).where(tasks.c.id == _ID)
_SERVICE_TASK = sa.select(*SERVICE_TASK).where(service_tasks.c.id == _ID)

_NOW = sa.bindparam("now", type_=service_tasks.c.locked_until.type)
_FREE = (
    sa.select(service_tasks.c.id)
    .join(cases, cases.c.id == service_tasks.c.case_id)
    .where(
        service_tasks.c.agency_id == sa.bindparam("agency", type_=sa.Uuid()),
        service_tasks.c.topic.in_(sa.bindparam("topics", type_=service_tasks.c.topic.type, expanding=True)),
        service_tasks.c.state == literal(ServiceTaskState.OPEN),
        service_tasks.c.supplement_wanted.is_(None),
        sa.or_(service_tasks.c.locked_until.is_(None), service_tasks.c.locked_until <= _NOW),
        cases.c.status == literal(CaseStatus.OPEN),
    )
    .order_by(service_tasks.c.created_at, service_tasks.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    # The case too: one that a colleague is just closing or suspending is passed over.
    .with_for_update(of=[service_tasks, cases], key_share=True, skip_locked=True)
    .cte("free")
)
_LEASE = (
    service_tasks.update()
    .where(service_tasks.c.id.in_(sa.select(_FREE.c.id)))
    .values(
        locked_by=sa.bindparam("worker", type_=service_tasks.c.locked_by.type),
        locked_until=sa.bindparam("until_", type_=service_tasks.c.locked_until.type),
        row_version=service_tasks.c.row_version + 1,
    )
    .returning(*SERVICE_TASK)
)


def task(connection: Connection, task_id: UUID) -> Task | None:
    """One task, not locked."""
    row = connection.execute(_TASK, {"id": task_id}).one_or_none()
    return task_of(row) if row else None


def service_task(connection: Connection, service_task_id: UUID) -> ServiceTask | None:
    """One service task, not locked."""
    row = connection.execute(_SERVICE_TASK, {"id": service_task_id}).one_or_none()
    return service_task_of(row) if row else None


def lease_service_tasks(
    connection: Connection,
    *,
    agency_id: UUID,
    topics: Sequence[str],
    worker: str,
    now: datetime,
    until: datetime,
    limit: int,
) -> Sequence[ServiceTask]:
    """Lock open service tasks of open cases that nobody holds, oldest first."""
    parameters = {
        "agency": agency_id,
        "topics": list(topics),
        "worker": worker,
        "now": now,
        "until_": until,
        "limit": limit,
    }
    leased = [service_task_of(row) for row in connection.execute(_LEASE, parameters)]
    return sorted(leased, key=lambda task: (task.created_at, task.id))
