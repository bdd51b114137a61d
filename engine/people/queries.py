"""Questions about who calls: agencies that send webhooks, and the owners of access tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.context import QueryContext
from engine.kernel.actor import Role
from engine.kernel.permission import require_role
from engine.kernel.refusal import Invalid
from engine.organisation import store as organisation_store
from engine.organisation.model import Agency
from engine.people import store as people_store
from engine.people.token import Token


@dataclass(frozen=True, kw_only=True)
class WhoSends:
    """Who sends a webhook: the agency of a key, with its secrets, which no other question gives out.

    It is asked before anything is proven.
    """

    agency_key: str

    def answer(self, context: QueryContext) -> Agency | None:
        """The agency; None if there is none of that key."""
        return organisation_store.agency_keyed(context.connection, self.agency_key)


@dataclass(frozen=True, kw_only=True)
class TokenOwner:
    """Whose a token is to be: an agency, or a user in a branch."""

    user_id: UUID | None = None
    branch_id: UUID | None = None
    agency_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class FindTokenOwner:
    """Whose token it shall be, by the names that people know."""

    user: str | None = None
    branch: str | None = None
    agency: str | None = None

    def answer(self, context: QueryContext) -> TokenOwner:
        """The owner's ids; `Invalid` says which name nobody has."""
        require_role(context.actor, Role.OPERATOR)
        user = people_store.user_named(context.connection, self.user) if self.user else None
        branch = organisation_store.branch_coded(context.connection, self.branch) if self.branch else None
        agency = organisation_store.agency_keyed(context.connection, self.agency) if self.agency else None
        given = {"user": (self.user, user), "branch": (self.branch, branch), "agency": (self.agency, agency)}
        unknown = {
            kind: [f"there is no {kind} {text}"]
            for kind, (text, found) in given.items()
            if text and not found
        }
        if unknown:
            raise Invalid("The owner of the token is not known.", unknown)
        return TokenOwner(
            user_id=user.id if user else None,
            branch_id=branch.id if branch else None,
            agency_id=agency.id if agency else None,
        )


@dataclass(frozen=True, kw_only=True)
class ListTokens:
    """The tokens that open something."""

    def answer(self, context: QueryContext) -> Sequence[Token]:
        """Their records, newest first."""
        require_role(context.actor, Role.OPERATOR)
        return people_store.valid_tokens(context.connection, context.now)
