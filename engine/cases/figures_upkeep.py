"""Keeps the figures of cases: folds what transactions added, and counts everything anew each night."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from engine.cases import figures_store
from engine.cases.figures_store import Counting
from engine.context import Command, Transaction
from engine.storage.database import Connection
from engine.storage.statements import Row


@dataclass(frozen=True, kw_only=True)
class FoldTallies(Command[int]):
    """Add up to `limit` tallies to the figures."""

    limit: int = 2000


def fold_tallies(command: FoldTallies, transaction: Transaction) -> int:
    """How many were added; fewer than the limit when none is left."""
    figures_store.lock_counting(transaction.connection)
    taken = figures_store.take_tallies(transaction.connection, limit=command.limit)
    figures_store.add_figures(transaction.connection, taken)
    return len(taken)


@dataclass(frozen=True, kw_only=True)
class Recounted:
    """What counting a month found: in how many rows the figures were wrong.

    `is_last` says that everything was counted today.
    """

    wrong: int
    is_last: bool


@dataclass(frozen=True, kw_only=True)
class CountAnew(Command[Recounted]):
    """Count the cases of the next month anew, from the first one on, once each day."""


def count_anew(_command: CountAnew, transaction: Transaction) -> Recounted:
    """What was found. Nobody waits for it: who changes a case meanwhile writes tallies."""
    connection, zone = transaction.connection, transaction.zone
    state = figures_store.lock_counting(connection)
    today = transaction.today
    if state.counted_on >= today:
        return Recounted(wrong=0, is_last=True)
    month = state.next_month or _first_month(connection, zone) or today.replace(day=1)
    following = month_after(month)
    rows: list[Row] = []
    day = month
    while day < following:
        begin, end = (_midnight(one, zone) for one in (day, day + timedelta(days=1)))
        rows += figures_store.true_figures(connection, day, begin=begin, end=end)
        day += timedelta(days=1)
    wrong = figures_store.replace_month(connection, first=month, following=following, rows=rows)
    is_last = following > today
    if is_last:
        figures_store.replace_totals(connection)
        figures_store.save_counting(connection, Counting(counted_on=today, next_month=None))
    else:
        figures_store.save_counting(connection, Counting(state.counted_on, following))
    return Recounted(wrong=wrong, is_last=is_last)


def month_after(month: date) -> date:
    """The first day of the month after one that is given by its first."""
    return (month + timedelta(days=31)).replace(day=1)


def _first_month(connection: Connection, zone: tzinfo) -> date | None:
    moment, day = figures_store.first_moment(connection), figures_store.first_day(connection)
    days = [moment.astimezone(zone).date()] if moment else []
    days += [day] if day else []
    return min(days).replace(day=1) if days else None


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(0), tzinfo=zone)
