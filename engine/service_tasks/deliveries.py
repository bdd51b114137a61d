"""Deliveries: the worker takes jobs, and says what came of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset
from engine.context import Command, Transaction
from engine.kernel.permission import require_operates
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.messages.deliver import DeliverMessage, deliver_message
from engine.organisation import store as organisation_store
from engine.organisation.agency_secrets import usable
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, leased_job, retried
from engine.outbox.model import Job, JobState
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.answer import accepted_answer, answer
from engine.service_tasks.connector import Delivery, DeliveryOutcome, DeliveryResult
from engine.service_tasks.fail import fail
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from engine.service_tasks.pausing import held, is_still_paused, pause

_LONGEST_REASON = 500
"""Characters; an answer may be wrong in many places."""

MESSAGE_TTL = timedelta(days=30)
"""How long a message that one case sends waits for another to want it."""


@dataclass(frozen=True, kw_only=True)
class LeaseJobs(Command[Sequence[Job]]):
    """Take up to `limit` jobs that are due, for `lease`.

    A job whose worker dies is due again when its lease is over.
    """

    worker: str
    limit: int
    lease: timedelta


def lease_jobs(command: LeaseJobs, transaction: Transaction) -> Sequence[Job]:
    """The jobs, each given to this worker only."""
    return outbox_store.lease_jobs(
        transaction.connection,
        worker=command.worker,
        now=transaction.now,
        until=transaction.now + command.lease,
        limit=command.limit,
    )


@dataclass(frozen=True, kw_only=True)
class PrepareDelivery(Command[Delivery | None]):
    """Say what a leased webhook job has to send."""

    job_id: UUID
    worker: str


def prepare_delivery(command: PrepareDelivery, transaction: Transaction) -> Delivery | None:
    """The attempt to be made; None if there is none.

    The job is then done, or held if its agency is paused.
    """
    job = leased_job(command.job_id, command.worker, transaction)
    task = (
        service_tasks_store.service_task(transaction.connection, job.service_task_id)
        if job and job.service_task_id
        else None
    )
    if job is None or task is None:
        return None
    agency = (
        organisation_store.agency(transaction.connection, task.agency_id, on=transaction.today)
        if task.agency_id
        else None
    )
    if agency is not None and agency.is_paused and is_still_paused(agency.id, transaction):
        outbox_store.save_job(transaction.connection, held(job, transaction))
        return None
    if task.state is not ServiceTaskState.OPEN or agency is None or not agency.receives_deliveries:
        outbox_store.save_job(transaction.connection, done(job))
        return None
    return Delivery(
        job_id=job.id,
        attempt=job.attempts,
        agency=usable(agency, transaction),
        service_task_id=task.id,
        case_id=task.case_id,
        body=_body(task),
        now=transaction.now,
    )


@dataclass(frozen=True, kw_only=True)
class RecordDelivery(Command[None]):
    """Say what came of an attempt to deliver a service task."""

    job_id: UUID
    worker: str
    outcome: DeliveryOutcome


def record_delivery(command: RecordDelivery, transaction: Transaction) -> None:
    """Move the case on, or try again later, or give up; nothing if another worker has taken the job over."""
    job = leased_job(command.job_id, command.worker, transaction)
    waiting = waiting_of_job(job, transaction)
    if job is None or waiting is None:
        return
    changeset, task = waiting
    changeset.put_job(_job_after(job, task, changeset, command.outcome, transaction))
    changeset.save()


def waiting_of_job(job: Job | None, transaction: Transaction) -> tuple[CaseChangeset, ServiceTask] | None:
    """The case of a job, locked, and the service task that waits for it; None where there is neither.

    A job whose service task does not wait any more is done.
    """
    if job is None or job.service_task_id is None:
        return None
    locked = changeset_store.lock_case_of_service_task(transaction.connection, job.service_task_id)
    if locked is None:
        raise NotFound.of("service task", job.service_task_id)
    changeset = CaseChangeset(transaction, locked)
    task = changeset.service_task(job.service_task_id)
    if task is None:
        outbox_store.save_job(transaction.connection, done(job))
        return None
    return changeset, task


@dataclass(frozen=True, kw_only=True)
class PassMessageOn(Command[None]):
    """Deliver the message of a leased job, from the case that sent it to the one that waits for it."""

    job_id: UUID
    worker: str


def pass_message_on(command: PassMessageOn, transaction: Transaction) -> None:
    """The message is delivered or kept, and the job is done, in one transaction."""
    job = leased_job(command.job_id, command.worker, transaction)
    if job is None:
        return
    message = DeliverMessage(
        name=job.payload["name"],
        correlation_key=job.payload["correlation_key"],
        data=job.payload["data"],
        ttl=MESSAGE_TTL,
        branch=job.payload.get("branch"),
        procedure=job.payload.get("procedure"),
    )
    deliver_message(message, transaction)
    outbox_store.save_job(transaction.connection, done(job))


@dataclass(frozen=True, kw_only=True)
class SetJobBack(Command[None]):
    """Try a leased job again later, because `error` stood in its way."""

    job_id: UUID
    worker: str
    error: str


def set_job_back(command: SetJobBack, transaction: Transaction) -> None:
    """The job waits for its next attempt, or is a dead letter."""
    job = leased_job(command.job_id, command.worker, transaction)
    if job is not None:
        outbox_store.save_job(transaction.connection, retried(job, command.error, None, transaction))


@dataclass(frozen=True, kw_only=True)
class ReplayJob(Command[Job]):
    """Try a dead letter again, from the first attempt, with the same webhook-id."""

    job_id: UUID


def replay_job(command: ReplayJob, transaction: Transaction) -> Job:
    """The job, ready again."""
    require_operates(transaction.actor)
    job = outbox_store.job(transaction.connection, command.job_id)
    if job is None:
        raise NotFound.of("job", command.job_id)
    if job.state is not JobState.DEAD:
        raise Conflict(
            f"Expected job {job.id} to be a dead letter, but it is {job.state}.", code=f"job_{job.state}"
        )
    ready = replay(job, transaction)
    if ready is None:
        raise Conflict("The service task of this job was answered or cancelled.", code="service_task_closed")
    return ready


def replay(job: Job, transaction: Transaction) -> Job | None:
    """A dead letter as it is ready again; None if its service task does not wait any more."""
    ready = replace(
        job, state=JobState.READY, attempts=0, run_at=transaction.now, leased_by=None, leased_until=None
    )
    if job.service_task_id is not None:
        locked = changeset_store.lock_case_of_service_task(transaction.connection, job.service_task_id)
        changeset = CaseChangeset(transaction, locked) if locked else None
        task = changeset.service_task(job.service_task_id) if changeset else None
        if changeset is None or task is None:
            return None
        changeset.put(replace(task, state=ServiceTaskState.OPEN))
        changeset.record("delivery_replayed", {"service_task": str(task.id), "topic": task.topic})
        changeset.save()
    outbox_store.save_job(transaction.connection, ready)
    return ready


def _job_after(
    job: Job, task: ServiceTask, changeset: CaseChangeset, outcome: DeliveryOutcome, transaction: Transaction
) -> Job:
    match outcome.result:
        case DeliveryResult.ANSWERED:
            problem = _problem_of_answer(changeset, task, outcome.data or {}, transaction)
            if problem is None:
                return done(job)
            unfit = DeliveryOutcome(result=DeliveryResult.FAILED, detail=problem)
            return _given_up_or_retried(job, task, changeset, unfit, transaction)
        case DeliveryResult.REFUSED:
            code, message = outcome.error_code or "refused", outcome.detail
            fail(changeset, task, transaction, code=code, message=message, data=outcome.data or {})
            return done(job)
        case DeliveryResult.ACCEPTED:
            changeset.put(task.accepted(transaction.now))
            line_detail = {"service_task": str(task.id), "topic": task.topic, "agency": task.agency_key}
            changeset.record("service_task_accepted", line_detail)
            return done(job)
        case DeliveryResult.GONE:
            return _held_up(job, task, changeset, outcome.detail, transaction)
        case DeliveryResult.FAILED:
            return _given_up_or_retried(job, task, changeset, outcome, transaction)


def _problem_of_answer(
    changeset: CaseChangeset, task: ServiceTask, data: Mapping[str, Any], transaction: Transaction
) -> str | None:
    """Give the case an answer that came at once, and say why it did not go on, if it did not.

    The reason names fields of the form and never what was sent for them.
    """
    try:
        accepted = accepted_answer(changeset, task, data, transaction)
    except Invalid as refused:
        return f"The answer does not fit its form: {', '.join(sorted(refused.errors))}"[:_LONGEST_REASON]
    return None if answer(changeset, task, accepted.values) else "the case is stuck"


def _given_up_or_retried(
    job: Job,
    task: ServiceTask,
    changeset: CaseChangeset,
    outcome: DeliveryOutcome,
    transaction: Transaction,
) -> Job:
    """The job for its next attempt, or a dead letter after the last.

    An agency that did answer all the time, only never so that it could be used, is paused instead.
    """
    after = retried(job, outcome.detail, outcome.retry_after, transaction)
    if after.state is not JobState.DEAD:
        return after
    if outcome.is_broken:
        return _held_up(job, task, changeset, outcome.detail, transaction)
    return _given_up(job, task, changeset, outcome.detail)


def _held_up(
    job: Job, task: ServiceTask, changeset: CaseChangeset, error: str, transaction: Transaction
) -> Job:
    """Pause the agency, and hold the job for it."""
    if task.agency_id is None:
        return _given_up(job, task, changeset, error)
    pause(task.agency_id, error, transaction)
    changeset.put(replace(task, error_message=error))
    changeset.record("delivery_held", _line_detail(job, task))
    return replace(held(job, transaction), last_error=error)


def _given_up(job: Job, task: ServiceTask, changeset: CaseChangeset, error: str) -> Job:
    changeset.put(replace(task, state=ServiceTaskState.DEAD, error_message=error))
    changeset.record("delivery_given_up", _line_detail(job, task))
    return replace(job, state=JobState.DEAD, last_error=error, leased_until=None)


def _line_detail(job: Job, task: ServiceTask) -> Mapping[str, Any]:
    return {
        "service_task": str(task.id),
        "topic": task.topic,
        "agency": task.agency_key,
        "attempts": job.attempts,
    }


def _body(task: ServiceTask) -> Mapping[str, Any]:
    return {
        "type": "service_task.created",
        "timestamp": task.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {
            "id": str(task.id),
            "case_number": task.case_number,
            "procedure": task.procedure_key,
            "topic": task.topic,
            "headers": dict(task.headers),
            "variables": dict(task.variables),
        },
    }
