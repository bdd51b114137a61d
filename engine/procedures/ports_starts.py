"""What the engine needs from storage to begin cases by themselves."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from engine.procedures.start import Start


class StartWork(Protocol):
    """The start events of the procedures on offer, in a unit of work."""

    def replace(self, procedure_key: str, starts: Sequence[Start]) -> None:
        """From now on a procedure has exactly these start events."""

    def start(self, start_id: UUID) -> Start | None:
        """One start event; None once another version is on offer, or none."""

    def by_message(self, name: str) -> Start | None:
        """The start event that the message sets off; of several, that of the first procedure by key."""

    def by_signal(self, name: str) -> Sequence[Start]:
        """Every start event that the signal sets off, by key of the procedure and id of the element."""
