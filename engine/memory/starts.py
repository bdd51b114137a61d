"""Start events of procedures on offer in the in-memory tables."""

from collections.abc import Sequence
from uuid import UUID

from engine.memory.tables import Tables
from engine.procedures.start import Start, StartKind


class MemoryStarts:
    """Fills the port `StartWork`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def replace(self, procedure_key: str, starts: Sequence[Start]) -> None:
        """From now on a procedure has exactly these start events."""
        before = [start.id for start in self._tables.starts.values() if start.procedure_key == procedure_key]
        for start_id in before:
            del self._tables.starts[start_id]
        self._tables.starts |= {start.id: start for start in starts}

    def start(self, start_id: UUID) -> Start | None:
        """One start event."""
        return self._tables.starts.get(start_id)

    def by_message(self, name: str) -> Start | None:
        """The start event that the message sets off."""
        return next(iter(self._named(StartKind.MESSAGE, name)), None)

    def by_signal(self, name: str) -> Sequence[Start]:
        """Every start event that the signal sets off."""
        return self._named(StartKind.SIGNAL, name)

    def _named(self, kind: StartKind, name: str) -> Sequence[Start]:
        found = [start for start in self._tables.starts.values() if (start.kind, start.name) == (kind, name)]
        return sorted(found, key=lambda start: (start.procedure_key, start.element_id))
