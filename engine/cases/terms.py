"""When the term of a case is over: as it begins, and after it rested because the citizen was awaited."""

from datetime import datetime, timedelta

from engine.bundle.term import Term
from engine.cases.surroundings import calendar_of, end_of
from engine.context import Transaction
from engine.organisation.model import Branch

_INSTANT = timedelta(microseconds=1)
"""A term that ends at midnight ends on the day before."""


def end_of_term(term: Term, branch: Branch, transaction: Transaction) -> datetime:
    """When a term is over that begins today."""
    today = transaction.now.astimezone(transaction.zone).date()
    return end_of(term.last_day(today, calendar_of(branch)), transaction)


def end_of_rested_term(
    term: Term, *, due_at: datetime, rested_since: datetime, branch: Branch | None, transaction: Transaction
) -> datetime:
    """When a term is over that was to be over at `due_at`, has rested since then, and goes on now."""
    last, asked, brought = (
        moment.astimezone(transaction.zone).date()
        for moment in (due_at - _INSTANT, rested_since, transaction.now)
    )
    calendar = calendar_of(branch)
    day = term.last_day_after_rest(last, asked=asked, brought=brought, calendar=calendar)
    return end_of(day, transaction)
