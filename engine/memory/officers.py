"""Who works for an agency, in the in-memory tables."""

from collections.abc import Sequence
from uuid import UUID

from engine.memory.tables import Tables
from engine.organisation.model import Agency, User


class MemoryOfficers:
    """Fills the ports `OfficerWork` and `OfficerReads`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def appoint(self, user_id: UUID, agency_id: UUID) -> None:
        """Let the user work for the agency."""
        self._tables.officers[user_id, agency_id] = None

    def dismiss(self, user_id: UUID, agency_id: UUID) -> bool:
        """End it."""
        if (user_id, agency_id) not in self._tables.officers:
            return False
        del self._tables.officers[user_id, agency_id]
        return True

    def agencies_of(self, user_id: UUID) -> Sequence[Agency]:
        """The agencies that an active user works for, by key."""
        user = self._tables.users.get(user_id)
        if user is None or not user.active:
            return []
        theirs = (agency_id for person, agency_id in self._tables.officers if person == user_id)
        return sorted((self._tables.agencies[key] for key in theirs), key=lambda agency: agency.key)

    def officers_of(self, agency_id: UUID) -> Sequence[User]:
        """The people who work for an agency, by user name."""
        people = (person for person, agency in self._tables.officers if agency == agency_id)
        return sorted((self._tables.users[person] for person in people), key=lambda user: user.username)
