"""Branches, users, agencies and tokens: what an operator sets up."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.actor import Role, Scope
from engine.kernel.permission import require_role
from engine.kernel.refusal import Invalid, NotFound
from engine.organisation import store as organisation_store
from engine.organisation.model import Agency, Branch
from engine.people import store as people_store
from engine.people.model import User
from engine.people.token import Token, digest, new_token


@dataclass(frozen=True, kw_only=True)
class SaveBranch(Command[None]):
    """Write a new or changed branch."""

    branch: Branch


def save_branch(command: SaveBranch, transaction: Transaction) -> None:
    """Write it."""
    require_role(transaction.actor, Role.OPERATOR)
    organisation_store.save_branch(transaction.connection, command.branch)


@dataclass(frozen=True, kw_only=True)
class SaveUser(Command[None]):
    """Write a new or changed user, with exactly these roles in a branch."""

    user: User
    branch_id: UUID
    roles: frozenset[Role]


def save_user(command: SaveUser, transaction: Transaction) -> None:
    """Write both."""
    require_role(transaction.actor, Role.OPERATOR)
    people_store.save_user(transaction.connection, command.user)
    roles = frozenset(role.value for role in command.roles)
    people_store.save_member(transaction.connection, command.user.id, command.branch_id, roles)


@dataclass(frozen=True, kw_only=True)
class SaveAgency(Command[None]):
    """Write a new or changed agency."""

    agency: Agency


def save_agency(command: SaveAgency, transaction: Transaction) -> None:
    """Write it; `Invalid` if the connector that serves its endpoint does not take it, or its secrets."""
    require_role(transaction.actor, Role.OPERATOR)
    problems = transaction.check_agency(command.agency.endpoint, command.agency.secrets)
    if problems:
        raise Invalid(f"The agency {command.agency.key} cannot be connected so.", problems)
    organisation_store.save_agency(transaction.connection, command.agency)


@dataclass(frozen=True, kw_only=True)
class IssuedToken:
    """A new token: its text, which is shown this once, and its record."""

    text: str
    token: Token


@dataclass(frozen=True, kw_only=True)
class IssueToken(Command[IssuedToken]):
    """Make a token for a user in a branch, or for an agency.

    None for `expires_at` means until it is revoked.
    """

    label: str
    scopes: frozenset[Scope]
    user_id: UUID | None = None
    branch_id: UUID | None = None
    agency_id: UUID | None = None
    expires_at: datetime | None = None


def issue_token(command: IssueToken, transaction: Transaction) -> IssuedToken:
    """The token; `Invalid` unless it is for exactly one known owner."""
    require_role(transaction.actor, Role.OPERATOR)
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
    )
    people_store.add_token(transaction.connection, token)
    return IssuedToken(text=text, token=token)


@dataclass(frozen=True, kw_only=True)
class RevokeToken(Command[None]):
    """End a token at once."""

    token_id: UUID


def revoke_token(command: RevokeToken, transaction: Transaction) -> None:
    """Revoke it; `NotFound` if there is none that is valid."""
    require_role(transaction.actor, Role.OPERATOR)
    if not people_store.revoke_token(transaction.connection, command.token_id, transaction.now):
        raise NotFound.of("valid token", command.token_id)


def _require_owner(command: IssueToken, transaction: Transaction) -> None:
    if (command.user_id is None) == (command.agency_id is None):
        raise Invalid.field("owner", "expected either a user or an agency")
    if command.agency_id is not None:
        if organisation_store.agency(transaction.connection, command.agency_id) is None:
            raise Invalid.field("agency", f"there is no agency {command.agency_id}")
        return
    if command.branch_id is None or command.user_id is None:
        raise Invalid.field("branch", "a user's token needs the branch that it acts in")
    if people_store.member(transaction.connection, command.user_id, command.branch_id) is None:
        raise Invalid.field("branch", "the user does not work in that branch")
