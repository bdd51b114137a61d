"""Rows in bulk: whole rows of a table read as they are kept, and written by the thousand."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.schema import AddConstraint, CreateIndex, DropConstraint, DropIndex

from engine.kernel.refusal import Invalid
from engine.storage.columns import metadata

Packed = bytes | Sequence[Sequence[Any]]
"""Rows of a table in the order of its columns, as `RowFormat.packed` makes them for one kind of database."""


@dataclass(frozen=True, kw_only=True)
class RowFormat:
    """How a kind of database is given the cells of rows in bulk.

    `identifier` takes an id with hyphens, `moment` one in UTC as `2026-11-30T08:00:00.000000+00:00`, `value`
    anything else: a text, JSON as it is written, a day in ISO 8601, euros in cents, bytes, a whole number, a
    truth value, None. `packed` takes rows of such cells. `is_plain`: ids and moments stay as they are.
    """

    is_plain: bool
    identifier: Callable[[str], str]
    moment: Callable[[str], str]
    value: Callable[[Any], Any]
    packed: Callable[[Sequence[Sequence[Any]]], Packed]


def rows_of(connection: Connection, table: sa.Table, key: str, value: object) -> list[Mapping[str, Any]]:
    """Every row of a table that has that value in a column, as the table's types read it.

    On SQLite they come as they were written, the first one first, where the table keeps that order.
    """
    found = connection.execute(sa.select(table).where(table.c[key] == value).order_by(*_as_written(table)))
    return [dict(row) for row in found.mappings()]


def _as_written(table: sa.Table) -> Sequence[Any]:
    has_rowid = table.dialect_options["sqlite"]["with_rowid"]
    return [sa.literal_column("rowid")] if has_rowid else list(table.primary_key)


def load(connection: Connection, table: sa.Table, rows: Packed) -> None:
    """Write new rows, packed for this kind of database: by COPY on PostgreSQL, in one statement on SQLite."""
    if not rows:
        return
    driver: Any = connection.connection.driver_connection
    names = ", ".join(f'"{column.name}"' for column in table.c)
    if isinstance(rows, bytes):
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            copy.write(rows)
        return
    places = ", ".join("?" * len(table.c))
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({places})"  # noqa: S608 - names of our tables
    driver.executemany(statement, rows)


def _hex(text: str) -> str:
    return text.replace("-", "")


def _naive(text: str) -> str:
    """A moment in UTC, as SQLite keeps it."""
    return text.replace("T", " ").removesuffix("+00:00")


def _same(value: Any) -> Any:
    return value


_ESCAPES: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _copied(value: Any) -> str:
    """A value as COPY reads it (PostgreSQL documentation, COPY, text format)."""
    if value is None:
        return r"\N"
    if isinstance(value, bytes):
        return rf"\\x{value.hex()}"
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value).translate(_ESCAPES)


def _lines(rows: Sequence[Sequence[Any]]) -> bytes:
    return "".join(["\t".join(row) + "\n" for row in rows]).encode()


FORMATS: Final[Mapping[str, RowFormat]] = {
    "sqlite": RowFormat(is_plain=False, identifier=_hex, moment=_naive, value=_same, packed=_same),
    "postgresql": RowFormat(is_plain=True, identifier=_same, moment=_same, value=_copied, packed=_lines),
}
"""By the name of the database."""

FEW: Final = 1000
"""So many rows a table may have that is filled without its indexes."""

_ROOM: Final = 400_000
"""Kilobytes of memory for pages of tables that are filled in SQLite, which has 2,000 otherwise, and for
sorting what comes into an index in PostgreSQL."""


def named(names: Iterable[str]) -> list[sa.Table]:
    """The tables of those names, those first that others refer to; `Invalid` for a name that none has."""
    wanted = set(names)
    unknown = wanted - metadata.tables.keys()
    if unknown:
        raise Invalid.field("rows", f"expected the names of tables, found {', '.join(sorted(unknown))}")
    return [table for table in metadata.sorted_tables if table.name in wanted]


def lighten(connection: Connection, tables: Sequence[sa.Table]) -> bool:
    """Take away what makes writing many rows slow and is made at once afterwards, by `restore`.

    Those are indexes, and on PostgreSQL what refers to other tables. False, and nothing was taken away, where
    a table has more than a few rows: who works with them needs the indexes.
    """
    for table in tables:
        some = sa.select(sa.literal(1)).select_from(table).limit(FEW + 1).subquery()
        if connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one() > FEW:
            return False
    for index in _indexes(tables):
        connection.execute(DropIndex(index, if_exists=True))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{_ROOM}")
        return True
    there = _references_there(connection)
    for reference in _references(tables):
        if reference.name in there:
            connection.execute(DropConstraint(reference))
    return True


def restore(connection: Connection, tables: Sequence[sa.Table]) -> None:
    """Make what `lighten` took away, as far as it is not there; and have PostgreSQL look at the new rows."""
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.exec_driver_sql(f"SET LOCAL maintenance_work_mem = '{_ROOM}kB'")
    for index in _indexes(tables):
        connection.execute(CreateIndex(index, if_not_exists=True))
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA cache_size = -2000")
        return
    there = _references_there(connection)
    for reference in _references(tables):
        if reference.name not in there:
            connection.execute(AddConstraint(reference))
    for table in tables:
        connection.exec_driver_sql(f"ANALYZE {table.name}")


def _indexes(tables: Sequence[sa.Table]) -> list[sa.Index]:
    found = [index for table in tables for index in table.indexes]
    return sorted(found, key=lambda index: str(index.name))


def _references(tables: Sequence[sa.Table]) -> list[sa.ForeignKeyConstraint]:
    found = [reference for table in tables for reference in table.foreign_key_constraints]
    return sorted(found, key=lambda reference: str(reference.name))


def _references_there(connection: Connection) -> set[str]:
    found = connection.exec_driver_sql("SELECT conname FROM pg_constraint WHERE contype = 'f'")
    return set(found.scalars())
