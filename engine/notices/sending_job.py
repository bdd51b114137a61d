"""The job that sends something to a person, after an attempt."""

from dataclasses import replace

from engine.context import Transaction
from engine.notices.channel import SendingOutcome, SendingResult
from engine.outbox.leased_job import done, retried
from engine.outbox.model import Job, JobState


def job_after(job: Job, outcome: SendingOutcome, transaction: Transaction) -> Job:
    """The job: done, waiting for its next attempt, or a dead letter that only a person sends again."""
    match outcome.result:
        case SendingResult.SENT:
            return done(job)
        case SendingResult.REFUSED:
            return replace(job, state=JobState.DEAD, last_error=outcome.detail, leased_until=None)
        case SendingResult.FAILED:
            return retried(job, outcome.detail, None, transaction)
