"""The store in SQLite or PostgreSQL: one connection and one transaction for each unit of work."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection, Engine

from engine.storage.connecting import LOCK_WAIT, for_glancing, for_reading, for_writing, open_engine
from engine.storage.translation import translating


class Database:
    """Fills the ports `Store` and `ReadStore`. Threads may share it; processes that fork may not."""

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
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent look at what is committed."""
        with translating(), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def glancing(self) -> Iterator[Connection]:
        """A look for a single question."""
        with translating(), self._glancing.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._engine.dispose()
