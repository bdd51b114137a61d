"""Carry a signal that one case has thrown to every case that waits for it, one case in each transaction.

How far it has come stands in its job, so a worker that dies goes on where it stopped.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from engine.cases.changeset import CaseChangeset
from engine.cases.changeset_store import LockedCase
from engine.cases.stuck import mark_stuck
from engine.cases.take_step import receive
from engine.context import Command, Transaction
from engine.incidents.model import Attempt, AttemptKind
from engine.messages import store as messages_store
from engine.messages.model import Subscription
from engine.messages.starts import beginning
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, locked_job
from engine.outbox.model import Job
from engine.procedures import store as procedures_store


@dataclass(frozen=True, kw_only=True)
class CarrySignal(Command[bool]):
    """Give the signal of a leased job to the next case that waits for it.

    The job stays in the worker's hands for another `lease`.
    """

    job_id: UUID
    worker: str
    lease: timedelta


def carry_signal(command: CarrySignal, transaction: Transaction) -> bool:
    """Whether the signal may have further to go; when it has not, the job is done.

    The cases that it begins get a job each, once. It reaches whoever waited before it was thrown, once too,
    suspended cases included. A case that it leaves stuck keeps what the signal brought in its incident.
    """
    job = locked_job(command.job_id, command.worker, transaction)
    if job is None:
        return False
    if "begins" not in job.payload:
        job = _with_what_begins(job, transaction)
    waiting = _next_waiting(job, transaction)
    if waiting is None:
        outbox_store.save_job(transaction.connection, done(job))
        return False
    subscription, locked = waiting
    changeset = CaseChangeset(transaction, locked)
    receive(changeset, subscription, job.payload["data"])
    changeset.save()
    outbox_store.save_job(
        transaction.connection, _carried_past(subscription, job, transaction.now + command.lease)
    )
    return True


@dataclass(frozen=True, kw_only=True)
class PassOverSignal(Command[None]):
    """Go past the case at which carrying the signal raised what nobody anticipated.

    `fault` is the name of what was raised.
    """

    job_id: UUID
    worker: str
    lease: timedelta
    fault: str


def pass_over_signal(command: PassOverSignal, transaction: Transaction) -> None:
    """The case has an incident that holds what the signal brought, and the signal goes on to the next."""
    job = locked_job(command.job_id, command.worker, transaction)
    waiting = _next_waiting(job, transaction) if job else None
    if job is None or waiting is None:
        return
    subscription, locked = waiting
    changeset = CaseChangeset(transaction, locked)
    attempt = Attempt(kind=AttemptKind.RECEIVE, token=subscription.token, data=job.payload["data"])
    mark_stuck(changeset, command.fault, attempt)
    changeset.save()
    outbox_store.save_job(
        transaction.connection, _carried_past(subscription, job, transaction.now + command.lease)
    )


def _with_what_begins(job: Job, transaction: Transaction) -> Job:
    """The job once the cases that the signal begins have theirs; it says how many there are."""
    starts = procedures_store.starts_by_signal(transaction.connection, job.payload["name"], transaction.now)
    for start in starts:
        branch_code, data = job.payload["branch"], job.payload["data"]
        outbox_store.add_job(
            transaction.connection, beginning(start, transaction, branch_code=branch_code, data=data)
        )
    return replace(job, payload={**job.payload, "begins": len(starts)})


def _next_waiting(job: Job, transaction: Transaction) -> tuple[Subscription, LockedCase] | None:
    after = job.payload.get("after")
    return messages_store.lock_case_awaiting_signal(
        transaction.connection,
        job.payload["name"],
        after=UUID(after) if after else None,
        before=job.created_at,
        thrown_by=job.case_id,
    )


def _carried_past(subscription: Subscription, job: Job, leased_until: datetime) -> Job:
    payload = {**job.payload, "after": str(subscription.id)}
    return replace(job, payload=payload, leased_until=leased_until)
