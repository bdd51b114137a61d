"""Builds the statements that subjects share: upserts for both databases, literals, guarded updates."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Executable

Values = Mapping[str, Any]
"""The values of one row to be written, by column."""

Row = sa.Row[Any]
"""A row that was read; its columns are attributes."""

ByDatabase = Mapping[str, Executable]
"""A statement for each database, by the name of its dialect."""

AnyInsert = postgresql.Insert | sqlite.Insert


def for_each_database(build: Callable[[AnyInsert], Executable], table: sa.Table) -> ByDatabase:
    """The statement that `build` makes of an insert into `table`, for each database."""
    return {"postgresql": build(postgresql.insert(table)), "sqlite": build(sqlite.insert(table))}


def upsert(table: sa.Table) -> ByDatabase:
    """Insert a row, or change all of the one with the same primary key."""
    key = [column.name for column in table.primary_key]

    def build(insert: AnyInsert) -> Executable:
        changes = {column.name: insert.excluded[column.name] for column in table.c if column.name not in key}
        return insert.on_conflict_do_update(index_elements=key, set_=changes)

    return for_each_database(build, table)


def insert_or_lock(
    table: sa.Table, read: Sequence[sa.Column[Any]], *, renewed: sa.Column[Any] | None = None
) -> ByDatabase:
    """Insert a row, or lock the one with the same primary key; gives the columns in `read` as they are then.

    A row that is there is written as it is, but for the `renewed` column: so it is locked, and nobody removes
    it in between.
    """
    key = [column.name for column in table.primary_key]

    def build(insert: AnyInsert) -> Executable:
        kept = {read[0].name: read[0]}
        changes = kept if renewed is None else {renewed.name: insert.excluded[renewed.name]}
        return insert.on_conflict_do_update(index_elements=key, set_=changes).returning(*read)

    return for_each_database(build, table)


def counting_up(table: sa.Table) -> ByDatabase:
    """Begin the count of a key at the `last_number` given, or raise the one there by one; gives it."""
    key = [column.name for column in table.primary_key]
    counted = table.c.last_number

    def build(insert: AnyInsert) -> Executable:
        following = {counted.name: counted + 1}
        return insert.on_conflict_do_update(index_elements=key, set_=following).returning(counted)

    return for_each_database(build, table)


def next_number(connection: Connection, count: ByDatabase, **key: object) -> int:
    """The next number of that key, from 1, by a statement of `counting_up`.

    Its row stays locked until the end of the transaction, so that a rollback leaves no gap.
    """
    return int(execute_for(connection, count, {**key, "last_number": 1}).scalar_one())


def execute_for(connection: Connection, statements: ByDatabase, values: Values) -> sa.CursorResult[Any]:
    """Execute the statement of the connection's database."""
    return connection.execute(statements[connection.dialect.name], values)


def literal(value: StrEnum) -> sa.ColumnElement[str]:
    """A word of the domain as a literal, so that a partial index over it is found."""
    return sa.literal_column(f"'{value.value}'", sa.Text)


GIVEN = "given_"
"""Begins the parameters that stand for a column of the row: its bare name is SQLAlchemy's own to use."""


def update_whole(table: sa.Table) -> sa.Update:
    """Change all of the row with that id. Takes the whole row, each column as a parameter with `GIVEN`."""
    given = {column: sa.bindparam(f"{GIVEN}{column.name}", type_=column.type) for column in table.c}
    changes: dict[Any, Any] = {column: value for column, value in given.items() if column is not table.c.id}
    return table.update().where(table.c.id == given[table.c.id]).values(changes)


def update_at_version(table: sa.Table) -> sa.Update:
    """Change all of a row that is still at the version that was read, and raise its version.

    Takes the whole row, each column as a parameter that begins with `GIVEN`.
    """
    given = {column: sa.bindparam(f"{GIVEN}{column.name}", type_=column.type) for column in table.c}
    key, version = table.c.id, table.c.row_version
    changes: dict[Any, Any] = {column: value for column, value in given.items() if column is not key}
    return (
        table.update()
        .where(key == given[key], version == given[version])
        .values({**changes, version: given[version] + 1})
    )
