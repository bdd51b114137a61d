"""Turns what databases and drivers raise into refusals, once, at the edge of the store."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import exc

from engine.kernel.refusal import Conflict, Refusal, Unavailable

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
    except (exc.StatementError, psycopg.Error) as error:
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
