"""The terms that begin once something was decided: to appeal, to answer an appeal, to act after silence.

What follows from their ledgers is in the case: when each ends, None where it is not under way; while it
rests, when it would end if it went on. The office's rest while the case is suspended; the citizen's term to
appeal never rests. An appeal runs while the diagram says so, by the flag of a sub-process.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo

from engine.cases.changeset import CaseChangeset
from engine.cases.model import Case
from engine.cases.surroundings import calendar_of, end_of
from engine.kernel.calendar import WorkingCalendar
from engine.kernel.vocabulary import Flag
from engine.organisation import store as organisation_store
from engine.terms.ledger import Ledger, TermCause
from engine.terms.term import FURTHER, TermKind

INSTANT = timedelta(microseconds=1)
"""What lies between the end of a day and the next."""


def begin_term(
    changeset: CaseChangeset, kind: TermKind, *, cause: TermCause, day: date | None = None
) -> None:
    """Begin a further term today, or by what happened on `day`; once more, if it had ended.

    Nothing happens where the procedure has no such term, and while it is under way.
    """
    term = changeset.procedure.terms.get(kind)
    if term is None or is_under_way(changeset.case, kind):
        return
    ledger = changeset.ledger(kind)
    begins = day or day_for(changeset, ledger)
    changeset.enter(kind, ledger.begun(begins, term.length, cause=cause, law=term.law))
    settle_further(changeset, (kind,))


def end_term(
    changeset: CaseChangeset,
    kind: TermKind,
    *,
    cause: TermCause,
    law: str | None = None,
    day: date | None = None,
) -> None:
    """End a further term today, or on `day`, if it is under way."""
    if not is_under_way(changeset.case, kind):
        return
    ledger = changeset.ledger(kind)
    ends = max(day or day_for(changeset, ledger), ledger.latest)
    changeset.enter(kind, ledger.ended(ends, cause=cause, law=law))
    settle_further(changeset, (kind,))


def end_further(changeset: CaseChangeset, cause: TermCause) -> None:
    """End whatever further term is under way."""
    for kind in FURTHER:
        end_term(changeset, kind, cause=cause)


def note_appeal(changeset: CaseChangeset, *, is_appealed: bool) -> None:
    """Let the case be appealed against from now on, or not any more.

    With an appeal the term to answer it begins, and the one to appeal ends.
    """
    changeset.case = changeset.case.flagged(Flag.APPEALED, wanted=is_appealed)
    if is_appealed:
        end_term(changeset, TermKind.APPEAL, cause=TermCause.APPEALED)
        begin_term(changeset, TermKind.ANSWER, cause=TermCause.APPEALED)
    else:
        end_term(changeset, TermKind.ANSWER, cause=TermCause.DECIDED)


def settle_further(changeset: CaseChangeset, kinds: Iterable[TermKind] = FURTHER) -> None:
    """Let the case say what the ledgers of these terms come to; tasks that were due with them follow."""
    before = changeset.case.work_due_at
    ends = {kind: _end_of(changeset, kind) for kind in kinds}
    changeset.case = changeset.case.with_further_terms(ends)
    move_tasks(changeset, before)


def move_tasks(changeset: CaseChangeset, before: datetime | None) -> None:
    """Let the tasks that were due with the case at `before` be due with it now: perhaps on no day."""
    after = changeset.case.work_due_at
    if before != after:
        for task in changeset.tasks:
            if task.due_at == before:
                changeset.put(replace(task, due_at=after))


def is_under_way(case: Case, kind: TermKind) -> bool:
    """Whether a further term of the case has begun and not ended; one that rests is, too."""
    return case.further_ends[kind] is not None


def _end_of(changeset: CaseChangeset, kind: TermKind) -> datetime | None:
    ledger = changeset.ledger(kind)
    if not ledger.has_begun or ledger.has_ended:
        return None
    going_on = ledger.if_it_went_on(day_for(changeset, ledger))
    last_day = going_on.count(calendar_of_case(changeset)).last_day
    return end_of(last_day, changeset.transaction) if last_day is not None else None


def local_day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def last_day_of(end: datetime, zone: tzinfo) -> date:
    """The last day of a term with that end: one that ends at midnight ends on the day before."""
    return local_day(end - INSTANT, zone)


def day_for(changeset: CaseChangeset, ledger: Ledger) -> date:
    """Today; the clocks of two servers may differ about midnight, and nothing happens before what has."""
    today = changeset.transaction.today
    return max(today, ledger.latest) if ledger.has_begun else today


def calendar_of_case(changeset: CaseChangeset) -> WorkingCalendar:
    connection, branch_id = changeset.transaction.connection, changeset.case.branch_id
    return calendar_of(organisation_store.branch(connection, branch_id, on=changeset.transaction.today))
