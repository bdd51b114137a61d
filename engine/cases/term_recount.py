"""A closure that is entered afterwards moves the ends of terms: shown before, and recounted in batches."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from engine.cases import changeset_store, due_store
from engine.cases.changeset import CaseChangeset
from engine.cases.further_terms import local_day
from engine.cases.model import Case
from engine.cases.surroundings import calendar_of
from engine.cases.term_store import ledgers_of
from engine.cases.terms import follow_clocks, ledger_of_before, recount
from engine.context import Command, QueryContext, Transaction
from engine.kernel.disclosure import Disclosure, found
from engine.kernel.permission import require_operates
from engine.kernel.refusal import Invalid, NotFound, required
from engine.organisation import store as organisation_store
from engine.organisation.model import Branch
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import locked_job
from engine.outbox.model import Job, JobKind, JobState
from engine.terms.term import TermKind

BATCH = 50
"""Cases that are recounted in one transaction, which holds them locked."""

_MOST_DAYS = 60


@dataclass(frozen=True, kw_only=True)
class CloseBranch(Command[None]):
    """Enter days on which a branch does not work; days gone by too, as where a closure is decreed later."""

    branch: str
    days: tuple[date, ...]
    reason: str


def close_branch(command: CloseBranch, transaction: Transaction) -> None:
    """Enter them; the worker recounts the terms of the branch's cases, and cancels its appointments then."""
    require_operates(transaction.actor)
    required(command.reason)
    branch = organisation_store.branch_coded(transaction.connection, command.branch)
    closed = with_closures(branch, command.branch, command.days)
    organisation_store.save_branch(transaction.connection, closed)
    payload = {"branch": command.branch, "reason": command.reason, "after": None}
    outbox_store.add_job(transaction.connection, _job(payload, transaction))
    release = replace(_job({"branch": command.branch}, transaction), kind=JobKind.RELEASE_APPOINTMENTS)
    outbox_store.add_job(transaction.connection, release)


def with_closures(branch: Branch | None, code: str, days: tuple[date, ...]) -> Branch:
    """The branch with these closures besides its own."""
    if branch is None:
        raise NotFound.of("branch", code)
    if not 1 <= len(days) <= _MOST_DAYS:
        raise Invalid.field("days", f"expected from 1 to {_MOST_DAYS} days, found {len(days)}")
    named = {day.isoformat() for day in days}
    return replace(branch, closures=tuple(sorted({*branch.closures, *named})))


@dataclass(frozen=True, kw_only=True)
class MovedTerm:
    """A case whose term of law would end on another day."""

    case: Case
    before: date
    after: date


@dataclass(frozen=True, kw_only=True)
class PreviewClosure:
    """What closing a branch on these days would move; nothing is changed."""

    branch: str
    days: tuple[date, ...]
    limit: int = 1000

    def answer(self, context: QueryContext) -> tuple[MovedTerm, ...]:
        """The cases among the first `limit` under way in which something moves, oldest first."""
        require_operates(context.actor)
        branch = organisation_store.branch_coded(context.connection, self.branch)
        return tuple(self._moved(with_closures(branch, self.branch, self.days), context))

    def disclosed(self, answer: tuple[MovedTerm, ...]) -> Iterable[Disclosure]:
        return found(one.case.id for one in answer)

    def _moved(self, closed: Branch, context: QueryContext) -> Iterator[MovedTerm]:
        calendar = calendar_of(closed)
        for case in due_store.cases_with_terms(context.connection, closed.id, after=None, limit=self.limit):
            ledger = ledgers_of(context.connection, case.id).get(TermKind.LEGAL)
            if ledger is None:
                term = context.procedure(case.version_id).term
                ledger = ledger_of_before(case, term, calendar=calendar, zone=context.zone)
            after = ledger.count(calendar).last_day
            if case.due_at is None or after is None:
                continue
            before = local_day(case.due_at - datetime.resolution, context.zone)
            if after != before:
                yield MovedTerm(case=case, before=before, after=after)


@dataclass(frozen=True, kw_only=True)
class RecountTerms(Command[int]):
    """Recount the terms of the next cases of a branch, for the leased job."""

    job_id: UUID
    worker: str


def recount_terms(command: RecountTerms, transaction: Transaction) -> int:
    """How many cases were looked at; the rest of the branch is for another job, which is left."""
    job = locked_job(command.job_id, command.worker, transaction)
    if job is None:
        return 0
    connection = transaction.connection
    outbox_store.save_job(connection, replace(job, state=JobState.DONE, leased_until=None))
    branch = organisation_store.branch_coded(connection, job.payload["branch"])
    if branch is None:
        return 0
    after = job.payload["after"]
    position = (datetime.fromisoformat(after[0]), UUID(after[1])) if after else None
    found = due_store.cases_with_terms(connection, branch.id, after=position, limit=BATCH)
    for case in sorted(found, key=lambda case: case.id):
        _recount(case.id, job.payload["reason"], transaction)
    if len(found) == BATCH:
        last = [found[-1].opened_at.astimezone(UTC).isoformat(), str(found[-1].id)]
        outbox_store.add_job(connection, _job({**job.payload, "after": last}, transaction))
    return len(found)


def _recount(case_id: UUID, reason: str, transaction: Transaction) -> None:
    locked = changeset_store.lock_case(transaction.connection, case_id)
    if locked is None or locked.case.is_closed or locked.case.term_ended_at is not None:
        return
    changeset = CaseChangeset(transaction, locked)
    before = locked.case.due_at
    recount(changeset)
    due_at = changeset.case.due_at
    if due_at is None or due_at == before:
        return
    changeset.record("term_recounted", {"due_at": due_at.astimezone(UTC).isoformat()}, reason=reason)
    follow_clocks(changeset)
    changeset.save()


def _job(payload: Mapping[str, Any], transaction: Transaction) -> Job:
    now = transaction.now
    return Job(
        id=transaction.new_id(),
        kind=JobKind.RECOUNT_TERMS,
        case_id=None,
        service_task_id=None,
        run_at=now,
        created_at=now,
        payload=payload,
    )
