"""The store in SQLite or PostgreSQL: one connection and one transaction for each unit of work."""

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import Generic, TypeVar

from sqlalchemy.engine import Connection as Connection
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.pool import PoolProxiedConnection

from engine.kernel.refusal import OutcomeUnknown
from engine.storage.connecting import (
    Patience,
    for_reading,
    for_writing,
    limit_lock_wait,
    open_engine,
)
from engine.storage.failures import ConnectionLost, Silent, translated
from engine.storage.liveness import BoundedConnection, PoolWatch

LEFT_ALONE = 2.0
"""Seconds after which a server that did not answer is asked again; until then everybody is refused at once,
so that not every thread of the process waits for it."""


class Database:
    """Where everything is kept. Threads may share it; processes that fork may not."""

    def __init__(
        self, engine: Engine, *, watch: PoolWatch | None = None, anchor: sqlite3.Connection | None = None
    ) -> None:
        """`watch` is that of the engine.

        `anchor` keeps a database in memory alive until the store is closed or forgotten.
        """
        self._engine = engine
        self._watch = watch or PoolWatch()
        self.anchor = anchor
        self._writing = for_writing(engine)
        self._reading = for_reading(engine)
        self._alone_until = 0.0

    @classmethod
    def open(
        cls, url: str, *, pool_size: int = 5, synchronous: str = "full", patience: Patience | None = None
    ) -> "Database":
        """The store at a database URL, `sqlite:///path` or `postgresql://…`; it connects when first used.

        `pool_size` is the number of connections kept open: one for each thread that serves requests.
        `synchronous` is SQLite's. `ValueError` for another kind of URL.
        """
        watch = PoolWatch()
        engine = open_engine(
            url, pool_size=pool_size, synchronous=synchronous, patience=patience, watch=watch
        )
        return cls(engine, watch=watch)

    def hurried(self, patience: Patience) -> "Database":
        """The same database with another patience, on PostgreSQL over a new connection each time.

        So it depends neither on the connections in use nor on what others wait for.
        """
        if self._engine.dialect.name == "sqlite":
            return self
        return Database(open_engine(self._engine.url, pool_size=0, patience=patience))

    def begin(self, *, lock_wait: timedelta | None = None) -> "Use[Connection]":
        """A unit of work that writes; leaving it without a commit undoes everything.

        `lock_wait` is for each lock of a row on PostgreSQL; without it the patience of the database counts.
        """
        take = partial(_transaction, self._writing, lock_wait)
        return Use(self, take, give_back=Connection.close, writes=True)

    def reading(self) -> "Use[Connection]":
        """A consistent look at what is committed.

        Nothing can be changed in it on PostgreSQL, and what is changed on SQLite is undone.
        """
        take = partial(_transaction, self._reading)
        return Use(self, take, finish=_end_look, give_back=Connection.close)

    def glancing(self) -> "Use[Glance]":
        """A look for a single prepared query: a transaction around it would cost more than it does."""
        return Use(self, partial(_glance, self._engine), give_back=_end_glance)

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._engine.dispose()

    def require_answering(self) -> None:
        """Refuse for a while after the server did not answer: whoever asks would wait in vain."""
        if time.monotonic() < self._alone_until:
            raise Silent("The database did not answer a moment ago, and is left alone for another moment.")

    def conclude(self, failure: BaseException) -> None:
        """Draw the conclusions of a failure for the other connections."""
        if isinstance(failure, Silent):
            self._alone_until = time.monotonic() + LEFT_ALONE
            self._watch.discard_all()
        elif isinstance(failure, ConnectionLost | OutcomeUnknown):
            self._watch.discard_all()


C = TypeVar("C")


class Use(Generic[C]):
    """A use of the database, for the length of a `with` block, by what `take` gives.

    What the driver raises comes out as what it means (`engine/storage/failures.py`).
    """

    def __init__(
        self,
        database: Database,
        take: Callable[[], C],
        *,
        give_back: Callable[[C], None],
        finish: Callable[[C], None] | None = None,
        writes: bool = False,
    ) -> None:
        """`finish` comes before `give_back` unless something was raised."""
        self._database = database
        self._take = take
        self._finish = finish
        self._give_back = give_back
        self._writes = writes

    def __enter__(self) -> C:
        self._database.require_answering()
        try:
            self._taken = self._take()
        except Exception as error:
            self._fail(error)
            raise
        return self._taken

    def __exit__(
        self, _kind: type[BaseException] | None, raised: BaseException | None, _trace: TracebackType | None
    ) -> None:
        try:
            try:
                if raised is None and self._finish is not None:
                    self._finish(self._taken)
            finally:
                self._give_back(self._taken)
        except Exception as error:
            self._fail(error)
            raise
        if raised is not None:
            self._fail(raised)

    def _fail(self, error: BaseException) -> None:
        """Raise what an error means, if it means anything but a bug."""
        meant = translated(error, writes=self._writes)
        self._database.conclude(meant or error)
        if meant is not None:
            raise meant from (error if meant is not getattr(error, "orig", None) else None)


def _transaction(engine: Engine, lock_wait: timedelta | None = None) -> Connection:
    connection = engine.connect()
    try:
        connection.begin()
        if lock_wait is not None:
            limit_lock_wait(connection, lock_wait)
    except BaseException:
        connection.close()
        raise
    return connection


def _end_look(connection: Connection) -> None:
    """End a transaction that only reads, on PostgreSQL with a commit.

    After a rollback its driver forgets every statement that it has prepared, and the server plans all the
    next ones anew, which takes longer than to carry them out.
    """
    if connection.dialect.name == "postgresql":
        connection.commit()


@dataclass(frozen=True)
class Glance:
    """A connection on which every query is by itself; it takes prepared ones alone."""

    dialect: Dialect
    connection: PoolProxiedConnection


def _glance(engine: Engine) -> Glance:
    connection = engine.raw_connection()
    _commit_each(connection, wanted=True)
    return Glance(engine.dialect, connection)


def _end_glance(glance: Glance) -> None:
    try:
        _commit_each(glance.connection, wanted=False)
    finally:
        glance.connection.close()


def _commit_each(connection: PoolProxiedConnection, *, wanted: bool) -> None:
    """Let PostgreSQL's driver begin no transactions; SQLite's begins none anyway."""
    driver = connection.driver_connection
    if isinstance(driver, BoundedConnection) and not driver.closed:
        driver.autocommit = wanted
