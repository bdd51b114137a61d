"""Opens databases: what a URL means, and how each database is set up so that the store's promises hold."""

import sqlite3
from collections.abc import Callable
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from engine.storage.types import require_storable, write_json

BEGIN_OPTION = "stoa_begin"
"""The execution option that says with which statement a transaction on SQLite begins."""

LOCK_WAIT = 10.0
"""Seconds that a request waits for a lock or a free connection before it is refused as `Unavailable`."""

_DRIVERS = {"postgresql": "postgresql+psycopg", "sqlite": "sqlite+pysqlite"}


def database_url(url: str) -> URL:
    """The URL with its driver: `postgresql://…` means psycopg 3. `ValueError` for another kind of database.

    A SQLite URL names a file: in memory every connection would have a database of its own.
    """
    parsed = make_url(url)
    database = parsed.get_backend_name()
    if database not in _DRIVERS:
        raise ValueError(f"Expected a URL that begins with sqlite: or postgresql:, found {database}:.")
    if database == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ValueError("Expected the path of a file in the SQLite URL, as in sqlite:///var/stoa.db.")
    return parsed.set(drivername=_DRIVERS[database])


def open_engine(
    url: str, *, pool_size: int, synchronous: str = "full", lock_wait: float = LOCK_WAIT
) -> Engine:
    """The engine for a URL, with `pool_size` connections kept open and half as many more under load.

    `lock_wait` is the number of seconds that a statement waits for a lock, and a request for a connection.
    `synchronous` is SQLite's: `full` survives a power cut, `normal` may lose the last commits in one.
    """
    parsed = database_url(url)
    is_sqlite = parsed.get_backend_name() == "sqlite"
    engine = sa.create_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=max(1, pool_size // 2),
        pool_timeout=lock_wait,
        pool_recycle=1800,
        json_serializer=write_json,
        json_deserializer=orjson.loads,
        connect_args={"timeout": lock_wait} if is_sqlite else {},
    )
    event.listen(engine, "before_cursor_execute", require_storable)
    if is_sqlite:
        event.listen(engine, "connect", _sqlite_set_up("wal", synchronous))
        event.listen(engine, "begin", _begin_on_sqlite)
    else:
        event.listen(engine, "connect", _postgresql_set_up(lock_wait))
    return engine


def sqlite_in_memory(connect: Callable[[], sqlite3.Connection]) -> Engine:
    """The engine for a SQLite database in memory, to which `connect` opens connections."""
    engine = sa.create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        json_serializer=write_json,
        json_deserializer=orjson.loads,
    )
    event.listen(engine, "before_cursor_execute", require_storable)
    event.listen(engine, "connect", _sqlite_set_up("memory", "full"))
    event.listen(engine, "begin", _begin_on_sqlite)
    return engine


def for_writing(engine: Engine) -> Engine:
    """The same pool, for units of work.

    SQLite takes the write lock at once: a transaction that reads first and writes later could otherwise
    fail in the middle.
    """
    return engine.execution_options(**{BEGIN_OPTION: "BEGIN IMMEDIATE"})


def for_reading(engine: Engine) -> Engine:
    """The same pool, for consistent looks at what is committed: one snapshot for all statements."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def for_glancing(engine: Engine) -> Engine:
    """The same pool, for one statement: a transaction around it would cost more than it does."""
    return (
        engine.execution_options(isolation_level="AUTOCOMMIT") if engine.dialect.name != "sqlite" else engine
    )


def _sqlite_set_up(journal_mode: str, synchronous: str) -> Callable[[Any, ConnectionPoolEntry], None]:
    if synchronous not in ("full", "normal"):
        raise ValueError(f"Expected synchronous to be full or normal, found {synchronous}.")

    def set_up(connection: Any, _entry: ConnectionPoolEntry) -> None:
        # The driver would begin transactions by itself, and only before the first write.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA journal_mode = {journal_mode}")
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        cursor.execute("PRAGMA foreign_keys = on")
        cursor.close()

    return set_up


def _begin_on_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(BEGIN_OPTION, "BEGIN"))


def _postgresql_set_up(lock_wait: float) -> Callable[[Any, ConnectionPoolEntry], None]:
    def set_up(connection: Any, _entry: ConnectionPoolEntry) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET TIME ZONE 'UTC'")
            cursor.execute(f"SET lock_timeout = {int(lock_wait * 1000)}")
        connection.commit()

    return set_up
