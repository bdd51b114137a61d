"""For how long cases waited at elements, in the database: by day, added up, and what came since."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, Table
from sqlalchemy.engine import Connection

from engine.cases.store import cases
from engine.service_tasks.model import ServiceTaskState
from engine.service_tasks.store import service_tasks
from engine.storage.columns import metadata
from engine.storage.statements import execute_for, insert_or_lock
from engine.storage.types import PlainText
from engine.tasks.model import TaskState
from engine.tasks.store import tasks

element_times = Table(
    "element_times",
    metadata,
    Column("procedure_key", PlainText(), primary_key=True),
    Column("version_number", sa.Integer, primary_key=True, autoincrement=False),
    Column("day", sa.Date, primary_key=True),
    Column("element_id", PlainText(), primary_key=True),
    Column("bucket", sa.Integer, primary_key=True, autoincrement=False),
    Column("number", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many tasks and service tasks ended on a day, by how long they had been open (`bucket`)."""

element_times_counted = Table(
    "element_times_counted",
    metadata,
    Column("what", PlainText(), primary_key=True),
    Column("until", sa.Date, nullable=False),
)
"""The last day that is counted: one row."""

NEVER: Final = date(1, 1, 1)
"""The day until which is counted before anything was."""
_ALL: Final = "all"
_LOCK = insert_or_lock(element_times_counted, [element_times_counted.c.until])


class Ended(NamedTuple):
    """A task or service task that has ended, and the version on which its case is."""

    procedure_key: str
    version_number: int
    element_id: str
    created_at: datetime
    closed_at: datetime


def _ended(table: Table, *ends: str) -> sa.Select[Any]:
    return (
        sa.select(
            table.c.procedure_key,
            cases.c.version_number,
            table.c.element_id,
            table.c.created_at,
            table.c.closed_at,
        )
        .join_from(table, cases, cases.c.id == table.c.case_id)
        .where(table.c.state.in_(ends))
    )


_TABLES = (
    (tasks, _ended(tasks, TaskState.COMPLETED.value)),
    (service_tasks, _ended(service_tasks, ServiceTaskState.COMPLETED.value, ServiceTaskState.FAILED.value)),
)


def lock_counted(connection: Connection) -> date:
    """The last day that is counted, `NEVER` before the first, locked until the transaction ends."""
    given = {"what": _ALL, "until": NEVER}
    found: date = execute_for(connection, _LOCK, given).scalar_one()
    return found


def counted_until(connection: Connection) -> date:
    """The last day that is counted, `NEVER` before the first."""
    found: date | None = connection.execute(sa.select(element_times_counted.c.until)).scalar_one_or_none()
    return found or NEVER


def save_counted(connection: Connection, until: date) -> None:
    """Write the last day that is counted."""
    connection.execute(element_times_counted.update().values(until=until))


def first_end(connection: Connection, *, begin: datetime | None) -> datetime | None:
    """When the first task or service task ended, of those that ended at a moment or later."""
    found = []
    for table, _ in _TABLES:
        statement = sa.select(sa.func.min(table.c.closed_at)).where(table.c.closed_at.is_not(None))
        if begin is not None:
            statement = statement.where(table.c.closed_at >= begin)
        moment: datetime | None = connection.execute(statement).scalar_one()
        if moment is not None:
            found.append(moment)
    return min(found, default=None)


def ended_between(connection: Connection, *, begin: datetime, end: datetime) -> Iterator[Ended]:
    """All that ended in a time, its end excluded."""
    for table, statement in _TABLES:
        within = statement.where(table.c.closed_at >= begin, table.c.closed_at < end)
        yield from (Ended(*row) for row in connection.execute(within))


def ended_lately(
    connection: Connection, version_id: UUID, *, begin: datetime, end: datetime, limit: int
) -> tuple[Sequence[Ended], bool]:
    """What ended in a time in the cases of a version, newest first; whether some were left out."""
    found: list[Ended] = []
    is_cut = False
    for table, statement in _TABLES:
        within = statement.where(
            cases.c.version_id == version_id, table.c.closed_at >= begin, table.c.closed_at < end
        )
        newest = within.order_by(table.c.closed_at.desc()).limit(limit + 1)
        rows = connection.execute(newest).all()
        is_cut = is_cut or len(rows) > limit
        found += [Ended(*row) for row in rows[:limit]]
    return found, is_cut


def add_times(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep the counts of a day, which had none."""
    if rows:
        connection.execute(element_times.insert(), rows)


def times_of(
    connection: Connection, key: str, number: int, *, since: date, until: date
) -> Iterator[tuple[str, int, int]]:
    """Of a version and the days of a period, both included: element, bucket, and how many."""
    statement = (
        sa.select(element_times.c.element_id, element_times.c.bucket, sa.func.sum(element_times.c.number))
        .where(
            element_times.c.procedure_key == key,
            element_times.c.version_number == number,
            element_times.c.day.between(since, until),
        )
        .group_by(element_times.c.element_id, element_times.c.bucket)
    )
    return ((row[0], row[1], int(row[2])) for row in connection.execute(statement))
