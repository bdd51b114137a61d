"""Users: an operator registers people, gives them roles in branches, and lets them go."""

import re
from dataclasses import dataclass, replace
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.actor import Role
from engine.kernel.permission import require_role
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.organisation import store as organisation_store
from engine.people import account_store
from engine.people import store as people_store
from engine.people.model import User

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}")
_ROLES = frozenset(Role) - {Role.OFFICER}


@dataclass(frozen=True, kw_only=True)
class RegisterUser(Command[User]):
    """Make a person known, who works nowhere yet and has no password."""

    username: str
    display_name: str


def register_user(command: RegisterUser, transaction: Transaction) -> User:
    """The new user; `Conflict` if somebody has the name, `Invalid` for one that is hard to type."""
    require_role(transaction.actor, Role.OPERATOR)
    return registered(transaction, username=command.username, display_name=command.display_name)


def registered(transaction: Transaction, *, username: str, display_name: str) -> User:
    """A new user; `Conflict` if somebody has the name, `Invalid` for one that is hard to type."""
    if not _USERNAME.fullmatch(username):
        raise Invalid.field(
            "username", "expected 2 to 63 small Latin letters, digits, dots, dashes or underscores"
        )
    if not display_name.strip():
        raise Invalid.field("display_name", "expected a name")
    if people_store.active_user_named(transaction.connection, username) is not None:
        raise Conflict(f"There is a user {username} already.", code="already_exists")
    user = User(id=transaction.new_id(), username=username, display_name=display_name.strip())
    people_store.save_user(transaction.connection, user)
    return user


@dataclass(frozen=True, kw_only=True)
class SetRoles(Command[None]):
    """Give a user exactly these roles in a branch; without any they work there no longer."""

    user_id: UUID
    branch_id: UUID
    roles: frozenset[Role]


def set_roles(command: SetRoles, transaction: Transaction) -> None:
    """Write them; they count from the next request on."""
    require_role(transaction.actor, Role.OPERATOR)
    _known(transaction, command.user_id)
    if organisation_store.branch(transaction.connection, command.branch_id) is None:
        raise NotFound.of("branch", command.branch_id)
    if not command.roles <= _ROLES:
        raise Invalid.field("roles", "an officer works for an agency, and not in a branch")
    roles = frozenset(role.value for role in command.roles)
    people_store.save_member(transaction.connection, command.user_id, command.branch_id, roles)


@dataclass(frozen=True, kw_only=True)
class SetActive(Command[None]):
    """Let a user in, or no longer: then all their sessions and tokens open nothing from now on."""

    user_id: UUID
    active: bool


def set_active(command: SetActive, transaction: Transaction) -> None:
    """Write it."""
    require_role(transaction.actor, Role.OPERATOR)
    user = _known(transaction, command.user_id)
    people_store.save_user(transaction.connection, replace(user, active=command.active))
    if not command.active:
        account_store.end_sessions(transaction.connection, user.id, transaction.now)


def _known(transaction: Transaction, user_id: UUID) -> User:
    user = people_store.user(transaction.connection, user_id)
    if user is None:
        raise NotFound.of("user", user_id)
    return user


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
