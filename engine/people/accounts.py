"""Passwords, sessions and failed attempts: what users and operators change of accounts."""

from dataclasses import dataclass
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.actor import Role
from engine.kernel.permission import require_operates, require_person
from engine.kernel.refusal import NotFound
from engine.people import account_store, attempts_store, post_store, token_store
from engine.people import store as people_store
from engine.people.account import Account
from engine.people.attempts import account_digest
from engine.people.model import User


@dataclass(frozen=True, kw_only=True)
class SetPassword(Command[None]):
    """Give a user another password, which was hashed before; all their sessions but `kept_session_id` end.

    A user changes their own, an operator anybody's. In the place of another password it also revokes all
    their access tokens, as whoever knew the old one may have them. Where no session is kept, the account was
    perhaps in other hands: then its known devices are forgotten too.
    """

    user_id: UUID
    password_hash: str
    kept_session_id: UUID | None = None


def set_password(command: SetPassword, transaction: Transaction) -> None:
    """Write it."""
    user = changeable_user(transaction, command.user_id)
    before = account_of(transaction, user)
    account = before.with_password(command.password_hash, transaction.now)
    if before.password_hash is not None:
        token_store.revoke_tokens_of(transaction.connection, user.id, transaction.now)
    if command.kept_session_id is None:
        account = account.without_devices()
    account_store.save_account(transaction.connection, account)
    account_store.end_sessions(
        transaction.connection, user.id, transaction.now, kept_id=command.kept_session_id
    )


@dataclass(frozen=True, kw_only=True)
class ForgiveAttempts(Command[None]):
    """Let somebody try at once who has failed to sign in too often."""

    username: str


def forgive_attempts(command: ForgiveAttempts, transaction: Transaction) -> None:
    """Forget them in every place; for operators, and managers of a branch where the person works."""
    if not _manages(transaction, command.username):
        require_operates(transaction.actor)
    attempts_store.forget_attempts_on(transaction.connection, account_digest(command.username))


@dataclass(frozen=True, kw_only=True)
class EndSessions(Command[int]):
    """End every session of a user at once, but for the one that is kept."""

    user_id: UUID
    kept_session_id: UUID | None = None


def end_sessions(command: EndSessions, transaction: Transaction) -> int:
    """How many sessions that were."""
    user = changeable_user(transaction, command.user_id)
    return account_store.end_sessions(
        transaction.connection, user.id, transaction.now, kept_id=command.kept_session_id
    )


def _manages(transaction: Transaction, username: str) -> bool:
    """Whether the actor manages a branch in which the user works."""
    actor, user = transaction.actor, people_store.active_user_named(transaction.connection, username)
    if user is None or actor.branch_id is None or not actor.has(Role.MANAGER):
        return False
    return bool(post_store.roles_at(transaction.connection, user.id, actor.branch_id, on=transaction.today))


def known_user(transaction: Transaction, user_id: UUID) -> User:
    """The user; `NotFound` if there is none."""
    user = people_store.user(transaction.connection, user_id)
    if user is None:
        raise NotFound.of("user", user_id)
    return user


def changeable_user(transaction: Transaction, user_id: UUID) -> User:
    """The user, if the actor may change their account: one's own, and as an operator anybody's."""
    if transaction.actor.id != user_id:
        require_operates(transaction.actor)
    return known_user(transaction, user_id)


def account_of(transaction: Transaction, user: User) -> Account:
    """The user's account, locked if they have one; else a fresh one."""
    return account_store.lock_account(transaction.connection, user.id) or Account(user_id=user.id)


def own_account(transaction: Transaction) -> Account:
    """The account of whoever acts; `NotPermitted` for agencies and the system."""
    return account_of(transaction, known_user(transaction, require_person(transaction.actor)))
