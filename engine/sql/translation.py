"""Turns what databases and drivers raise into refusals, once, at the edge of the store."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from engine.domain.refusal import Conflict, Refusal, Unavailable

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
_UNIQUE_VIOLATION = "23505"


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
    except exc.StatementError as error:
        if isinstance(error.orig, Refusal):
            raise error.orig from None
        refusal = _refusal_for(error)
        if refusal is None:
            raise
        raise refusal from error


def _refusal_for(error: exc.StatementError) -> Refusal | None:
    if not isinstance(error, exc.DBAPIError):
        return None
    if _is_passing(error):
        return Unavailable("The database cannot do this now; the same request may succeed later.")
    if _is_duplicate(error):
        return Conflict("Expected something new, but there is one of that key.", code="already_exists")
    return None


def _is_passing(error: exc.DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in _TRY_AGAIN or state.startswith("08")
    return error.connection_invalidated or _is_busy_or_unreachable(error)


def _is_busy_or_unreachable(error: exc.DBAPIError) -> bool:
    # sqlite3 reports a busy database only by its text; psycopg reports a failed connection without an
    # SQLSTATE.
    if not isinstance(error, exc.OperationalError):
        return False
    is_psycopg = type(error.orig).__module__.startswith("psycopg")
    return is_psycopg or any(text in str(error.orig) for text in _PASSING_ON_SQLITE)


def _is_duplicate(error: exc.DBAPIError) -> bool:
    if not isinstance(error, exc.IntegrityError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state == _UNIQUE_VIOLATION or "UNIQUE constraint failed" in str(error.orig)
