"""The figures of cases in the database: tallies as they come, and the tables into which they are folded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table
from sqlalchemy.engine import Connection

from engine.cases.store import AWAITED, cases
from engine.cases.tally import FIGURES, Tally
from engine.kernel.vocabulary import CaseStatus
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.statements import (
    AnyInsert,
    Row,
    Values,
    execute_for,
    for_each_database,
    insert_or_lock,
    literal,
)
from engine.storage.types import PlainText


def _figures() -> list[Column[Any]]:
    return [Column(name, sa.Integer, nullable=False) for name in FIGURES]


def _day(name: str, *, in_key: bool = True) -> Column[Any]:
    return Column(name, sa.Date, primary_key=in_key, nullable=False)


def _branch() -> Column[Any]:
    return Column("branch_id", sa.Uuid, primary_key=True)


def _word(name: str) -> Column[Any]:
    return Column(name, PlainText(), primary_key=True)


tallies = Table(
    "case_tallies",
    metadata,
    columns.identifier(),
    _day("day", in_key=False),
    Column("branch_id", sa.Uuid, nullable=False),
    columns.text("procedure_key"),
    columns.whole("version_number"),
    columns.text("channel"),
    *_figures(),
)
"""What transactions have added to the figures and nobody has folded yet.

Counting in the transactions themselves would make all who work in a branch wait for one another.
"""

by_branch = Table("cases_by_branch", metadata, _branch(), *_figures())

by_day_and_branch = Table(
    "cases_by_day_and_branch",
    metadata,
    _branch(),
    _day("day"),
    *_figures(),
    sqlite_with_rowid=False,
)
Index("ix_cases_by_day_and_branch_day", by_day_and_branch.c.day)

by_month = Table(
    "cases_by_month",
    metadata,
    _day("month"),
    _branch(),
    _word("procedure_key"),
    *_figures(),
    sqlite_with_rowid=False,
)
"""By branch and procedure; the month is its first day."""

by_branch_and_month = Table(
    "cases_by_branch_and_month",
    metadata,
    _branch(),
    _day("month"),
    *_figures(),
    sqlite_with_rowid=False,
)
"""The same without the procedure: a year of all branches is added up from it."""

by_day_and_procedure = Table(
    "cases_by_day_and_procedure",
    metadata,
    _day("day"),
    _word("procedure_key"),
    Column("version_number", sa.Integer, primary_key=True, autoincrement=False),
    _word("channel"),
    *_figures(),
    sqlite_with_rowid=False,
)

counting = Table(
    "figures_counting",
    metadata,
    Column("what", PlainText(), primary_key=True),
    _day("counted_on", in_key=False),
    Column("next_month", sa.Date),
)
"""When everything was last counted anew, and the month to go on with where somebody is at it."""

ROLL_UPS: tuple[Table, ...] = (
    by_branch,
    by_day_and_branch,
    by_month,
    by_day_and_procedure,
    by_branch_and_month,
)

NEVER: Final = date(1, 1, 1)
"""The day on which everything was counted, before it ever was."""


def tally_row(tally: Tally) -> Values:
    """The columns of a tally."""
    row = {**vars(tally), **tally.figures}
    del row["figures"]
    return row


@dataclass(frozen=True)
class Counting:
    """When everything was last counted, `NEVER` included, and the month with which to go on."""

    counted_on: date
    next_month: date | None


_COUNTING = insert_or_lock(counting, [counting.c.counted_on, counting.c.next_month])
_WHAT = "cases"
_SAVE_COUNTING: sa.Update = counting.update().where(counting.c.what == _WHAT)


def lock_counting(connection: Connection) -> Counting:
    """How far counting has come; until the end of the transaction nobody else folds or counts."""
    values = {"what": _WHAT, "counted_on": NEVER, "next_month": None}
    row = execute_for(connection, _COUNTING, values).one()
    return Counting(counted_on=row.counted_on, next_month=row.next_month)


def save_counting(connection: Connection, state: Counting) -> None:
    """Write how far counting has come."""
    connection.execute(_SAVE_COUNTING, vars(state))


def is_counted(connection: Connection) -> bool:
    """Whether everything was counted once, so that the figures are whole."""
    found = connection.execute(sa.select(counting.c.counted_on).where(counting.c.what == _WHAT))
    return (found.scalar_one_or_none() or NEVER) != NEVER


_OLDEST = sa.select(tallies.c.id).order_by(tallies.c.id).limit(sa.bindparam("limit", type_=sa.Integer))
_TAKE = tallies.delete().where(tallies.c.id.in_(_OLDEST)).returning(*tallies.c)


def take_tallies(connection: Connection, *, limit: int) -> Sequence[Row]:
    """Up to `limit` tallies, which are gone with the end of the transaction."""
    return connection.execute(_TAKE, {"limit": limit}).all()


def _adding(table: Table) -> Any:
    key = [column.name for column in table.primary_key]

    def build(insert: AnyInsert) -> Any:
        sums = {name: table.c[name] + insert.excluded[name] for name in FIGURES}
        return insert.on_conflict_do_update(index_elements=key, set_=sums)

    return for_each_database(build, table)


_ADD = {table: _adding(table) for table in ROLL_UPS}


def add_figures(connection: Connection, rows: Sequence[Row]) -> None:
    """Add figures of days, branches and procedures to each of the tables that are kept of them."""
    for table in ROLL_UPS:
        summed = _summed(table, rows)
        if summed:
            connection.execute(_ADD[table][connection.dialect.name], summed)


def _summed(table: Table, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows that a table gets of it, in the order of their keys."""
    key = [column.name for column in table.primary_key]
    sums: dict[tuple[Any, ...], list[int]] = {}
    for row in rows:
        of_key = tuple([row.day.replace(day=1) if name == "month" else getattr(row, name) for name in key])
        kept = sums.setdefault(of_key, [0] * len(FIGURES))
        for place, name in enumerate(FIGURES):
            kept[place] += getattr(row, name)
    return [
        {**dict(zip(key, of_key, strict=True)), **dict(zip(FIGURES, sums[of_key], strict=True))}
        for of_key in sorted(sums, key=repr)
    ]


