"""Jobs in the database: leased, read, written and listed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.kernel.pages import Page, Slice
from engine.outbox.model import Job, JobKind, JobState
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.keyset import Order, fetch_page
from engine.storage.prepared import PreparedQuery, PreparedWrite, Write, write_together
from engine.storage.statements import Row, Values, literal, update_whole

jobs = Table(
    "jobs",
    metadata,
    columns.identifier(),
    columns.text("kind"),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), index=True),
    Column("service_task_id", sa.Uuid, ForeignKey("service_tasks.id", ondelete="CASCADE"), index=True),
    columns.moment("run_at"),
    columns.moment("created_at"),
    columns.json("payload"),
    columns.text("state"),
    columns.whole("attempts"),
    columns.text("leased_by", optional=True),
    columns.moment("leased_until", optional=True),
    columns.text("last_error", optional=True),
    columns.moment("held_at", optional=True),
    columns.one_of("state", JobState),
    CheckConstraint("attempts >= 0", name="attempts"),
)
columns.partial_index(
    "ix_jobs_ready", [jobs.c.state, jobs.c.run_at, jobs.c.id], "state = 'ready' AND held_at IS NULL"
)
columns.partial_index("ix_jobs_held", [jobs.c.service_task_id], "held_at IS NOT NULL")
Index("ix_jobs_newest", jobs.c.created_at, jobs.c.id)
Index("ix_jobs_newest_of_state", jobs.c.state, jobs.c.created_at, jobs.c.id)


JOB = tuple(jobs.c)

_NOW = sa.bindparam("now", type_=jobs.c.run_at.type)
_DUE = (
    sa.select(jobs.c.id)
    .where(
        jobs.c.state == literal(JobState.READY),
        jobs.c.held_at.is_(None),
        jobs.c.run_at <= _NOW,
        sa.or_(jobs.c.leased_until.is_(None), jobs.c.leased_until <= _NOW),
    )
    .order_by(jobs.c.run_at, jobs.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .with_for_update(skip_locked=True)
    # PostgreSQL may run a sub-select of an IN more than once and lease more than `limit`; a CTE that
    # locks runs once.
    .cte("due")
)
_LEASE = (
    jobs.update()
    .where(jobs.c.id.in_(sa.select(_DUE.c.id)))
    .values(
        attempts=jobs.c.attempts + 1,
        leased_by=sa.bindparam("worker", type_=jobs.c.leased_by.type),
        leased_until=sa.bindparam("until_", type_=jobs.c.leased_until.type),
    )
    .returning(*JOB)
)
_SELECT_ONE = sa.select(*JOB).where(jobs.c.id == sa.bindparam("id", type_=sa.Uuid()))
_ONE = PreparedQuery(_SELECT_ONE)
_ONE_LOCKED = PreparedQuery(_SELECT_ONE.with_for_update())
_SAVE = PreparedWrite(update_whole(jobs))


def lease_jobs(
    connection: Connection, *, worker: str, now: datetime, until: datetime, limit: int
) -> Sequence[Job]:
    """Lease up to `limit` ready jobs that are due and not leased, raising their `attempts`.

    Each job goes to one worker only.
    """
    parameters = {"worker": worker, "now": now, "until_": until, "limit": limit}
    leased = [job_of(row) for row in connection.execute(_LEASE, parameters)]
    return sorted(leased, key=lambda job: (job.run_at, job.id))


def job(connection: Connection, job_id: UUID) -> Job | None:
    """One job."""
    row = _ONE.row(connection, {"id": job_id})
    return job_of(row) if row else None


def lock_job(connection: Connection, job_id: UUID) -> Job | None:
    """One job, locked: a second caller waits until the first one's transaction ends."""
    row = _ONE_LOCKED.row(connection, {"id": job_id})
    return job_of(row) if row else None


def add_job(connection: Connection, job: Job) -> None:
    """Write a new job that belongs to no case that this transaction changes."""
    connection.execute(jobs.insert(), job_row(job))


def save_job(connection: Connection, job: Job) -> None:
    """Write a changed job."""
    write_together(connection, [saved_jobs([job])])


def saved_jobs(changed: Sequence[Job]) -> Write:
    """The write of changed jobs, to go with others."""
    return Write(_SAVE, [job_row(job) for job in changed])


def job_row(job: Job) -> Values:
    """The columns of a job."""
    return {**job.__dict__, "kind": job.kind.value, "state": job.state.value}


def job_of(row: Row) -> Job:
    """The job of a row with every column."""
    return Job(**{**row._asdict(), "kind": JobKind(row.kind), "state": JobState(row.state)})


_NEWEST_FIRST = Order("jobs", (jobs.c.created_at, jobs.c.id), newest_first=True)


def list_jobs(connection: Connection, state: JobState | None, part: Slice) -> Page[Job]:
    """Jobs, newest first."""
    statement = sa.select(*JOB)
    if state is not None:
        statement = statement.where(jobs.c.state == state.value)
    return fetch_page(connection, statement, order=_NEWEST_FIRST, part=part, decode=job_of)
