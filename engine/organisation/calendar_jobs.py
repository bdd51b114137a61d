"""What a changed calendar moves is done by the worker: terms are recounted, appointments released."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from engine.context import Transaction
from engine.outbox import store as outbox_store
from engine.outbox.model import Job, JobKind


def count_anew(transaction: Transaction, branch_code: str, *, reason: str, from_day: date) -> None:
    """Let the worker recount the terms of the branch's cases, and cancel its appointments on days off.

    It does so once the day has begun from which the calendar is another.
    """
    begins = datetime.combine(from_day, time(0), tzinfo=transaction.zone)
    run_at = max(transaction.now, begins.astimezone(UTC))
    recount = {"branch": branch_code, "reason": reason, "after": None}
    for kind, payload in (
        (JobKind.RECOUNT_TERMS, recount),
        (JobKind.RELEASE_APPOINTMENTS, {"branch": branch_code}),
    ):
        job = _job(kind, payload, transaction)
        outbox_store.add_job(transaction.connection, replace(job, run_at=run_at))


def _job(kind: JobKind, payload: dict[str, Any], transaction: Transaction) -> Job:
    return Job(
        id=transaction.new_id(),
        kind=kind,
        case_id=None,
        service_task_id=None,
        run_at=transaction.now,
        created_at=transaction.now,
        payload=payload,
    )