def one_if(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)


def _said(flag: Column[bool]) -> sa.ColumnElement[bool]:
    """A flag by itself, as the conditions of indexes say it; SQLAlchemy would compare it with 1 on SQLite."""
    return sa.literal_column(str(flag))


_DECIDED_AT = sa.func.coalesce(cases.c.term_ended_at, cases.c.closed_at)
COUNTS_AS: Mapping[str, sa.ColumnElement[bool]] = {
    "opened": sa.true(),
    "ended": cases.c.closed_at.is_not(None),
    "in_time": cases.c.due_at >= _DECIDED_AT,
    "late": cases.c.due_at < _DECIDED_AT,
    "overdue": sa.and_(cases.c.status == literal(CaseStatus.OPEN), _said(cases.c.overdue)),
    "appealed": _said(cases.c.appealed),
}
"""Which cases a figure counts: the rules of `tally.py` for the database."""

_KEY = ("branch_id", "procedure_key", "version_number", "channel")
_DAY = sa.bindparam("day", type_=sa.Date)
_BEGIN, _END = (sa.bindparam(name, type_=cases.c.opened_at.type) for name in ("begin", "end"))


def _true_figures() -> sa.Select[Any]:
    """What the tables have to have of a day: what its cases count, without what is not folded yet.

    One statement, and so of one moment.
    """
    of_case = [cases.c[name] for name in _KEY]
    nothing = sa.literal_column("0", sa.Integer)
    opened = sa.select(
        *of_case,
        *(
            nothing.label(name) if name == "ended" else one_if(COUNTS_AS[name]).label(name)
            for name in FIGURES
        ),
    ).where(cases.c.opened_at >= _BEGIN, cases.c.opened_at < _END)
    one = sa.literal_column("1", sa.Integer)
    ended = sa.select(
        *of_case, *((one if name == "ended" else nothing).label(name) for name in FIGURES)
    ).where(cases.c.closed_at >= _BEGIN, cases.c.closed_at < _END)
    pending = sa.select(
        *(tallies.c[name] for name in _KEY), *((-tallies.c[name]).label(name) for name in FIGURES)
    ).where(tallies.c.day == _DAY)
    every = sa.union_all(opened, ended, pending).subquery()
    key = [every.c[name] for name in _KEY]
    return sa.select(
        sa.type_coerce(_DAY, sa.Date).label("day"),
        *key,
        *(sa.cast(sa.func.sum(every.c[name]), sa.Integer).label(name) for name in FIGURES),
    ).group_by(*key)


_TRUE_FIGURES = _true_figures()


def true_figures(connection: Connection, day: date, *, begin: datetime, end: datetime) -> Sequence[Row]:
    """What the tables have to have of a local day, which lasts from `begin` to before `end`."""
    return connection.execute(_TRUE_FIGURES, {"day": day, "begin": begin, "end": end}).all()


