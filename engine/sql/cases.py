"""Shows one case, and counts for the operator."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.domain.case import CaseStatus
from engine.domain.job import JobState
from engine.domain.task import TaskState
from engine.ports.reads import CaseView, Gauges
from engine.sql.case_locks import waiting_service_tasks, waiting_tasks
from engine.sql.case_rows import CASE, PARTY, case_of, party_of
from engine.sql.statements import literal
from engine.sql.tables import cases, jobs, parties, tasks, worker_beats

_CASE = sa.select(*CASE).where(cases.c.id == sa.bindparam("id", type_=sa.Uuid()))
_CASE_NUMBERED = sa.select(*CASE).where(cases.c.number == sa.bindparam("number", type_=cases.c.number.type))
_PARTIES = (
    sa.select(*PARTY).where(parties.c.case_id == sa.bindparam("id", type_=sa.Uuid())).order_by(parties.c.id)
)

_NOW = sa.bindparam("now", type_=jobs.c.run_at.type)
_STATUSES = sa.select(cases.c.status, sa.func.count()).group_by(cases.c.status)


def _count(table: sa.Table, condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(condition).scalar_subquery()


_COUNTS = sa.select(
    _count(tasks, tasks.c.state == literal(TaskState.COMPLETED)),
    _count(tasks, tasks.c.state == literal(TaskState.OPEN)),
    _count(jobs, jobs.c.state == literal(JobState.READY)),
    _count(jobs, jobs.c.state == literal(JobState.DEAD)),
    _count(cases, sa.literal_column("cases.stuck", sa.Boolean)),
    sa.select(sa.func.min(jobs.c.run_at))
    .where(
        jobs.c.state == literal(JobState.READY),
        jobs.c.run_at <= _NOW,
        sa.or_(jobs.c.leased_until.is_(None), jobs.c.leased_until <= _NOW),
    )
    .scalar_subquery(),
    sa.select(sa.func.max(worker_beats.c.at)).scalar_subquery(),
)


def case(connection: Connection, case_id: UUID) -> CaseView | None:
    """One case with what is open in it and who is in it."""
    return _view(connection, _CASE, {"id": case_id})


def case_numbered(connection: Connection, number: str) -> CaseView | None:
    """One case by its number."""
    return _view(connection, _CASE_NUMBERED, {"number": number})


def gauges(connection: Connection, now: datetime) -> Gauges:
    """The operator's counts; they read whole indexes and are not for every request."""
    found: dict[str, int] = dict(connection.execute(_STATUSES).all())
    by_status = {status.value: found.get(status.value, 0) for status in CaseStatus}
    completed, open_tasks, ready, dead, stuck, oldest_run_at, last_beat = connection.execute(
        _COUNTS, {"now": now}
    ).one()
    return Gauges(
        cases_started=sum(by_status.values()),
        cases_by_status=by_status,
        tasks_completed=completed,
        open_tasks=open_tasks,
        jobs_ready=ready,
        job_lag_seconds=(now - oldest_run_at).total_seconds() if oldest_run_at else 0.0,
        dead_letters=dead,
        stuck_cases=stuck,
        last_worker_beat=last_beat,
    )


def _view(connection: Connection, statement: sa.Select[Any], key: dict[str, Any]) -> CaseView | None:
    row = connection.execute(statement, key).one_or_none()
    if row is None:
        return None
    shown = case_of(row)
    return CaseView(
        case=shown,
        tasks=waiting_tasks(connection, shown.id),
        service_tasks=waiting_service_tasks(connection, shown.id),
        parties=tuple(party_of(row) for row in connection.execute(_PARTIES, {"id": shown.id})),
    )
