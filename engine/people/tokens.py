"""Access tokens: long random texts, of which only a digest is kept; issued, listed and revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.context import Command, QueryContext, Transaction
from engine.kernel.actor import Scope
from engine.kernel.permission import require_operates
from engine.kernel.refusal import Invalid, NotFound
from engine.organisation import store as organisation_store
from engine.organisation import version_store
from engine.people import post_store, token_store
from engine.people import store as people_store
from engine.people.session import Token, digest, new_token


@dataclass(frozen=True, kw_only=True)
class IssuedToken:
    """A new token: its text, which is shown this once, and its record."""

    text: str
    token: Token


@dataclass(frozen=True, kw_only=True)
class IssueToken(Command[IssuedToken]):
    """Make a token for a user in a branch, or in another organisation that they administer, or for an agency.

    None for `expires_at` means until it is revoked.
    """

    label: str
    scopes: frozenset[Scope]
    user_id: UUID | None = None
    branch_id: UUID | None = None
    agency_id: UUID | None = None
    expires_at: datetime | None = None
    organisation_id: UUID | None = None


def issue_token(command: IssueToken, transaction: Transaction) -> IssuedToken:
    """The token; `Invalid` unless it is for exactly one known owner."""
    require_operates(transaction.actor)
    _require_owner(command, transaction)
    text = new_token()
    token = Token(
        id=transaction.new_id(),
        digest=digest(text),
        label=command.label,
        scopes=command.scopes,
        created_at=transaction.now,
        user_id=command.user_id,
        agency_id=command.agency_id,
        branch_id=command.branch_id,
        expires_at=command.expires_at,
        organisation_id=command.organisation_id,
    )
    token_store.add_token(transaction.connection, token)
    return IssuedToken(text=text, token=token)


@dataclass(frozen=True, kw_only=True)
class RevokeToken(Command[None]):
    """End a token at once."""

    token_id: UUID


def revoke_token(command: RevokeToken, transaction: Transaction) -> None:
    """Revoke it; `NotFound` if there is none that is valid."""
    require_operates(transaction.actor)
    if not token_store.revoke_token(transaction.connection, command.token_id, transaction.now):
        raise NotFound.of("valid token", command.token_id)


def _require_owner(command: IssueToken, transaction: Transaction) -> None:
    if (command.user_id is None) == (command.agency_id is None):
        raise Invalid.field("owner", "expected either a user or an agency")
    if command.agency_id is not None:
        if command.branch_id is not None or command.organisation_id is not None:
            raise Invalid.field("branch", "an agency's token acts in no branch")
        if organisation_store.agency(transaction.connection, command.agency_id, on=transaction.today) is None:
            raise Invalid.field("agency", f"there is no agency {command.agency_id}")
        return
    if command.user_id is None or (command.branch_id is None) == (command.organisation_id is None):
        raise Invalid.field("branch", "a user's token needs the branch or organisation that it acts in")
    owner_id, today = command.user_id, transaction.today
    place_id = command.branch_id or command.organisation_id
    if command.organisation_id is not None and _is_branch_or_agency(command.organisation_id, transaction):
        raise Invalid.field("organisation", "for a branch or an agency, name it as such")
    if place_id is None or not post_store.roles_at(transaction.connection, owner_id, place_id, on=today):
        raise Invalid.field("branch", "the user does not work in that branch or organisation")


def _is_branch_or_agency(place_id: UUID, transaction: Transaction) -> bool:
    connection, today = transaction.connection, transaction.today
    return (
        organisation_store.branch(connection, place_id, on=today) is not None
        or organisation_store.agency(connection, place_id, on=today) is not None
    )


@dataclass(frozen=True, kw_only=True)
class TokenOwner:
    """Whose a token is to be: an agency, or a user in a branch or another organisation."""

    user_id: UUID | None = None
    branch_id: UUID | None = None
    agency_id: UUID | None = None
    organisation_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class FindTokenOwner:
    """Whose token it shall be, by the names that people know."""

    user: str | None = None
    branch: str | None = None
    agency: str | None = None
    organisation: str | None = None

    def answer(self, context: QueryContext) -> TokenOwner:
        """The owner's ids; `Invalid` says which name nobody has."""
        require_operates(context.actor)
        user = people_store.user_named(context.connection, self.user) if self.user else None
        branch = (
            organisation_store.branch_coded(context.connection, self.branch, on=context.today)
            if self.branch
            else None
        )
        agency = (
            organisation_store.agency_keyed(context.connection, self.agency, on=context.today)
            if self.agency
            else None
        )
        place = (
            version_store.organisation_coded(context.connection, self.organisation, on=context.today)
            if self.organisation
            else None
        )
        given = {
            "user": (self.user, user),
            "branch": (self.branch, branch),
            "agency": (self.agency, agency),
            "organisation": (self.organisation, place),
        }
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
            organisation_id=place.id if place else None,
        )


@dataclass(frozen=True, kw_only=True)
class ListTokens:
    """The tokens that open something."""

    def answer(self, context: QueryContext) -> Sequence[Token]:
        """Their records, newest first."""
        require_operates(context.actor)
        return token_store.valid_tokens(context.connection, context.now)
