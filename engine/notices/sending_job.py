"""The job that sends something to a person: put off in quiet hours, and what an attempt makes of it."""

from dataclasses import replace

from engine.context import Transaction
from engine.kernel.noticing import NoticeChannel
from engine.notices.channel import SendingOutcome, SendingResult
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, postponed, retried
from engine.outbox.model import Job, JobState


def is_put_off(job: Job, channel: NoticeChannel, transaction: Transaction) -> bool:
    """Whether it has to wait, as officials let no SMS be sent at this hour; it is due again when they do."""
    if channel is not NoticeChannel.SMS:
        return False
    until = transaction.decided().quiet_until(transaction.now, transaction.zone)
    if until is None:
        return False
    outbox_store.save_job(transaction.connection, postponed(job, until))
    return True


def job_after(job: Job, outcome: SendingOutcome, transaction: Transaction) -> Job:
    """The job: done, waiting for its next attempt, or a dead letter that only a person sends again."""
    match outcome.result:
        case SendingResult.SENT:
            return done(job)
        case SendingResult.REFUSED:
            return replace(job, state=JobState.DEAD, last_error=outcome.detail, leased_until=None)
        case SendingResult.FAILED:
            return retried(job, outcome.detail, None, transaction)
