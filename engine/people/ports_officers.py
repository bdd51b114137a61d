"""What the engine needs from storage to know who works for an agency."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from engine.organisation.model import Agency, User


class OfficerWork(Protocol):
    """Officers in a unit of work."""

    def appoint(self, user_id: UUID, agency_id: UUID) -> None:
        """Let the user work for the agency; twice is once."""

    def dismiss(self, user_id: UUID, agency_id: UUID) -> bool:
        """End it; False if the user does not work there."""


class OfficerReads(Protocol):
    """Questions about officers."""

    def agencies_of(self, user_id: UUID) -> Sequence[Agency]:
        """The agencies that an active user works for, by key."""

    def officers_of(self, agency_id: UUID) -> Sequence[User]:
        """The people who work for an agency, by user name."""
