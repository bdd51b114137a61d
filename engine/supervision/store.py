"""The figures of branches, read from the tables into which tallies are folded; and the cases behind one."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases.figures_store import (
    COUNTS_AS,
    by_branch,
    by_branch_and_month,
    by_day_and_branch,
    by_day_and_procedure,
    by_month,
    tallies,
)
from engine.cases.model import Case
from engine.cases.store import CASE_IN_LIST, case_of, cases
from engine.cases.tally import FIGURES
from engine.kernel.pages import Page, Slice
from engine.organisation.store import branches as offices
from engine.storage.keyset import Order, fetch_page
from engine.supervision.model import Figure, Figures, Period, Spans, in_whole_months

Ids = Collection[UUID] | None
"""The branches that are asked for; None for all."""

_OPENED = Order("figure_cases", (cases.c.opened_at, cases.c.id), newest_first=True)
_ENDED = Order("figure_cases_ended", (cases.c.closed_at, cases.c.id), newest_first=True)


def figures_by_branch(connection: Connection, period: Period, branches: Ids) -> Mapping[UUID, Figures]:
    """The figures of a time by branch, with all that runs now; those that are not folded yet included."""
    spans = in_whole_months(period)
    parts = [
        *([_of_days(by_branch_and_month, _months_of(spans), branches)] if spans.months else ()),
        *(_of_days(by_day_and_branch, one, branches) for one in spans.added),
        *(_of_days(by_day_and_branch, one, branches, sign=-1) for one in spans.taken_off),
        _of(tallies, branches)
        .with_only_columns(tallies.c.branch_id, *(tallies.c[name] for name in FIGURES), _NOTHING)
        .where(tallies.c.day >= period.since, tallies.c.day <= period.until),
        *(
            _of(table, branches).with_only_columns(
                table.c.branch_id,
                *(sa.literal_column("0", sa.Integer).label(name) for name in FIGURES),
                (table.c.opened - table.c.ended).label("running"),
            )
            for table in (by_branch, tallies)
        ),
    ]
    every = sa.union_all(*parts).subquery()
    names = (*FIGURES, "running")
    sums = [sa.cast(sa.func.sum(every.c[name]), sa.Integer).label(name) for name in names]
    rows = connection.execute(sa.select(every.c.branch_id, *sums).group_by(every.c.branch_id))
    return {row.branch_id: Figures(**{name: getattr(row, name) for name in names}) for row in rows}


def _months_of(spans: Spans) -> Period:
    return Period(since=spans.months[0], until=spans.months[-1])


def _of_days(folded: sa.Table, days: Period, branches: Ids, *, sign: int = 1) -> sa.Select[Any]:
    """The figures of each branch on the days, or in the months, of a table by branch and day.

    They are read branch by branch, in the order of the table: SQLite would otherwise look for each row by
    itself, and sort all of them.
    """
    day = folded.c.month if "month" in folded.c else folded.c.day
    of_branch = sa.and_(folded.c.branch_id == offices.c.id, day >= days.since, day <= days.until)
    statement = (
        sa.select(
            offices.c.id.label("branch_id"),
            *((sign * sa.func.sum(folded.c[name])).label(name) for name in FIGURES),
            _NOTHING,
        )
        .select_from(offices.join(folded, of_branch))
        .group_by(offices.c.id)
    )
    return statement if branches is None else statement.where(offices.c.id.in_(branches))


def services_by_branch(connection: Connection, months: Period, branches: Ids) -> Mapping[UUID, int]:
    """Of how many procedures each branch opened cases in the months."""
    statement = (
        _of(by_month, branches)
        .with_only_columns(
            by_month.c.branch_id, sa.func.count(sa.distinct(by_month.c.procedure_key)).label("services")
        )
        .where(*_in_months(months), by_month.c.opened > 0)
        .group_by(by_month.c.branch_id)
    )
    return {row.branch_id: row.services for row in connection.execute(statement)}


def figures_by_day(connection: Connection, period: Period, branches: Ids) -> Mapping[date, tuple[int, int]]:
    """How many cases were opened and ended on each day."""
    folded = by_day_and_procedure if branches is None else by_day_and_branch
    every = sa.union_all(
        *(
            (sa.select(table) if table is by_day_and_procedure else _of(table, branches))
            .with_only_columns(table.c.day, table.c.opened, table.c.ended)
            .where(table.c.day >= period.since, table.c.day <= period.until)
            for table in (folded, tallies)
        )
    ).subquery()
    sums = [sa.cast(sa.func.sum(every.c[name]), sa.Integer).label(name) for name in ("opened", "ended")]
    rows = connection.execute(sa.select(every.c.day, *sums).group_by(every.c.day))
    return {row.day: (row.opened, row.ended) for row in rows}


def figures_by_procedure(connection: Connection, months: Period, branch_id: UUID) -> Mapping[str, Figures]:
    """The figures of a branch in whole months by the key of the procedure, as they were last folded."""
    sums = [sa.cast(sa.func.sum(by_month.c[name]), sa.Integer).label(name) for name in FIGURES]
    rows = connection.execute(
        sa.select(by_month.c.procedure_key, *sums)
        .where(by_month.c.branch_id == branch_id, *_in_months(months))
        .group_by(by_month.c.procedure_key)
    )
    return {row.procedure_key: Figures(**{name: getattr(row, name) for name in FIGURES}) for row in rows}


def cases_behind(
    connection: Connection,
    figure: Figure,
    *,
    begin: datetime,
    end: datetime,
    branches: Ids,
    part: Slice,
) -> Page[Case]:
    """The cases that a figure counts from `begin` to before `end`, without snapshots, newest first."""
    statement = sa.select(*CASE_IN_LIST)
    if branches is not None:
        statement = statement.where(_branch_in_list_of(figure).in_(branches))
    if figure is Figure.RUNNING:
        statement = statement.where(cases.c.closed_at.is_(None))
    else:
        counted_at = cases.c.closed_at if figure is Figure.ENDED else cases.c.opened_at
        statement = statement.where(COUNTS_AS[figure.value], counted_at >= begin, counted_at < end)
    order = _ENDED if figure is Figure.ENDED else _OPENED
    return fetch_page(connection, statement, order=order, part=part, decode=case_of)


def _branch_in_list_of(figure: Figure) -> sa.ColumnElement[UUID]:
    """The branch of a case, as the cases that a figure counts are looked through for it.

    Of the few that are late or appealed there is an index in the order of the list, with the branch in it.
    The column as such would have SQLite look through all cases of the branches and sort them.
    """
    if figure in (Figure.LATE, Figure.APPEALED):
        return sa.func.coalesce(cases.c.branch_id, cases.c.branch_id, type_=sa.Uuid)
    return cases.c.branch_id


_NOTHING = sa.literal_column("0", sa.Integer).label("running")


def _of(table: sa.Table, branches: Ids) -> sa.Select[Any]:
    statement = sa.select(table)
    return statement if branches is None else statement.where(table.c.branch_id.in_(branches))


def _in_months(months: Period) -> Sequence[sa.ColumnElement[bool]]:
    return [by_month.c.month.in_(months.months)]
