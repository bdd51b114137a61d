"""What the engine needs from storage to know the people of a branch: who is away, and who has how much."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from engine.people.pause import ClerkLoad, Pause


class StaffWork(Protocol):
    """The people of a branch in a unit of work."""

    def pause_of(self, user_id: UUID, branch_id: UUID) -> Pause | None:
        """The pause that was written last and not ended; it may be over by now."""

    def save_pause(self, pause: Pause) -> None:
        """Write a pause, instead of an earlier one of that person in that branch."""

    def end_pause(self, user_id: UUID, branch_id: UUID) -> bool:
        """Remove the pause; False if there is none."""


class StaffReads(Protocol):
    """Questions about the people of a branch."""

    def pause_of(self, user_id: UUID, branch_id: UUID) -> Pause | None:
        """As in a unit of work."""

    def load(self, branch_id: UUID, *, now: datetime, midnight: datetime) -> Sequence[ClerkLoad]:
        """What each active person of the branch has in hand, by user name.

        What is due before `now` is overdue; what was completed since `midnight` counts as today's.
        """