def replace_month(connection: Connection, *, first: date, following: date, rows: Sequence[Row]) -> int:
    """Let the tables have these figures of a month; in how many rows they had others.

    `following` is the first day of the next month.
    """
    wrong = 0
    for table in ROLL_UPS:
        if table is by_branch:
            continue
        day = table.c.month if "month" in table.c else table.c.day
        of_month = sa.and_(day >= first, day < following)
        kept = {tuple(row) for row in connection.execute(sa.select(table).where(of_month)) if any(row[-6:])}
        wanted = [row for row in _summed(table, rows) if any(row[name] for name in FIGURES)]
        differing = kept ^ {tuple(row[column.name] for column in table.c) for row in wanted}
        if differing:
            connection.execute(table.delete().where(of_month))
            if wanted:
                connection.execute(table.insert(), wanted)
        wrong += len(differing)
    return wrong


def replace_totals(connection: Connection) -> None:
    """Let the totals of the branches be the sum of their days."""
    sums = [sa.cast(sa.func.sum(by_day_and_branch.c[name]), sa.Integer) for name in FIGURES]
    branch_id = by_day_and_branch.c.branch_id
    connection.execute(by_branch.delete())
    connection.execute(
        by_branch.insert().from_select(
            ["branch_id", *FIGURES], sa.select(branch_id, *sums).group_by(branch_id)
        )
    )


def first_moment(connection: Connection) -> datetime | None:
    """When the first case was opened; None where there is none."""
    found: datetime | None = connection.execute(sa.select(sa.func.min(cases.c.opened_at))).scalar_one()
    return found


def first_day(connection: Connection) -> date | None:
    """The first day of which there are figures; None where there are none."""
    found: date | None = connection.execute(sa.select(sa.func.min(by_day_and_branch.c.day))).scalar_one()
    return found


def _since(table: Table, names: Sequence[str]) -> sa.Select[Any]:
    return sa.select(*(table.c[name] for name in names)).where(
        table.c.branch_id == sa.bindparam("branch_id", type_=sa.Uuid()),
        table.c.day >= sa.bindparam("since", type_=sa.Date),
    )


def _of_branch() -> sa.Select[Any]:
    every = sa.union_all(_since(by_day_and_branch, FIGURES), _since(tallies, FIGURES)).subquery()
    return sa.select(*(sa.func.coalesce(sa.func.sum(every.c[name]), 0).label(name) for name in FIGURES))


_OF_BRANCH = _of_branch()


def figures_since(connection: Connection, branch_id: UUID, since: date) -> Mapping[str, int]:
    """The figures of a branch of the days since one, those that are not folded yet included."""
    row = connection.execute(_OF_BRANCH, {"branch_id": branch_id, "since": since}).mappings().one()
    return {name: int(row[name]) for name in FIGURES}


def _waiting() -> sa.Select[Any]:
    """Cases in which the office owes something after the decision, by what is over at a moment."""
    now = sa.bindparam("now", type_=cases.c.due_at.type)
    over = {"answer_overdue": cases.c.answer_due_at < now, "act_overdue": cases.c.act_due_at < now}
    counts: list[sa.ColumnElement[Any]] = [
        sa.func.coalesce(sa.func.sum(one_if(condition)), 0).label(name) for name, condition in over.items()
    ]
    return sa.select(*counts).where(
        sa.text(AWAITED),
        cases.c.branch_id == sa.bindparam("branch_id", type_=sa.Uuid()),
        cases.c.opened_at >= sa.bindparam("begin", type_=cases.c.opened_at.type),
    )


_WAITING = _waiting()


def waiting_since(
    connection: Connection, branch_id: UUID, *, begin: datetime, now: datetime
) -> Mapping[str, int]:
    """How many cases that the branch opened since `begin` wait for it longer than the law allows, by what."""
    values = {"branch_id": branch_id, "begin": begin, "now": now}
    return {name: int(found) for name, found in connection.execute(_WAITING, values).mappings().one().items()}


_COUNTED_SINCE = sa.select(
    *(sa.func.coalesce(sa.func.sum(one_if(COUNTS_AS[name])), 0).label(name) for name in FIGURES)
).where(
    cases.c.branch_id == sa.bindparam("branch_id", type_=sa.Uuid()),
    cases.c.opened_at >= sa.bindparam("begin", type_=cases.c.opened_at.type),
)


def counted_since(connection: Connection, branch_id: UUID, begin: datetime) -> Mapping[str, int]:
    """The figures of the cases that a branch opened since a moment, counted one by one."""
    row = connection.execute(_COUNTED_SINCE, {"branch_id": branch_id, "begin": begin}).mappings().one()
    return {name: int(row[name]) for name in FIGURES}
