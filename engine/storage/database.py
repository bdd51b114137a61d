"""The store in SQLite or PostgreSQL: one connection and one transaction for each unit of work."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import exc
from sqlalchemy.engine import Connection as Connection
from sqlalchemy.engine import Engine

from engine.kernel.refusal import Conflict, Refusal, Unavailable
from engine.storage.connecting import LOCK_WAIT, for_glancing, for_reading, for_writing, open_engine


class Database:
    """Where everything is kept. Threads may share it; processes that fork may not."""

    def __init__(self, engine: Engine, *, anchor: sqlite3.Connection | None = None) -> None:
        """`anchor` keeps a database in memory alive until the store is closed or forgotten."""
        self._engine = engine
        self._anchor = anchor
        self._writing = for_writing(engine)
        self._reading = for_reading(engine)
        self._glancing = for_glancing(engine)

    @classmethod
    def open(
        cls, url: str, *, pool_size: int = 5, synchronous: str = "full", lock_wait: float = LOCK_WAIT
    ) -> "Database":
        """The store at a database URL, `sqlite:///path` or `postgresql://…`; it connects when first used.

        `pool_size` is the number of connections kept open: one for each thread that serves requests.
        `synchronous` is SQLite's. Who waits longer than `lock_wait` seconds for a lock or a connection
        is refused as `Unavailable`. `ValueError` for another kind of URL.
        """
        return cls(open_engine(url, pool_size=pool_size, synchronous=synchronous, lock_wait=lock_wait))

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A unit of work; leaving it without `commit` undoes everything."""
        with translating(), self._writing.connect() as connection:
            connection.begin()
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent look at what is committed."""
        with translating(), self._reading.connect() as connection:
            connection.begin()
            yield connection

    @contextmanager
    def glancing(self) -> Iterator[Connection]:
        """A look for a single question."""
        with translating(), self._glancing.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._engine.dispose()


_TRY_AGAIN = {
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
    "55P03",  # lock_not_available
    "57P01",  # admin_shutdown
    "57P02",  # crash_shutdown
    "57P03",  # cannot_connect_now
    "53300",  # too_many_connections
}
"""SQLSTATEs (PostgreSQL documentation, appendix A) after which the same request may succeed; class 08 too."""

_PASSING_ON_SQLITE = (
    "database is locked",
    "database table is locked",
    "unable to open database file",
    "database or disk is full",
)
"""What sqlite3 says when somebody else or an operator must act first."""


@contextmanager
def translating() -> Iterator[None]:
    """Raise `Unavailable` for what may succeed later.

    A value that must be unique and is taken is a `Conflict`. A refusal that a column type raised comes
    out as it is. Anything else is a bug and passes unchanged.
    """
    try:
        yield
    except exc.TimeoutError as error:
        raise Unavailable("Expected a free database connection, but all are in use.") from error
    except (exc.StatementError, psycopg.Error, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, exc.StatementError) else error
        if isinstance(cause, Refusal):
            raise cause from None
        refusal = _refusal_for(cause)
        if refusal is None:
            raise
        raise refusal from error


def _refusal_for(cause: BaseException | None) -> Refusal | None:
    if _is_passing(cause):
        return Unavailable("The database cannot do this now; the same request may succeed later.")
    if _is_duplicate(cause):
        return Conflict("Expected something new, but there is one of that key.", code="already_exists")
    return None


def _is_passing(cause: BaseException | None) -> bool:
    if isinstance(cause, psycopg.Error):
        # Without an SQLSTATE it was not the server that spoke: the connection failed or broke.
        is_lost = cause.sqlstate is None and isinstance(cause, psycopg.OperationalError)
        return is_lost or cause.sqlstate in _TRY_AGAIN or (cause.sqlstate or "").startswith("08")
    is_operational = isinstance(cause, sqlite3.OperationalError)
    return is_operational and any(text in str(cause) for text in _PASSING_ON_SQLITE)


def _is_duplicate(cause: BaseException | None) -> bool:
    if isinstance(cause, psycopg.Error):
        return isinstance(cause, psycopg.errors.UniqueViolation)
    return isinstance(cause, sqlite3.IntegrityError) and "UNIQUE constraint failed" in str(cause)
