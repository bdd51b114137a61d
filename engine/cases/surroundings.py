"""What FEEL can name besides variables: `stoa`, with the working calendar of the case's branch."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

from engine import feel
from engine.context import Transaction
from engine.kernel.calendar import WorkingCalendar
from engine.organisation import store as organisation_store
from engine.organisation.model import Branch
from engine.runtime.contract import Surroundings


def surroundings(transaction: Transaction, branch_id: UUID) -> Surroundings:
    """What a step of a case of that branch may know."""
    return surroundings_at(
        transaction.now,
        zone=transaction.zone,
        branch=lambda: organisation_store.branch(transaction.connection, branch_id),
    )


def surroundings_at(now: datetime, *, zone: tzinfo, branch: Callable[[], Branch | None]) -> Surroundings:
    """The moment, and the names that every expression of a case may use.

    `stoa.working_days(n)` is the end of the n-th working day from today, as a date and time, in the calendar
    of the case's `branch`, which is looked up when it is first needed.
    """

    def working_days(days: object) -> Any:
        if not isinstance(days, Decimal) or days != days.to_integral_value():
            raise feel.FeelValueError(f"working_days expects a whole number of days, not {days!r}")
        calendar = calendar_of(branch())
        today = now.astimezone(zone).date()
        try:
            return _end_of(calendar.add_working_days(today, int(days)), zone)
        except ValueError as absurd:
            raise feel.FeelValueError(str(absurd)) from absurd

    stoa = {"working_days": feel.FeelFunction.native("working_days", ("days",), working_days)}
    return Surroundings(now=now, zone=zone, names={"stoa": stoa})


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
