"""Where running cases of a version wait, in the database: tasks, service tasks, subscriptions."""

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases.store import cases
from engine.kernel.vocabulary import CaseStatus
from engine.messages.subscription_store import subscriptions
from engine.service_tasks.store import service_tasks
from engine.tasks.store import tasks

_VERSION = sa.bindparam("version_id", type_=sa.Uuid())
_IS_RUNNING = sa.and_(
    cases.c.version_id == _VERSION,
    cases.c.status.in_([CaseStatus.OPEN.value, CaseStatus.SUSPENDED.value]),
)
_RUNNING = sa.select(sa.func.count()).select_from(cases).where(_IS_RUNNING)


def _waiting(table: sa.Table, *open_ones: sa.ColumnElement[bool]) -> sa.Select[tuple[str, UUID]]:
    return (
        sa.select(table.c.element_id, table.c.case_id)
        .join_from(table, cases, cases.c.id == table.c.case_id)
        .where(_IS_RUNNING, *open_ones)
    )


_PLACES = sa.union(
    _waiting(tasks, tasks.c.closed_at.is_(None)),
    _waiting(service_tasks, service_tasks.c.closed_at.is_(None)),
    _waiting(subscriptions),
).subquery("places")
_WAITING_AT = sa.select(_PLACES.c.element_id, sa.func.count()).group_by(_PLACES.c.element_id)


def running(connection: Connection, version_id: UUID) -> int:
    """How many cases of a version have not ended."""
    return int(connection.execute(_RUNNING, {"version_id": version_id}).scalar_one())


def waiting_at(connection: Connection, version_id: UUID) -> Mapping[str, int]:
    """How many cases of a version wait at each element."""
    return dict(connection.execute(_WAITING_AT, {"version_id": version_id}).all())
