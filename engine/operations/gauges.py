"""Counts for the operator: what there is now, and what began and ended since the beginning."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases.model import CaseStatus
from engine.outbox.model import JobState
from engine.ports_reads import Gauges, Totals
from engine.sql_tables import cases, jobs, tasks, worker_beats
from engine.storage.statements import literal
from engine.storage.types import UtcDateTime
from engine.tasks.model import TaskState

_NOW = sa.bindparam("now", type_=UtcDateTime)
_SINCE, _UNTIL = (sa.bindparam(name, type_=UtcDateTime) for name in ("since", "until"))
_NO_END = datetime(9999, 1, 1, tzinfo=UTC)


def _count(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(*conditions).scalar_subquery()


def _within(moment: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
    return sa.and_(moment >= _SINCE, moment < _UNTIL)


_BEGUN_AND_DONE = sa.select(
    _count(cases, _within(cases.c.opened_at)),
    _count(tasks, tasks.c.state == literal(TaskState.COMPLETED), _within(tasks.c.closed_at)),
)
_ENDED = sa.select(cases.c.status, sa.func.count()).where(_within(cases.c.closed_at)).group_by(cases.c.status)
_COUNTS = sa.select(
    _count(cases, cases.c.status == literal(CaseStatus.SUSPENDED)),
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


def totals(connection: Connection, *, until: datetime, after: Totals) -> Totals:
    """What began and ended before `until`, counted from where `after` stops."""
    window = {"since": after.until, "until": until}
    opened, completed = connection.execute(_BEGUN_AND_DONE, window).one()
    ended: dict[str, int] = dict(connection.execute(_ENDED, window).all())
    return Totals(
        until=until,
        cases_opened=after.cases_opened + opened,
        cases_ended={
            status: after.cases_ended.get(status, 0) + ended.get(status, 0)
            for status in after.cases_ended.keys() | ended.keys()
        },
        tasks_completed=after.tasks_completed + completed,
    )


def gauges(connection: Connection, now: datetime, *, after: Totals) -> Gauges:
    """The operator's counts. Cases that run are not counted: they are what was opened and has not ended."""
    reached = totals(connection, until=_NO_END, after=after)
    suspended, open_tasks, ready, dead, stuck, oldest_run_at, last_beat = connection.execute(
        _COUNTS, {"now": now}
    ).one()
    running = reached.cases_opened - sum(reached.cases_ended.values()) - suspended
    return Gauges(
        cases_started=reached.cases_opened,
        cases_by_status={
            **{status.value: reached.cases_ended.get(status.value, 0) for status in CaseStatus},
            CaseStatus.OPEN.value: running,
            CaseStatus.SUSPENDED.value: suspended,
        },
        tasks_completed=reached.tasks_completed,
        open_tasks=open_tasks,
        jobs_ready=ready,
        job_lag_seconds=(now - oldest_run_at).total_seconds() if oldest_run_at else 0.0,
        dead_letters=dead,
        stuck_cases=stuck,
        last_worker_beat=last_beat,
    )
