"""Indexes and checks of tables that are in use: migrations build them while others go on writing.

PostgreSQL builds an index concurrently outside of transactions alone, and a break leaves one behind that is
not valid (its documentation, CREATE INDEX, "Building Indexes Concurrently"). So these functions come before
all else in a migration, and each of them may be begun again: what a break left half built is built anew, and
what is whole stays. On SQLite, and where a table has no rows yet, an index is built with the rest of the
migration.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

_LONG_WAIT: Final = "10min"
"""For transactions that were begun before an index was; nobody else waits meanwhile."""
_SHORT_WAIT: Final = "800ms"
_TRIES: Final = 100
_PAUSE_SECONDS: Final = 0.5
_LOCK_NOT_AVAILABLE: Final = "55P03"
_ANEW: Final = "_anew"


@dataclass(frozen=True, kw_only=True)
class TableIndex:
    """An index that a table is to have; `where` is the condition of a partial one."""

    name: str
    table: str
    columns: Sequence[str | sa.TextClause]
    where: str | None = None

    def build(self, *, name: str | None = None, concurrently: bool = False) -> None:
        where = sa.text(self.where) if self.where else None
        more: dict[str, Any] = {"postgresql_concurrently": True} if concurrently else {}
        op.create_index(
            name or self.name,
            self.table,
            list(self.columns),
            sqlite_where=where,
            postgresql_where=where,
            **more,
        )


def add_column(table: str, column: sa.Column[Any]) -> None:
    """Add a column for an index that is built next, if a migration that was broken off has not done so.

    All who come while it waits for others wait with it, so it waits but shortly, and tries again.
    """
    if not _are_in_use({table}):
        op.add_column(table, column)
        return
    with _outside_of_transactions(_SHORT_WAIT):
        _patiently(lambda: op.add_column(table, column, if_not_exists=True))


def replace_check(table: str, name: str, condition: str) -> None:
    """Let the rows of a table be of another condition than before, on PostgreSQL; `name` is the check's.

    New rows are checked from then on. Those that are there are looked at in a transaction of its own, in
    which others read and write; what was done before in the transaction is committed.
    """
    if not _are_in_use({table}):
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} CHECK ({condition})")
        return
    replaced = (
        f"ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID"
    )
    with _outside_of_transactions(_SHORT_WAIT) as connection:
        _patiently(lambda: connection.exec_driver_sql(replaced))
    with _outside_of_transactions(_LONG_WAIT) as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def build_indexes(*indexes: TableIndex) -> None:
    """Build indexes; on PostgreSQL what was done before in the transaction is committed."""
    if not _are_in_use({index.table for index in indexes}):
        for index in indexes:
            index.build()
        return
    with _outside_of_transactions(_LONG_WAIT) as connection:
        for index in indexes:
            _build(connection, index, index.name)


def replace_index(index: TableIndex) -> None:
    """Build an index in place of the one of that name, which serves until the new one does."""
    if not _are_in_use({index.table}):
        op.drop_index(index.name, index.table)
        index.build()
        return
    anew = index.name + _ANEW
    with _outside_of_transactions(_LONG_WAIT) as connection:
        _build(connection, index, anew)
    op.drop_index(index.name, index.table)
    op.execute(f"ALTER INDEX {anew} RENAME TO {index.name}")


def _patiently(alter: Callable[[], object]) -> None:
    """Alter a table as soon as its lock is had within a short wait, tried again and again."""
    for tries_left in reversed(range(_TRIES)):
        try:
            alter()
        except sa.exc.OperationalError as error:
            if not tries_left or getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _are_in_use(tables: set[str]) -> bool:
    """Whether it is PostgreSQL, and one of the tables has rows."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return False
    some = [sa.exists(sa.select(sa.literal(1)).select_from(sa.table(table))) for table in sorted(tables)]
    return any(connection.execute(sa.select(one)).scalar_one() for one in some)


@contextmanager
def _outside_of_transactions(longest_wait: str) -> Iterator[sa.Connection]:
    """The connection, on which every statement is by itself and waits no longer than that for a lock."""
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        usual: str = connection.exec_driver_sql("SHOW lock_timeout").scalar_one()
        connection.exec_driver_sql(f"SET lock_timeout = '{longest_wait}'")
        yield connection
        connection.exec_driver_sql(f"SET lock_timeout = '{usual}'")


_IS_VALID = sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")


def _build(connection: sa.Connection, index: TableIndex, name: str) -> None:
    is_valid = connection.execute(_IS_VALID, {"name": name}).scalar_one_or_none()
    if is_valid:
        return
    if is_valid is not None:
        op.drop_index(name, index.table, postgresql_concurrently=True)
    index.build(name=name, concurrently=True)
