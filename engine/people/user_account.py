"""engine.people.user_account."""

from dataclasses import dataclass
from uuid import UUID

from engine.kernel.actor import Role
from engine.people.account import Account
from engine.people.model import User
from engine.people.session import Workplace


@dataclass(frozen=True, kw_only=True)
class LinkedIdentity:
    """Who a person is here whom an identity provider knows (OpenID Connect Core, section 5.7)."""

    issuer: str
    subject: str
    user_id: UUID


@dataclass(frozen=True)
class Grant:
    """A role in a branch, or that of an officer at an agency, which others than an operator gave."""

    place_id: UUID
    role: Role


@dataclass(frozen=True, kw_only=True)
class UserAccount:
    """A user with what an operator wants to know of them; `account` is None if they never had a password."""

    user: User
    account: Account | None
    workplaces: tuple[Workplace, ...]
