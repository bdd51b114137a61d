"""Questions about officers: for which agencies somebody works, and who works for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.kernel.actor import Role
from engine.kernel.permission import require_role
from engine.organisation.model import Agency, User
from engine.query import Answering


@dataclass(frozen=True, kw_only=True)
class ListOfficers:
    """Who works for an agency."""

    agency_id: UUID

    def answer(self, answering: Answering) -> Sequence[User]:
        """The people, by user name."""
        require_role(answering.actor, Role.OPERATOR)
        return answering.reads.officers.officers_of(self.agency_id)


@dataclass(frozen=True, kw_only=True)
class ListOwnAgencies:
    """For which agencies do I work?"""

    def answer(self, answering: Answering) -> Sequence[Agency]:
        """The agencies, by key."""
        if answering.actor.id is None:
            return ()
        return answering.reads.officers.agencies_of(answering.actor.id)
