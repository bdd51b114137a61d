"""Finds the user and the account that a command is about."""

from uuid import UUID

from engine.context import Transaction
from engine.kernel.actor import ActorKind, Role
from engine.kernel.permission import require_role
from engine.kernel.refusal import NotFound, NotPermitted
from engine.people import account_store
from engine.people import store as people_store
from engine.people.account import Account
from engine.people.model import User


def known_user(transaction: Transaction, user_id: UUID) -> User:
    """The user; `NotFound` if there is none."""
    user = people_store.user(transaction.connection, user_id)
    if user is None:
        raise NotFound.of("user", user_id)
    return user


def changeable_user(transaction: Transaction, user_id: UUID) -> User:
    """The user, if the actor may change their account: one's own, and as an operator anybody's."""
    if transaction.actor.id != user_id:
        require_role(transaction.actor, Role.OPERATOR)
    return known_user(transaction, user_id)


def account_of(transaction: Transaction, user: User) -> Account:
    """The user's account, locked if they have one; else a fresh one."""
    return account_store.lock_account(transaction.connection, user.id) or Account(user_id=user.id)


def own_account(transaction: Transaction) -> Account:
    """The account of whoever acts; `NotPermitted` for agencies and the system."""
    actor = transaction.actor
    if actor.kind is not ActorKind.USER or actor.id is None:
        raise NotPermitted("Only a person has an account.")
    return account_of(transaction, known_user(transaction, actor.id))
