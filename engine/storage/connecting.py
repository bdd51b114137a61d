"""Opens databases: what a URL means, and how each database is set up so that the store's promises hold."""

import sqlite3
import time
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool
from sqlalchemy.util import LRUCache

from engine.storage.liveness import BoundedConnection, PoolWatch, settle_first
from engine.storage.types import require_storable, write_json

BEGIN_OPTION = "stoa_begin"
"""The execution option that says with which statement a transaction on SQLite begins."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How many seconds somebody waits for the database before they are refused as `Unavailable`.

    `connect` is for a new connection to PostgreSQL, `lock` for a lock or a free connection, `statement` for
    the end of a statement there, locks included; None lets it take as long as it does.
    """

    connect: int = 5
    lock: float = 10.0
    statement: float | None = None

    @property
    def answer(self) -> float | None:
        """For any answer: later than the server itself should have ended the statement, it stands still."""
        return None if self.statement is None else self.statement + _GRACE


_GRACE = 2.0

_NETWORK = {
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""Seconds, and milliseconds for the last, after which a host that is gone is noticed in the middle of a
statement (PostgreSQL documentation, section 34.1.2); what the URL says comes first."""

_DRIVERS = {"postgresql": "postgresql+psycopg", "sqlite": "sqlite+pysqlite"}


def database_url(url: str | URL) -> URL:
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
    url: str | URL,
    *,
    pool_size: int,
    synchronous: str = "full",
    patience: Patience | None = None,
    watch: PoolWatch | None = None,
) -> Engine:
    """The engine for a URL, with `pool_size` connections kept open and half as many more under load.

    With a `pool_size` of 0 each unit of work has a connection of its own. `synchronous` is SQLite's: `full`
    survives a power cut, `normal` may lose the last commits in one. `watch` may discard connections to
    PostgreSQL.
    """
    parsed = database_url(url)
    patience = patience or Patience()
    is_sqlite = parsed.get_backend_name() == "sqlite"
    engine = sa.create_engine(
        parsed,
        json_serializer=write_json,
        json_deserializer=orjson.loads,
        connect_args={"timeout": patience.lock} if is_sqlite else _network(parsed, patience),
        **_pool(pool_size, patience),
    )
    event.listen(engine, "before_cursor_execute", require_storable)
    if is_sqlite:
        event.listen(engine, "connect", _sqlite_set_up("wal", synchronous))
        event.listen(engine, "begin", _begin_on_sqlite)
    else:
        event.listen(engine, "do_connect", _connect_to_postgresql)
        event.listen(engine, "connect", _postgresql_set_up(patience))
        event.listen(engine, "checkout", (watch or PoolWatch()).check)
        event.listen(engine, "before_cursor_execute", settle_first)
    return engine


def _pool(size: int, patience: Patience) -> Mapping[str, Any]:
    if size == 0:
        return {"poolclass": NullPool}
    return {
        "pool_size": size,
        "max_overflow": max(1, size // 2),
        "pool_timeout": patience.lock,
        "pool_recycle": 1800,
    }


def sqlite_in_memory(connect: Callable[[], sqlite3.Connection]) -> Engine:
    """The engine for a SQLite database in memory, to which `connect` opens connections.

    There are many such databases in a process, and each statement is compiled once for all of them.
    """
    engine = sa.create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        json_serializer=write_json,
        json_deserializer=orjson.loads,
    )
    # A compiled statement belongs to its dialect.
    engine.dialect, compiled = _shared_in_memory()
    engine.update_execution_options(compiled_cache=compiled)
    event.listen(engine, "before_cursor_execute", require_storable)
    event.listen(engine, "connect", _sqlite_set_up("memory", "full"))
    event.listen(engine, "begin", _begin_on_sqlite)
    return engine


@cache
def _shared_in_memory() -> tuple[sa.Dialect, MutableMapping[Any, Any]]:
    """A dialect that has seen SQLite's version, and what is compiled in it."""
    engine = sa.create_engine("sqlite://", json_serializer=write_json, json_deserializer=orjson.loads)
    engine.connect().close()
    engine.dispose()
    return engine.dialect, LRUCache(1000)


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


def limit_lock_wait(connection: Connection, wait: timedelta) -> None:
    """Until the end of the transaction wait no longer for a lock; SQLite has none but that on the whole."""
    if connection.dialect.name == "postgresql":
        milliseconds = int(wait.total_seconds() * 1000)
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")


def _sqlite_set_up(journal_mode: str, synchronous: str) -> Callable[[Any, ConnectionPoolEntry], None]:
    if synchronous not in ("full", "normal"):
        raise ValueError(f"Expected synchronous to be full or normal, found {synchronous}.")

    def set_up(connection: Any, _entry: ConnectionPoolEntry) -> None:
        # The driver would begin transactions by itself, and only before the first write.
        connection.isolation_level = None
        cursor = connection.cursor()
        _set_journal_mode(cursor, journal_mode)
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        cursor.execute("PRAGMA foreign_keys = on")
        cursor.close()

    return set_up


_TRIES = 100
"""How often a new database is asked for its journal mode; with the pauses, for five seconds."""


def _set_journal_mode(cursor: sqlite3.Cursor, mode: str) -> None:
    """Set it; who comes while another process does so has to wait, which SQLite here leaves to the caller."""
    for left in reversed(range(_TRIES)):
        try:
            cursor.execute(f"PRAGMA journal_mode = {mode}")
        except sqlite3.OperationalError:
            if not left:
                raise
            time.sleep(0.05)
        else:
            return


def _begin_on_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(BEGIN_OPTION, "BEGIN"))


def _network(url: URL, patience: Patience) -> dict[str, Any]:
    options = {**_NETWORK, "connect_timeout": patience.connect}
    return {name: value for name, value in options.items() if name not in url.query}


def _connect_to_postgresql(
    _dialect: object, _entry: ConnectionPoolEntry, arguments: Any, named: Any
) -> BoundedConnection:
    return BoundedConnection.connect(*arguments, **named)


_LIMITS = (
    "SELECT set_config('TimeZone', 'UTC', false), set_config('lock_timeout', %s, false), "
    "set_config('statement_timeout', %s, false)"
)


def _postgresql_set_up(patience: Patience) -> Callable[[BoundedConnection, ConnectionPoolEntry], None]:
    limits = [str(int((seconds or 0) * 1000)) for seconds in (patience.lock, patience.statement)]

    def set_up(connection: BoundedConnection, _entry: ConnectionPoolEntry) -> None:
        connection.longest_wait = patience.answer
        with connection.cursor() as cursor:
            cursor.execute(_LIMITS, limits)
        connection.commit()

    return set_up
