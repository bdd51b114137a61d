"""Questions about officers: for which agencies somebody works, and who works for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.context import QueryContext
from engine.kernel.actor import Role
from engine.kernel.permission import require_role
from engine.organisation.model import Agency
from engine.people import store as people_store
from engine.people.model import User


@dataclass(frozen=True, kw_only=True)
class ListOfficers:
    """Who works for an agency."""

    agency_id: UUID

    def answer(self, context: QueryContext) -> Sequence[User]:
        """The people, by user name."""
        require_role(context.actor, Role.OPERATOR)
        return people_store.officers_of(context.connection, self.agency_id)


@dataclass(frozen=True, kw_only=True)
class ListOwnAgencies:
    """For which agencies do I work?"""

    def answer(self, context: QueryContext) -> Sequence[Agency]:
        """The agencies, by key."""
        if context.actor.id is None:
            return ()
        return people_store.agencies_served_by(context.connection, context.actor.id)
