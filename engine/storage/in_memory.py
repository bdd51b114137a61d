"""A database in memory, for tests and scenarios: SQLite, copied from a template at the newest schema."""

import sqlite3
from collections.abc import Callable
from functools import cache
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from engine.storage.connecting import Patience, sqlite_in_memory
from engine.storage.database import Database
from engine.storage.migrate import MIGRATIONS


def in_memory(metadata: sa.MetaData) -> Database:
    """An empty database with the tables of `metadata`, gone when it is closed or nobody holds it any more.

    Threads may share it. While a transaction writes, who reads waits.
    """
    return _filled_from(_template(metadata))


def copied(database: Database) -> Database:
    """Another database in memory with all that is committed in this one; each goes its own way from then on.

    `ValueError` for a database that is kept somewhere else.
    """
    if database.anchor is None:
        raise ValueError("expected a database in memory, found another")
    return _filled_from(database.anchor)


def _filled_from(source: sqlite3.Connection) -> Database:
    # A database of SQLite's memdb file system lives as long as one connection to it is open.
    name = f"file:/{uuid4()}?vfs=memdb"
    anchor = _connecting(name)()
    source.backup(anchor)
    return Database(sqlite_in_memory(_connecting(name)), anchor=anchor)


def _connecting(name: str) -> Callable[[], sqlite3.Connection]:
    return lambda: sqlite3.connect(name, uri=True, timeout=Patience().lock, check_same_thread=False)


@cache
def _template(metadata: sa.MetaData) -> sqlite3.Connection:
    from alembic.runtime.migration import MigrationContext  # a server has its database elsewhere
    from alembic.script import ScriptDirectory

    template = sqlite3.connect(":memory:", check_same_thread=False)
    engine = sa.create_engine("sqlite://", creator=lambda: template, poolclass=StaticPool)
    with engine.begin() as connection:
        metadata.create_all(connection)
        MigrationContext.configure(connection).stamp(ScriptDirectory(str(MIGRATIONS)), "head")
    return template
