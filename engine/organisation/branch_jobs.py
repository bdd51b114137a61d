"""What a change of a branch moves is done by the worker, from the day of the change on."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from engine.context import Transaction
from engine.outbox import store as outbox_store
from engine.outbox.model import Job, JobKind


def count_anew(transaction: Transaction, branch_code: str, *, reason: str, from_day: date) -> None:
    """Let the worker recount the terms of the branch's cases, and cancel its appointments on days off.

    It does so once the day has begun from which the calendar is another.
    """
    begins = beginning_of(from_day, transaction)
    recount = {"branch": branch_code, "reason": reason, "after": None}
    leave_job(transaction, JobKind.RECOUNT_TERMS, recount, run_at=begins)
    leave_job(transaction, JobKind.RELEASE_APPOINTMENTS, {"branch": branch_code}, run_at=begins)


def beginning_of(day: date, transaction: Transaction) -> datetime:
    """The moment when a local day begins, but not before now."""
    begins = datetime.combine(day, time(0), tzinfo=transaction.zone)
    return max(transaction.now, begins.astimezone(UTC))


def leave_job(
    transaction: Transaction, kind: JobKind, payload: Mapping[str, Any], *, run_at: datetime | None = None
) -> None:
    """Leave work for the worker, due now if not told otherwise."""
    job = Job(
        id=transaction.new_id(),
        kind=kind,
        case_id=None,
        service_task_id=None,
        run_at=run_at or transaction.now,
        created_at=transaction.now,
        payload=payload,
    )
    outbox_store.add_job(transaction.connection, job)
