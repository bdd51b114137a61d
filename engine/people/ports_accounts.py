"""What the engine needs from storage to know who signs in, and who is signed in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from engine.kernel.actor import Role
from engine.organisation.model import User
from engine.people.account import Account
from engine.people.attempts import Attempts
from engine.people.session import Session, SignedIn, Workplace


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
class Colleague:
    """A user with what an operator wants to know of them; `account` is None if they never had a password."""

    user: User
    account: Account | None
    workplaces: tuple[Workplace, ...]


class AccountWork(Protocol):
    """Accounts and sessions in a unit of work."""

    def account(self, user_id: UUID) -> Account | None:
        """The account of a user, locked; None if they never had one."""

    def save_account(self, account: Account) -> None:
        """Write a new or changed account."""

    def with_secrets(self) -> Sequence[Account]:
        """Every account that has a sealed secret, locked, by user."""

    def workplaces(self, user_id: UUID) -> tuple[Workplace, ...]:
        """Where a user works: their branches by code, then their agencies by key."""

    def add_session(self, session: Session) -> None:
        """Write a new session."""

    def session(self, session_id: UUID) -> Session | None:
        """One session in whatever state, locked."""

    def save_session(self, session: Session) -> None:
        """Write a changed session."""

    def end_sessions(self, user_id: UUID, at: datetime, *, kept_id: UUID | None = None) -> int:
        """End all sessions of a user that have not ended, but for the one kept, and say how many."""

    def attempts(self, digests: Sequence[bytes], now: datetime) -> Sequence[Attempts]:
        """The attempts of these subjects, locked, in the order of the digests; none yet are zero at `now`."""

    def save_attempts(self, attempts: Sequence[Attempts]) -> None:
        """Write changed attempts."""

    def linked(self, issuer: str, subject: str) -> LinkedIdentity | None:
        """Who a person of an identity provider is here."""

    def identities(self, user_id: UUID) -> Sequence[LinkedIdentity]:
        """As whom identity providers know a user."""

    def link(self, identity: LinkedIdentity) -> None:
        """Write a new link; `Conflict` if the provider's person is somebody here already."""

    def unlink(self, user_id: UUID) -> int:
        """Remove all links of a user, and say how many."""

    def granted(self, user_id: UUID) -> frozenset[Grant]:
        """What a directory or an identity provider has given a user, who is locked."""

    def save_granted(self, user_id: UUID, grants: frozenset[Grant]) -> None:
        """Note that it was exactly this."""

    def branch_ids(self, codes: Collection[str]) -> Mapping[str, UUID]:
        """The branches among these codes, by code."""

    def agency_ids(self, keys: Collection[str]) -> Mapping[str, UUID]:
        """The agencies among these keys, by key."""

    def discard_ended(self, before: datetime) -> int:
        """Remove sessions that ended and attempts that were last made before that moment; says how many."""


class AccountReads(Protocol):
    """Questions about accounts and sessions."""

    def signed_in(self, session_digest: bytes, now: datetime) -> SignedIn | None:
        """Whose open session that is, with all their workplaces, in one statement.

        None if it is unknown, has ended or is over, or its owner is inactive. One that awaits the second
        factor's code is there too: the caller looks at `session.awaits_code`.
        """

    def colleague(self, username: str) -> Colleague | None:
        """One user by name, active or not."""

    def colleagues(self) -> Sequence[Colleague]:
        """All users, by name."""

    def sessions(self, user_id: UUID, now: datetime) -> Sequence[Session]:
        """The open sessions of a user that await no code, newest first."""

    def attempts(self, digests: Collection[bytes]) -> Mapping[bytes, Attempts]:
        """The attempts of those subjects that were ever counted, by digest."""
