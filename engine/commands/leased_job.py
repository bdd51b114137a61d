"""The job that a worker has in its hands."""

from uuid import UUID

from engine.commands.command import Transaction
from engine.domain.job import Job, JobState


def leased_job(job_id: UUID, worker: str, transaction: Transaction) -> Job | None:
    """The job, if it is still in the worker's hands.

    A lease that ran out counts as long as nobody else took it.
    """
    return _in_hands(transaction.work.job(job_id), worker)


def locked_job(job_id: UUID, worker: str, transaction: Transaction) -> Job | None:
    """The same, locked: of two that hold it for theirs, the second sees what the first made of it."""
    return _in_hands(transaction.work.lock_job(job_id), worker)


def _in_hands(job: Job | None, worker: str) -> Job | None:
    if job is None or job.state is not JobState.READY or job.leased_by != worker:
        return None
    return job
