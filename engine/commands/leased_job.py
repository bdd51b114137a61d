"""The job that a worker has in its hands."""

from uuid import UUID

from engine.commands.command import Transaction
from engine.domain.job import Job, JobState


def leased_job(job_id: UUID, worker: str, transaction: Transaction) -> Job | None:
    """The job, if it is still in the worker's hands.

    A lease that ran out counts as long as nobody else took it.
    """
    job = transaction.work.job(job_id)
    if job is None or job.state is not JobState.READY or job.leased_by != worker:
        return None
    return job
