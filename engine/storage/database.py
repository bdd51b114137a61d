"""The store in SQLite or PostgreSQL: one connection and one transaction for each unit of work."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.engine import Connection as Connection
from sqlalchemy.engine import Engine

from engine.kernel.refusal import OutcomeUnknown
from engine.storage.connecting import (
    Patience,
    for_glancing,
    for_reading,
    for_writing,
    limit_lock_wait,
    open_engine,
)
from engine.storage.failures import ConnectionLost, Silent, translating
from engine.storage.liveness import PoolWatch

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
        self._anchor = anchor
        self._writing = for_writing(engine)
        self._reading = for_reading(engine)
        self._glancing = for_glancing(engine)
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

    @contextmanager
    def begin(self, *, lock_wait: timedelta | None = None) -> Iterator[Connection]:
        """A unit of work; leaving it without `commit` undoes everything.

        `lock_wait` is for each lock of a row on PostgreSQL; without it the patience of the database counts.
        """
        with self._guarded(writes=True), self._writing.connect() as connection:
            connection.begin()
            if lock_wait is not None:
                limit_lock_wait(connection, lock_wait)
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent look at what is committed."""
        with self._guarded(), self._reading.connect() as connection:
            connection.begin()
            yield connection

    @contextmanager
    def glancing(self) -> Iterator[Connection]:
        """A look for a single question."""
        with self._guarded(), self._glancing.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._engine.dispose()

    @contextmanager
    def _guarded(self, *, writes: bool = False) -> Iterator[None]:
        """Translate what the driver raises, and draw the conclusions for the other connections."""
        if time.monotonic() < self._alone_until:
            raise Silent("The database did not answer a moment ago, and is left alone for another moment.")
        try:
            with translating(writes=writes):
                yield
        except Silent:
            self._alone_until = time.monotonic() + LEFT_ALONE
            self._watch.discard_all()
            raise
        except (ConnectionLost, OutcomeUnknown):
            self._watch.discard_all()
            raise
