"""The job that a worker has in its hands, and what becomes of it when an attempt was in vain."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from engine.context import Transaction
from engine.outbox import store as outbox_store
from engine.outbox.model import Job, JobState, next_attempt_at


def leased_job(job_id: UUID, worker: str, transaction: Transaction) -> Job | None:
    """The job, if it is still in the worker's hands.

    A lease that ran out counts as long as nobody else took it.
    """
    return _held_by(outbox_store.job(transaction.connection, job_id), worker)


def locked_job(job_id: UUID, worker: str, transaction: Transaction) -> Job | None:
    """The same, locked: of two that hold it for theirs, the second sees what the first made of it."""
    return _held_by(outbox_store.lock_job(transaction.connection, job_id), worker)


def done(job: Job) -> Job:
    """The job as nobody has to do it any more."""
    return replace(job, state=JobState.DONE, leased_until=None)


def postponed(job: Job, until: datetime) -> Job:
    """The job as it is not to be tried before then; the attempt that was begun counts for nothing."""
    return replace(job, run_at=until, attempts=max(job.attempts - 1, 0), leased_by=None, leased_until=None)


def retried(job: Job, error: str, retry_after: timedelta | None, transaction: Transaction) -> Job:
    """The job as it waits for its next attempt, or a dead letter when none is left.

    `retry_after` is what the peer asked for.
    """
    run_at = next_attempt_at(
        job.attempts,
        now=transaction.now,
        chance=secrets.randbelow(1000) / 1000,
        asked=retry_after,
        limit=job.payload.get("retries"),
    )
    if run_at is None:
        return replace(job, state=JobState.DEAD, last_error=error, leased_until=None)
    return replace(job, run_at=run_at, last_error=error, leased_by=None, leased_until=None)


def _held_by(job: Job | None, worker: str) -> Job | None:
    if job is None or job.state is not JobState.READY or job.leased_by != worker:
        return None
    return job
