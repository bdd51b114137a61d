"""Users: an operator registers people, gives them roles in branches, and lets them go."""

import re
from dataclasses import dataclass, replace
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.actor import Role
from engine.kernel.permission import require_operates
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.organisation import store as organisation_store
from engine.people import account_store
from engine.people import store as people_store
from engine.people.model import User
from engine.people.posts import return_all_work, set_roles

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}")
_ROLES = frozenset(Role) - {Role.OFFICER}


@dataclass(frozen=True, kw_only=True)
class SaveUser(Command[User]):
    """Register a user, or change one who is known by the id; with a branch, with exactly these roles in it.

    Without any of `roles` they work there no longer. Roles in other branches stay as they are.
    """

    user: User
    branch_id: UUID | None = None
    roles: frozenset[Role] = frozenset()


def save_user(command: SaveUser, transaction: Transaction) -> User:
    """The user, whose roles count from the next request on.

    `Conflict` if somebody else has the name, `Invalid` for one that is hard to type.
    """
    require_operates(transaction.actor)
    if not command.roles <= _ROLES:
        raise Invalid.field("roles", "an officer works for an agency, and not in a branch")
    branch_id = command.branch_id
    if (
        branch_id is not None
        and organisation_store.branch(transaction.connection, branch_id, on=transaction.today) is None
    ):
        raise NotFound.of("branch", branch_id)
    user = saved(transaction, command.user)
    if branch_id is not None:
        set_roles(transaction, user.id, organisation_id=branch_id, roles=command.roles)
    return user


def saved(transaction: Transaction, user: User) -> User:
    """The user as written; `Conflict` if somebody else has the name, `Invalid` for one hard to type."""
    known = people_store.user_named(transaction.connection, user.username)
    if known is not None and known.id != user.id:
        raise Conflict(f"There is a user {user.username} already.", code="already_exists")
    if not _USERNAME.fullmatch(user.username):
        raise Invalid.field(
            "username", "expected 2 to 63 small Latin letters, digits, dots, dashes or underscores"
        )
    if not user.display_name.strip():
        raise Invalid.field("display_name", "expected a name")
    user = replace(user, display_name=user.display_name.strip())
    people_store.save_user(transaction.connection, user)
    return user


@dataclass(frozen=True, kw_only=True)
class SetActive(Command[None]):
    """Let a user in, or no longer: then their sessions and tokens open nothing, and their tasks are free."""

    user_id: UUID
    active: bool


def set_active(command: SetActive, transaction: Transaction) -> None:
    """Write it."""
    require_operates(transaction.actor)
    user = _known(transaction, command.user_id)
    people_store.save_user(transaction.connection, replace(user, active=command.active))
    if not command.active:
        account_store.end_sessions(transaction.connection, user.id, transaction.now)
        return_all_work(transaction, user.id)


def _known(transaction: Transaction, user_id: UUID) -> User:
    user = people_store.user(transaction.connection, user_id)
    if user is None:
        raise NotFound.of("user", user_id)
    return user
