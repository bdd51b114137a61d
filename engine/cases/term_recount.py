"""A closure that is entered afterwards moves the ends of terms: shown before, and recounted in batches."""

from calendar import isleap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
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
from engine.kernel.calendar import national_holidays
from engine.kernel.disclosure import Disclosure, found
from engine.kernel.permission import require_branch, require_closes
from engine.kernel.refusal import Invalid, NotFound, required
from engine.organisation import store as organisation_store
from engine.organisation.changes import close_on
from engine.organisation.model import Branch
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, locked_job
from engine.outbox.model import Job, JobKind
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
    branch = organisation_store.branch_coded(transaction.connection, command.branch, on=transaction.today)
    require_closes(transaction.actor, branch.id if branch else None)
    required(command.reason)
    closed = with_closures(branch, command.branch, command.days)
    close_on(transaction, closed, days=command.days, decision=command.reason)


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
    """A case of which a term would end on another day: that of law, or one that begins after a decision."""

    case: Case
    term: TermKind
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
        branch = organisation_store.branch_coded(context.connection, self.branch, on=context.today)
        require_closes(context.actor, branch.id if branch else None)
        return tuple(self._moved(with_closures(branch, self.branch, self.days), context))

    def disclosed(self, answer: tuple[MovedTerm, ...]) -> Iterable[Disclosure]:
        return found(one.case.id for one in answer)

    def _moved(self, closed: Branch, context: QueryContext) -> Iterator[MovedTerm]:
        calendar = calendar_of(closed)
        for case in due_store.cases_with_terms(context.connection, closed.id, after=None, limit=self.limit):
            ledgers = ledgers_of(context.connection, case.id)
            first_end = case.due_at if case.term_ended_at is None else None
            for kind, end in {TermKind.LEGAL: first_end, **case.further_ends}.items():
                if end is None:
                    continue
                ledger = ledgers.get(kind)
                if ledger is None:
                    term = context.procedure(case.version_id).term
                    ledger = ledger_of_before(case, term, calendar=calendar, zone=context.zone)
                after = ledger.count(calendar).last_day
                before = local_day(end - datetime.resolution, context.zone)
                if after not in (None, before):
                    yield MovedTerm(case=case, term=kind, before=before, after=after)


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
    outbox_store.save_job(connection, done(job))
    branch = organisation_store.branch_coded(connection, job.payload["branch"], on=transaction.today)
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
    if locked is None or locked.case.is_closed:
        return
    changeset = CaseChangeset(transaction, locked)
    before = locked.case
    recount(changeset)
    after = changeset.case
    if (after.due_at, after.further_ends) == (before.due_at, before.further_ends):
        return
    moved = after.due_at or before.due_at
    detail = {"due_at": moved.astimezone(UTC).isoformat() if moved else None}
    changeset.record("term_recounted", detail, reason=reason)
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


class DayOffKind(StrEnum):
    """Why a branch does not work on a day."""

    NATIONAL = "national"
    LOCAL = "local"
    """The municipality's own, every year, as its patron's."""
    CLOSURE = "closure"


@dataclass(frozen=True, kw_only=True)
class DayOff:
    """A day of a year on which a branch does not work, weekends aside."""

    day: date
    kind: DayOffKind


@dataclass(frozen=True, kw_only=True)
class BranchCalendar:
    """A year of a branch; `moved` is what closing it on further days would move, if that was asked."""

    branch: Branch
    days_off: tuple[DayOff, ...]
    moved: tuple[MovedTerm, ...] | None


@dataclass(frozen=True, kw_only=True)
class ShowCalendar:
    """The year of the actor's branch; `closing` asks besides what closing it on these days would move."""

    year: int
    closing: tuple[date, ...] = ()

    def answer(self, context: QueryContext) -> BranchCalendar:
        """The days off, in order."""
        branch = organisation_store.branch(
            context.connection, require_branch(context.actor), on=context.today
        )
        if branch is None:
            raise NotFound.of("branch", context.actor.branch_code)
        preview = PreviewClosure(branch=branch.code, days=self.closing)
        return BranchCalendar(
            branch=branch,
            days_off=tuple(_days_off(branch, self.year)),
            moved=preview.answer(context) if self.closing else None,
        )

    def disclosed(self, answer: BranchCalendar) -> Iterable[Disclosure]:
        return found(one.case.id for one in answer.moved or ())


def _days_off(branch: Branch, year: int) -> Iterator[DayOff]:
    kinds = dict.fromkeys(national_holidays(year), DayOffKind.NATIONAL)
    calendar = calendar_of(branch)
    for month, day in calendar.local_holidays:
        if (month, day) != (2, 29) or isleap(year):
            kinds.setdefault(date(year, month, day), DayOffKind.LOCAL)
    for closed in calendar.closures:
        if closed.year == year:
            kinds.setdefault(closed, DayOffKind.CLOSURE)
    yield from (DayOff(day=day, kind=kinds[day]) for day in sorted(kinds))
