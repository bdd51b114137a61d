"""Rows in bulk: whole rows of a table read as they are kept, and written by the thousand."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.storage.types import UtcDateTime

Texts = Sequence[Any]
"""A row in the order of the columns of its table: ids with hyphens and moments in ISO 8601 with an offset as
texts, JSON as it is written; bytes, whole numbers and truth values as they are."""


def rows_of(connection: Connection, table: sa.Table, key: str, value: object) -> list[Mapping[str, Any]]:
    """Every row of a table that has that value in a column, as the table's types read it."""
    found = connection.execute(sa.select(table).where(table.c[key] == value))
    return [dict(row) for row in found.mappings()]


def load(connection: Connection, table: sa.Table, rows: Sequence[Texts]) -> None:
    """Write new rows: by COPY on PostgreSQL, in one statement that is prepared once on SQLite."""
    if not rows:
        return
    driver: Any = connection.connection.driver_connection
    names = ", ".join(f'"{column.name}"' for column in table.c)
    if connection.dialect.name == "postgresql":
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join("?" * len(table.c))
    converts = [(place, _SQLITE[type(column.type)]) for place, column in _converted(table)]
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({places})"  # noqa: S608 - names of our tables
    driver.executemany(statement, (_converting(row, converts) for row in rows))


def _hex(text: str) -> str:
    return text.replace("-", "")


def _naive(text: str) -> str:
    """A moment in UTC, as SQLite keeps it."""
    return text.replace("T", " ").removesuffix("+00:00")


_SQLITE: Mapping[type[Any], Callable[[str], str]] = {sa.Uuid: _hex, UtcDateTime: _naive}


def _converted(table: sa.Table) -> Iterable[tuple[int, sa.Column[Any]]]:
    return [(place, column) for place, column in enumerate(table.c) if type(column.type) in _SQLITE]


def _converting(row: Texts, converts: Sequence[tuple[int, Callable[[str], str]]]) -> list[Any]:
    kept = list(row)
    for place, convert in converts:
        if kept[place] is not None:
            kept[place] = convert(kept[place])
    return kept
