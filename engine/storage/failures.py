"""What a failure of the database means for the unit of work that it ended.

```
Unavailable               nothing was done; it may be tried again later
├── Interrupted           … or in a moment: the database ended the transaction
│   └── ConnectionLost    … on a new connection: this one broke, or leads to the wrong server
├── Silent                the server does not answer: whoever asks now would wait in vain
└── OutcomeUnknown        the connection broke while the database was committing
```
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import exc

from engine.kernel.refusal import Conflict, OutcomeUnknown, Refusal, Unavailable
from engine.storage.liveness import Unanswered


class Interrupted(Unavailable):
    """The database ended the transaction; the same unit of work may succeed in a moment."""


class ConnectionLost(Interrupted):
    """The connection broke, or leads to a server that does not write; a new one may do better."""


class Silent(Unavailable):
    """The server did not answer in the time that it has for it."""


_ENDED = {
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
}
_LOST = {
    "57P01",  # admin_shutdown
    "57P02",  # crash_shutdown
    "57P05",  # idle_session_timeout
}
_READ_ONLY = "25006"  # read_only_sql_transaction: a standby, after a failover
_LATER = {
    "25P03",  # idle_in_transaction_session_timeout
    "55P03",  # lock_not_available
    "57014",  # query_canceled: statement_timeout
    "57P03",  # cannot_connect_now
}
"""SQLSTATEs (PostgreSQL documentation, appendix A); with them class 08, a lost connection, and class 53, too
little of something, such as free connections."""

_LATER_ON_SQLITE = (
    "database is locked",
    "database table is locked",
    "unable to open database file",
    "database or disk is full",
)
"""What sqlite3 says when somebody else or an operator must act first."""

_NO_ROOM_ON_SQLITE = "SQLITE_IOERR_WRITE"
"""How sqlite3 names a quota or a largest size of files that is reached: only `ENOSPC` is a full disk."""

_NOTHING_DONE = (
    "The database cannot do this now; nothing was changed, and the same request may succeed later."
)
_NOT_ANSWERING = "The database does not answer; nothing was changed, and the same request may succeed later."
_DRIVERS_ERRORS = (exc.StatementError, psycopg.Error, sqlite3.Error)


@contextmanager
def translating(*, writes: bool = True) -> Iterator[None]:
    """Raise what `translated` makes of an error in the block; that of a bug passes unchanged."""
    try:
        yield
    except Exception as error:
        meant = translated(error, writes=writes)
        if meant is None:
            raise
        raise meant from (None if meant is _cause_of(error) else error)


def translated(error: BaseException, *, writes: bool = True) -> Refusal | None:
    """What an error that ended a unit of work means.

    `Unavailable` for what may succeed later; `Conflict` for a value that must be unique and is taken; a
    refusal that a column type raised as it is. None for anything else, which is a bug or no error of the
    database, as is an attempt to write where nothing `writes`.
    """
    if isinstance(error, exc.TimeoutError):
        return Unavailable("Expected a free database connection, but all are in use.")
    if not isinstance(error, _DRIVERS_ERRORS):
        return None
    cause = _cause_of(error)
    return cause if isinstance(cause, Refusal) else _refusal_for(cause, writes=writes)


def outcome_of_commit(error: Exception) -> OutcomeUnknown | None:
    """`OutcomeUnknown` for an error in a commit that leaves open whether the database has committed.

    What was sent to a standby together with its commit is refused there, and so is not committed.
    """
    if not isinstance(error, _DRIVERS_ERRORS):
        return None
    cause = _cause_of(error)
    if getattr(cause, "sqlstate", None) != _READ_ONLY and isinstance(
        _refusal_for(cause), ConnectionLost | Silent
    ):
        return OutcomeUnknown(
            "The connection to the database broke at the last moment, and nobody knows whether this was "
            "done. Look before you send it again."
        )
    return None


def _cause_of(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, exc.StatementError) else error


def _refusal_for(cause: BaseException | None, *, writes: bool = True) -> Refusal | None:
    if isinstance(cause, psycopg.errors.UniqueViolation) or _is_duplicate_on_sqlite(cause):
        return Conflict("Expected something new, but there is one of that key.", code="already_exists")
    if isinstance(cause, psycopg.Error):
        return _unavailable(cause, writes=writes)
    return Unavailable(_NOTHING_DONE) if _may_succeed_later_on_sqlite(cause) else None


def _unavailable(cause: psycopg.Error, *, writes: bool) -> Unavailable | None:
    if isinstance(cause, Unanswered | psycopg.errors.ConnectionTimeout):
        return Silent(_NOT_ANSWERING)
    state = cause.sqlstate
    if state is None:
        # It was not the server that spoke: the connection failed or broke.
        return ConnectionLost(_NOTHING_DONE) if isinstance(cause, psycopg.OperationalError) else None
    if state in _LOST or state.startswith("08") or (state == _READ_ONLY and writes):
        return ConnectionLost(_NOTHING_DONE)
    if state in _ENDED:
        return Interrupted(_NOTHING_DONE)
    return Unavailable(_NOTHING_DONE) if state in _LATER or state.startswith("53") else None


def _may_succeed_later_on_sqlite(cause: BaseException | None) -> bool:
    if not isinstance(cause, sqlite3.OperationalError):
        return False
    # An error that Python's own module raises has no name.
    has_no_room = getattr(cause, "sqlite_errorname", None) == _NO_ROOM_ON_SQLITE
    return has_no_room or any(text in str(cause) for text in _LATER_ON_SQLITE)


def _is_duplicate_on_sqlite(cause: BaseException | None) -> bool:
    return isinstance(cause, sqlite3.IntegrityError) and "UNIQUE constraint failed" in str(cause)
