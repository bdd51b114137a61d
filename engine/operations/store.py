"""What an operator counts: cases, tasks, jobs, failing deliveries, signs of life of workers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy import Column, Table
from sqlalchemy.engine import Connection

from engine.access.store import OPEN_CONCERNS
from engine.cases.store import cases
from engine.kernel.vocabulary import CaseStatus
from engine.operations.model import NOTHING_COUNTED, FailingAgency, Gauges, Totals
from engine.organisation.store import agencies
from engine.organisation.version_store import in_force, organisation_versions
from engine.outbox.model import JobState
from engine.outbox.store import jobs
from engine.service_tasks.store import service_tasks
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.statements import execute_for, literal, upsert
from engine.storage.types import PlainText, UtcDateTime
from engine.tasks.model import TaskState
from engine.tasks.store import tasks

worker_beats = Table(
    "worker_beats",
    metadata,
    Column("worker", PlainText(), primary_key=True),
    columns.moment("at"),
)


_BEAT = upsert(worker_beats)


def beat(connection: Connection, worker: str, now: datetime) -> None:
    """Note that a worker is alive."""
    execute_for(connection, _BEAT, {"worker": worker, "at": now})


_LAST_BEAT = sa.select(sa.func.max(worker_beats.c.at))


def last_beat(connection: Connection) -> datetime | None:
    """When a worker was last alive; None if none ever was."""
    found: datetime | None = connection.execute(_LAST_BEAT).scalar_one()
    return found


_NOW = sa.bindparam("now", type_=UtcDateTime)
_SINCE, _UNTIL = (sa.bindparam(name, type_=UtcDateTime) for name in ("since", "until"))
_NO_END = datetime(9999, 1, 1, tzinfo=UTC)


def _count(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(*conditions).scalar_subquery()


def _within(moment: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
    return sa.and_(moment >= _SINCE, moment < _UNTIL)


_BEGUN_AND_DONE = sa.select(
    _count(cases, _within(cases.c.opened_at)).label("opened"),
    _count(tasks, tasks.c.state == literal(TaskState.COMPLETED), _within(tasks.c.closed_at)).label(
        "completed"
    ),
)
_ENDED = sa.select(cases.c.status, sa.func.count()).where(_within(cases.c.closed_at)).group_by(cases.c.status)
_COUNTS = sa.select(
    _count(cases, cases.c.status == literal(CaseStatus.SUSPENDED)).label("suspended"),
    _count(tasks, tasks.c.state == literal(TaskState.OPEN)).label("open_tasks"),
    _count(jobs, jobs.c.state == literal(JobState.READY), jobs.c.held_at.is_(None)).label("jobs_ready"),
    _count(jobs, jobs.c.state == literal(JobState.DEAD)).label("dead_letters"),
    _count(agencies, agencies.c.disabled_at.is_not(None)).label("paused_agencies"),
    OPEN_CONCERNS.scalar_subquery().label("access_concerns"),
    _count(cases, sa.literal_column("cases.stuck", sa.Boolean)).label("stuck_cases"),
    sa.select(sa.func.min(jobs.c.run_at))
    .where(
        jobs.c.state == literal(JobState.READY),
        jobs.c.held_at.is_(None),
        jobs.c.run_at <= _NOW,
        sa.or_(jobs.c.leased_until.is_(None), jobs.c.leased_until <= _NOW),
    )
    .scalar_subquery()
    .label("oldest_run_at"),
    _LAST_BEAT.scalar_subquery().label("last_worker_beat"),
)


def totals(connection: Connection, *, until: datetime, after: Totals = NOTHING_COUNTED) -> Totals:
    """The totals before `until`; what is in `after` is taken from there and not counted again."""
    window = {"since": after.until, "until": until}
    counted = connection.execute(_BEGUN_AND_DONE, window).one()
    ended: dict[str, int] = dict(connection.execute(_ENDED, window).all())
    return Totals(
        until=until,
        cases_opened=after.cases_opened + counted.opened,
        cases_ended={
            status: after.cases_ended.get(status, 0) + ended.get(status, 0)
            for status in after.cases_ended.keys() | ended.keys()
        },
        tasks_completed=after.tasks_completed + counted.completed,
    )


def gauges(connection: Connection, now: datetime, *, after: Totals = NOTHING_COUNTED) -> Gauges:
    """The operator's counts. Cases that run are not counted: they are what was opened and has not ended."""
    reached = totals(connection, until=_NO_END, after=after)
    found = connection.execute(_COUNTS, {"now": now}).one()
    running = reached.cases_opened - sum(reached.cases_ended.values()) - found.suspended
    return Gauges(
        cases_started=reached.cases_opened,
        cases_by_status={
            **{status.value: reached.cases_ended.get(status.value, 0) for status in CaseStatus},
            CaseStatus.OPEN.value: running,
            CaseStatus.SUSPENDED.value: found.suspended,
        },
        tasks_completed=reached.tasks_completed,
        open_tasks=found.open_tasks,
        jobs_ready=found.jobs_ready,
        job_lag_seconds=(now - found.oldest_run_at).total_seconds() if found.oldest_run_at else 0.0,
        dead_letters=found.dead_letters,
        paused_agencies=found.paused_agencies,
        access_concerns=found.access_concerns,
        stuck_cases=found.stuck_cases,
        last_worker_beat=found.last_worker_beat,
    )


_TO_BE_RETRIED = sa.and_(
    jobs.c.state == sa.literal_column(f"'{JobState.READY.value}'"), jobs.c.held_at.is_(None)
)
_GIVEN_UP = jobs.c.state == sa.literal_column(f"'{JobState.DEAD.value}'")
_DELIVERED_TO = jobs.join(service_tasks, service_tasks.c.id == jobs.c.service_task_id).join(
    agencies, agencies.c.id == service_tasks.c.agency_id
)
_NAMED = (organisation_versions.c.name, organisation_versions.c.name_en)
_FAILING = (
    sa.select(
        agencies.c.key,
        *_NAMED,
        sa.func.count().filter(_TO_BE_RETRIED).label("to_be_retried"),
        sa.func.count().filter(_GIVEN_UP).label("given_up"),
        sa.func.min(jobs.c.run_at).filter(_TO_BE_RETRIED).label("next_at"),
        sa.func.max(jobs.c.last_error).label("error"),
    )
    .select_from(_DELIVERED_TO.join(organisation_versions, in_force(organisation_versions, agencies.c.id)))
    .where(sa.or_(_TO_BE_RETRIED, _GIVEN_UP), jobs.c.last_error.is_not(None))
    .group_by(agencies.c.key, *_NAMED)
    .order_by(sa.func.count().desc(), agencies.c.key)
)


def failing_agencies(connection: Connection, *, on: date) -> Sequence[FailingAgency]:
    """The agencies with deliveries that failed, most failures first, then by key."""
    return [FailingAgency(**row) for row in connection.execute(_FAILING, {"day": on}).mappings()]
