"""The in-memory store: units of work follow one another, and readers see what was committed last."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from engine.memory.reads import MemoryReads
from engine.memory.tables import Tables
from engine.memory.work import MemoryWork


class MemoryStore:
    """Fills the ports `Store` and `ReadStore`.

    A unit of work changes a copy of the tables, so leaving it without `commit` undoes everything, and what a
    reader holds never changes under its eyes. `schema_version` is what it reports as the newest migration.
    """

    def __init__(self, *, schema_version: str = "memory") -> None:
        self._schema_version = schema_version
        self._committed = Tables()
        self._turn = threading.Lock()

    @contextmanager
    def begin(self) -> Iterator[MemoryWork]:
        """A unit of work, alone: a second one waits until this one is left."""
        with self._turn:
            yield MemoryWork(self._committed.copy(), publish=self._publish)

    @contextmanager
    def reading(self) -> Iterator[MemoryReads]:
        """A look at what is committed now, which later commits do not disturb."""
        yield MemoryReads(self._committed, schema_version=self._schema_version)

    def glancing(self) -> AbstractContextManager[MemoryReads]:
        """The same: a look costs nothing here."""
        return self.reading()

    def close(self) -> None:
        """Nothing is held open, and nothing forgotten."""

    def _publish(self, tables: Tables) -> None:
        self._committed = tables.copy()
