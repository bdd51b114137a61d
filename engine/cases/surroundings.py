"""What FEEL can name besides variables: `stoa`, with the working calendar of the case's branch."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from engine import feel
from engine.cases.model import Case
from engine.context import Transaction
from engine.kernel.calendar import WorkingCalendar
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.organisation import store as organisation_store
from engine.organisation.model import Branch
from engine.runtime.contract import Surroundings
from engine.terms.length import Length, Unit
from engine.terms.term import FURTHER, TermKind


def surroundings(transaction: Transaction, case: Case) -> Surroundings:
    """What a step of that case may know."""
    return surroundings_at(
        transaction.now,
        zone=transaction.zone,
        branch=lambda: organisation_store.branch(transaction.connection, case.branch_id),
        case=case,
    )


def surroundings_at(
    now: datetime, *, zone: tzinfo, branch: Callable[[], Branch | None], case: Case | None = None
) -> Surroundings:
    """The moment, the term of the case, and the names that every expression of it may use.

    `stoa.working_days(n)` is the end of the n-th working day from today, `stoa.months(n)` that of n months,
    as a date and time, in the calendar of the case's `branch`, which is looked up when it is first needed.
    `stoa.term_end()` is the end of its term of law; null while that rests, before it begins, once it ended.
    """
    term_end = case.expected_at if case is not None else None
    has_further = case is not None and (case.appealable_until or case.answer_due_at or case.act_due_at)
    further_ends = _further_ends(case) if case is not None and has_further else {}
    is_paused = case is not None and (
        Flag.AWAITING_CITIZEN in case.flags or case.status is CaseStatus.SUSPENDED
    )

    def counted(amount: object, unit: Unit) -> datetime:
        if not isinstance(amount, Decimal) or amount != amount.to_integral_value():
            raise feel.FeelValueError(f"{unit} expects a whole number, not {amount!r}")
        calendar = calendar_of(branch())
        try:
            end = Length(int(amount), unit).after(now.astimezone(zone).date(), calendar)
            return _end_of(calendar.next_working_day(end), zone)
        except ValueError as absurd:
            raise feel.FeelValueError(str(absurd)) from absurd

    native = feel.FeelFunction.native
    stoa = {
        "working_days": native("working_days", ("days",), lambda days: counted(days, Unit.WORKING_DAYS)),
        "months": native("months", ("months",), lambda months: counted(months, Unit.MONTHS)),
        "term_end": native("term_end", (), lambda: term_end.astimezone(zone) if term_end else None),
    }
    return Surroundings(
        now=now,
        zone=zone,
        names={"stoa": stoa},
        term_end=term_end,
        further_ends=further_ends,
        is_paused=is_paused,
    )


def _further_ends(case: Case) -> dict[str, datetime]:
    """The ends of the further terms that run now: while a case is suspended the office's do not."""
    running = (TermKind.APPEAL,) if case.status is CaseStatus.SUSPENDED else FURTHER
    return {kind.value: end for kind, end in case.further_ends.items() if kind in running and end is not None}


def calendar_of(branch: Branch | None) -> WorkingCalendar:
    """The working calendar of a branch; the national one where there is no branch."""
    if branch is None:
        return WorkingCalendar()
    days = (text.split("-") for text in branch.local_holidays)
    return WorkingCalendar(
        local_holidays=frozenset((int(month), int(day)) for month, day in days),
        closures=frozenset(date.fromisoformat(text) for text in branch.closures),
    )


def end_of(day: date, transaction: Transaction) -> datetime:
    """The moment when a local date is over."""
    return _end_of(day, transaction.zone)


def _end_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone)
