"""Tell citizens how their case stands: what a leased job has to send, and what came of it."""

from dataclasses import dataclass
from uuid import UUID

from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset
from engine.cases.changeset_store import LockedCase
from engine.cases.take_step import JournalLine
from engine.context import Command, Transaction
from engine.notices import store as notices_store
from engine.notices.changes import standing_of
from engine.notices.channel import Sending, SendingOutcome
from engine.notices.model import Notice, address_of
from engine.notices.sending_job import is_put_off, job_after
from engine.notices.text import notice_text
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, locked_job
from engine.outbox.model import Job, JobState


@dataclass(frozen=True, kw_only=True)
class PrepareNotice(Command[Sending | None]):
    """Say what a leased job has to send to a citizen."""

    job_id: UUID
    worker: str


def prepare_notice(command: PrepareNotice, transaction: Transaction) -> Sending | None:
    """The attempt to be made; None if nothing is left to tell, and the job is then done.

    What is told is looked at once more: a job that was replayed may be days old. An SMS waits for the end of
    the hours in which officials let none be sent.
    """
    found = _found(command.job_id, command.worker, transaction)
    if found is None:
        return None
    job, notice, locked = found
    case = locked.case
    recipient = address_of(case.notify, notice.channel)
    is_so = notice.occasion in standing_of(locked).occasions
    if not notice.may_be_sent or not is_so or recipient is None:
        _let_be(job, notice, transaction)
        return None
    if is_put_off(job, notice.channel, transaction):
        return None
    said = notice_text(
        notice.occasion,
        channel=notice.channel,
        language=case.notify.language,
        number=case.number,
        tracking_address=transaction.noticing.tracking_address,
    )
    return Sending(
        notice_id=notice.id,
        channel=notice.channel,
        recipient=recipient,
        subject=said.subject,
        text=said.text,
        now=transaction.now,
    )


@dataclass(frozen=True, kw_only=True)
class RecordNotice(Command[None]):
    """Say what came of an attempt to tell a citizen."""

    job_id: UUID
    worker: str
    outcome: SendingOutcome


def record_notice(command: RecordNotice, transaction: Transaction) -> None:
    """The notice was sent, is tried again later, or is given up.

    Nothing if another worker has taken the job over. One that was dropped while it was under way was sent.
    """
    found = _found(command.job_id, command.worker, transaction)
    if found is None:
        return
    job, notice, locked = found
    outcome = command.outcome
    detail = {"by": notice.channel.value, "occasion": notice.occasion.value}
    after = job_after(job, outcome, transaction)
    outbox_store.save_job(transaction.connection, after)
    match after.state:
        case JobState.DONE:
            told = notice.sent(transaction.now, attempts=job.attempts)
            notices_store.save_notice(transaction.connection, told)
            _record(("notice_sent", detail), locked, transaction)
        case JobState.READY:
            failed = notice.failed(outcome.detail, attempts=job.attempts)
            notices_store.save_notice(transaction.connection, failed)
        case JobState.DEAD:
            given_up = notice.given_up(transaction.now, error=outcome.detail, attempts=job.attempts)
            notices_store.save_notice(transaction.connection, given_up)
            _record(("notice_given_up", detail), locked, transaction)


def _found(job_id: UUID, worker: str, transaction: Transaction) -> tuple[Job, Notice, LockedCase] | None:
    """The job in the worker's hands, its notice and its case, all locked."""
    job = locked_job(job_id, worker, transaction)
    locked = changeset_store.lock_case(transaction.connection, job.case_id) if job and job.case_id else None
    notice = (
        notices_store.notice(transaction.connection, UUID(job.payload["notice"])) if job and locked else None
    )
    return (job, notice, locked) if job and notice and locked else None


def _let_be(job: Job, notice: Notice, transaction: Transaction) -> None:
    outbox_store.save_job(transaction.connection, done(job))
    if notice.may_be_sent:
        notices_store.save_notice(transaction.connection, notice.dropped(transaction.now))


def _record(line: JournalLine, locked: LockedCase, transaction: Transaction) -> None:
    changeset = CaseChangeset(transaction, locked)
    changeset.record(*line)
    changeset.save()
