"""A branch that closes hands its cases and its people over to its successor, piece by piece."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from engine.cases import changeset_store, due_store
from engine.cases.changeset import CaseChangeset
from engine.cases.transfer import hand_over
from engine.context import Command, Transaction
from engine.organisation import store as organisation_store
from engine.organisation.branch_jobs import leave_job
from engine.organisation.model import Branch
from engine.organisation.succession import successor_of
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, locked_job
from engine.outbox.model import JobKind
from engine.people.succession import hand_posts_over

BATCH = 50
"""Cases that are handed over in one transaction, which holds them locked."""


@dataclass(frozen=True, kw_only=True)
class HandOverBranch(Command[int]):
    """Hand over the next cases of a closed branch, for the leased job; its people go with the first."""

    job_id: UUID
    worker: str


def hand_over_branch(command: HandOverBranch, transaction: Transaction) -> int:
    """How many cases were handed over; the rest is for another job, which is left.

    Nothing is handed over if the closing was withdrawn meanwhile. Whoever is stopped in between goes on with
    what is still in the branch.
    """
    job = locked_job(command.job_id, command.worker, transaction)
    if job is None:
        return 0
    connection, payload = transaction.connection, job.payload
    outbox_store.save_job(connection, done(job))
    branch = organisation_store.branch_coded(connection, payload["branch"], on=transaction.today)
    if branch is None or branch.is_open:
        return 0
    heir = successor_of(connection, branch, on=transaction.today)
    if heir is None:
        return 0
    if payload["after"] is None:
        hand_posts_over(transaction, branch.id, heir.id)
    after = payload["after"]
    position = (datetime.fromisoformat(after[0]), UUID(after[1])) if after else None
    found = due_store.cases_under_way(connection, branch.id, after=position, limit=BATCH)
    for case in sorted(found, key=lambda case: case.id):
        _hand_over(case.id, branch, heir, reason=payload["reason"], transaction=transaction)
    if len(found) == BATCH:
        last = [found[-1].opened_at.astimezone(UTC).isoformat(), str(found[-1].id)]
        leave_job(transaction, JobKind.HAND_OVER_BRANCH, {**payload, "after": last})
    return len(found)


def _hand_over(case_id: UUID, branch: Branch, heir: Branch, *, reason: str, transaction: Transaction) -> None:
    locked = changeset_store.lock_case(transaction.connection, case_id)
    if locked is None or locked.case.is_closed or locked.case.branch_id != branch.id:
        return
    hand_over(CaseChangeset(transaction, locked), heir, reason=reason)
