"""The driver's connection to PostgreSQL: it waits no longer than it may, and for a write and its commit once.

Connections that are of no use any more are noticed without asking the server anything. A server that was
restarted has hung up, which can be seen from this side. One that stands still says nothing: a limit on each
wait is all that ends it, because the server's own limits stand still with it.
"""

import select
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from typing import Any, NamedTuple, TypeVar, cast

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import exc
from sqlalchemy.engine import Connection
from sqlalchemy.pool import ConnectionPoolEntry

R = TypeVar("R")

LOOKS_EVERY = 0.1
"""Seconds after which the driver wakes from a wait to notice signals; its own default."""


class Unanswered(psycopg.OperationalError):
    """The server has said nothing for longer than it may take; the connection was given up."""


class _Ahead(NamedTuple):
    """A statement whose answer nobody has waited for: what ends the wait, and what its failing means."""

    pipeline: ExitStack
    refusal: Callable[[], Exception]
    text: bytes
    cursor: psycopg.RawCursor[Any]


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that waits for an answer for `longest_wait` seconds; None for as long as it takes."""

    longest_wait: float | None = None
    is_new = True
    _ahead: _Ahead | None = None

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.opened_at = time.monotonic()
        self._incoming = select.poll()
        self._incoming.register(self.fileno(), select.POLLIN)
        self._idle_cursors: dict[bytes, psycopg.RawCursor[Any]] = {}

    @property
    def has_hung_up(self) -> bool:
        """Whether something came in although nothing was asked: an end, or the words before one."""
        return bool(self._incoming.poll(0))

    def wait(self, gen: PQGen[R], interval: float = LOOKS_EVERY, timeout: float | None = None) -> R:
        """As the driver's; `Unanswered` when the wait is over, and the connection is closed then."""
        longest = self.longest_wait
        if longest is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        begun = time.monotonic()
        try:
            return super().wait(gen, interval, longest)
        except psycopg.OperationalError as error:
            if error.sqlstate is None and time.monotonic() - begun >= longest:
                self.close()
                raise Unanswered(f"The server did not answer within {longest:g} seconds.") from error
            raise

    def set_read_only(self, value: bool | None) -> None:  # noqa: FBT001 - the signature of the driver
        """Never ask for a transaction that may write, which is what None gets where the server writes at all.

        SQLAlchemy sets False after a transaction that only reads. A standby refuses to begin with that, and
        with another error than the one for an attempt to write.
        """
        super().set_read_only(value or None)

    def set_isolation_level(self, value: psycopg.IsolationLevel | None) -> None:
        """As the driver's, which would take a lock and wait also where that is the level already.

        SQLAlchemy sets it whenever a connection is taken for a look, and when it is given back.
        """
        if value != self.isolation_level:
            super().set_isolation_level(value)

    def cursor_for(self, text: bytes) -> psycopg.RawCursor[Any]:
        """A cursor for that statement, which the driver has set up before, or a new one.

        What was sent ahead is settled. Whoever has read what the cursor gave may give it back.
        """
        if self._ahead is not None:
            self.settle()
        return self._idle_cursors.pop(text, None) or psycopg.RawCursor(self)

    def keep_cursor(self, text: bytes, cursor: psycopg.RawCursor[Any]) -> None:
        """Have a cursor, of which nothing is to be read any more, for the next time."""
        self._idle_cursors[text] = cursor

    def send_ahead(self, text: bytes, bound: Sequence[Any], *, refusal: Callable[[], Exception]) -> None:
        """Send a statement, and wait for its answer together with that to the next one, or to the commit.

        What it fails with is raised there. A statement that must not be committed divides by zero: that
        raises the `refusal`.
        """
        cursor = self.cursor_for(text)
        pipeline = ExitStack()
        pipeline.enter_context(self.pipeline())
        self._ahead = _Ahead(pipeline, refusal, text, cursor)
        try:
            cursor.execute(text, bound)
        except psycopg.errors.DivisionByZero as error:
            raise refusal() from error

    def settle(self) -> None:
        """Wait for the answer to what was sent ahead, if there is anything."""
        if self._ahead is not None:
            self._after(self._ahead)

    def commit(self) -> None:
        """As the driver's, in one round trip with what was sent ahead."""
        if self._ahead is None:
            super().commit()
            return
        try:
            self._after(self._ahead, super().commit)
        except BaseException:
            # Unlike a commit that fails by itself, this one has not ended the transaction.
            with suppress(psycopg.Error):
                self.rollback()
            raise

    def rollback(self) -> None:
        """As the driver's; on a closed connection there is nothing left to undo."""
        if (ahead := self._ahead) is not None:
            self._ahead = None
            with suppress(psycopg.Error):
                ahead.pipeline.close()
        if not self.closed and self.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            super().rollback()

    def _after(self, ahead: _Ahead, act: Callable[[], None] = lambda: None) -> None:
        self._ahead = None
        try:
            with ahead.pipeline:
                act()
        except psycopg.errors.DivisionByZero as error:
            raise ahead.refusal() from error
        self.keep_cursor(ahead.text, ahead.cursor)


class PoolWatch:
    """Lets nobody have a connection of the pool that is of no use; who asked for it gets a new one."""

    def __init__(self) -> None:
        self._outdated_at = float("-inf")

    def discard_all(self) -> None:
        """Have every connection that is open now replaced before it is used again."""
        self._outdated_at = time.monotonic()

    def check(self, connection: BoundedConnection, _entry: ConnectionPoolEntry, _proxy: object) -> None:
        """A listener for SQLAlchemy's `checkout`, which must not refuse a connection that was just made."""
        if connection.is_new:
            connection.is_new = False
        elif connection.closed or connection.opened_at <= self._outdated_at or connection.has_hung_up:
            raise exc.DisconnectionError


def settle_first(connection: Connection, *_statement: object) -> None:
    """A listener for SQLAlchemy's `before_cursor_execute`: its own cursors know nothing of pipelines."""
    cast(BoundedConnection, connection.connection.driver_connection).settle()
