"""Accounts and sessions in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from engine.kernel.actor import Role
from engine.kernel.refusal import Conflict
from engine.memory.tables import Tables
from engine.organisation.model import Agency, Branch, User
from engine.people.account import Account
from engine.people.attempts import Attempts
from engine.people.ports_accounts import Colleague, Grant, LinkedIdentity
from engine.people.session import Session, SignedIn, Workplace


class MemoryAccountWork:
    """Fills the port `AccountWork` on the tables of a unit of work, which has them to itself."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def account(self, user_id: UUID) -> Account | None:
        """The account of a user."""
        return self._tables.accounts.get(user_id)

    def save_account(self, account: Account) -> None:
        """Write a new or changed account."""
        self._tables.accounts[account.user_id] = account

    def with_secrets(self) -> Sequence[Account]:
        """Every account that has a sealed secret."""
        found = (account for account in self._tables.accounts.values() if account.sealed_secret is not None)
        return sorted(found, key=lambda account: account.user_id)

    def workplaces(self, user_id: UUID) -> tuple[Workplace, ...]:
        """Where a user works: their branches by code, then their agencies by key."""
        return _workplaces(self._tables, user_id)

    def add_session(self, session: Session) -> None:
        """Write a new session."""
        self._tables.sessions[session.id] = session

    def session(self, session_id: UUID) -> Session | None:
        """One session."""
        return self._tables.sessions.get(session_id)

    def save_session(self, session: Session) -> None:
        """Write a changed session."""
        self._tables.sessions[session.id] = session

    def end_sessions(self, user_id: UUID, at: datetime, *, kept_id: UUID | None = None) -> int:
        """End all sessions of a user that have not ended."""
        open_ones = [
            session
            for session in self._tables.sessions.values()
            if session.user_id == user_id and session.ended_at is None and session.id != kept_id
        ]
        for session in open_ones:
            self.save_session(replace(session, ended_at=at))
        return len(open_ones)

    def attempts(self, digests: Sequence[bytes], now: datetime) -> Sequence[Attempts]:
        """The attempts of these subjects."""
        return [
            self._tables.attempts.get(digest, Attempts(digest=digest, failures=0, last_at=now))
            for digest in digests
        ]

    def save_attempts(self, attempts: Sequence[Attempts]) -> None:
        """Write changed attempts."""
        self._tables.attempts.update({one.digest: one for one in attempts})

    def linked(self, issuer: str, subject: str) -> LinkedIdentity | None:
        """Who a person of an identity provider is here."""
        return self._tables.identities.get((issuer, subject))

    def identities(self, user_id: UUID) -> Sequence[LinkedIdentity]:
        """As whom identity providers know a user."""
        found = (one for one in self._tables.identities.values() if one.user_id == user_id)
        return sorted(found, key=lambda one: (one.issuer, one.subject))

    def link(self, identity: LinkedIdentity) -> None:
        """Write a new link."""
        key = identity.issuer, identity.subject
        if key in self._tables.identities:
            raise Conflict(f"The identity {identity.subject} is linked already.", code="already_exists")
        self._tables.identities[key] = identity

    def unlink(self, user_id: UUID) -> int:
        """Remove all links of a user."""
        found = self.identities(user_id)
        for one in found:
            del self._tables.identities[one.issuer, one.subject]
        return len(found)

    def granted(self, user_id: UUID) -> frozenset[Grant]:
        """What others have given a user."""
        return self._tables.granted.get(user_id, frozenset())

    def save_granted(self, user_id: UUID, grants: frozenset[Grant]) -> None:
        """Note that it was exactly this."""
        self._tables.granted[user_id] = grants

    def branch_ids(self, codes: Collection[str]) -> Mapping[str, UUID]:
        """The branches among these codes."""
        return {one.code: one.id for one in self._tables.branches.values() if one.code in codes}

    def agency_ids(self, keys: Collection[str]) -> Mapping[str, UUID]:
        """The agencies among these keys."""
        return {one.key: one.id for one in self._tables.agencies.values() if one.key in keys}

    def discard_ended(self, before: datetime) -> int:
        """Remove old sessions and attempts."""
        tables = self._tables
        ended = [key for key, session in tables.sessions.items() if _ended_before(session, before)]
        forgotten = [key for key, one in tables.attempts.items() if one.last_at < before]
        for session_id in ended:
            del tables.sessions[session_id]
        for digest in forgotten:
            del tables.attempts[digest]
        return len(ended) + len(forgotten)


class MemoryAccountReads:
    """Fills the port `AccountReads` on the tables that were committed last."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def signed_in(self, session_digest: bytes, now: datetime) -> SignedIn | None:
        """Whose open session that is."""
        found = (one for one in self._tables.sessions.values() if one.digest == session_digest)
        session = next(found, None)
        if session is None or not session.is_open(now):
            return None
        user = self._tables.users[session.user_id]
        if not user.active:
            return None
        return SignedIn(session=session, user=user, workplaces=_workplaces(self._tables, user.id))

    def colleague(self, username: str) -> Colleague | None:
        """One user by name."""
        found = (user for user in self._tables.users.values() if user.username == username)
        user = next(found, None)
        return self._colleague(user) if user else None

    def colleagues(self) -> Sequence[Colleague]:
        """All users, by name."""
        users = sorted(self._tables.users.values(), key=lambda user: user.username)
        return [self._colleague(user) for user in users]

    def sessions(self, user_id: UUID, now: datetime) -> Sequence[Session]:
        """The open sessions of a user, newest first."""
        found = [
            session
            for session in self._tables.sessions.values()
            if session.user_id == user_id and session.is_open(now) and not session.awaits_code
        ]
        return sorted(found, key=lambda session: session.created_at, reverse=True)

    def attempts(self, digests: Collection[bytes]) -> Mapping[bytes, Attempts]:
        """The attempts of those subjects that were ever counted."""
        return {key: self._tables.attempts[key] for key in digests if key in self._tables.attempts}

    def _colleague(self, user: User) -> Colleague:
        return Colleague(
            user=user,
            account=self._tables.accounts.get(user.id),
            workplaces=_workplaces(self._tables, user.id),
        )


def _workplaces(tables: Tables, user_id: UUID) -> tuple[Workplace, ...]:
    branches = [
        _at_branch(tables.branches[branch_id], roles)
        for (member_id, branch_id), roles in tables.members.items()
        if member_id == user_id
    ]
    agencies = [
        _at_agency(tables.agencies[agency_id])
        for officer_id, agency_id in tables.officers
        if officer_id == user_id
    ]
    return tuple(sorted(branches, key=_code) + sorted(agencies, key=_code))


def _code(place: Workplace) -> str:
    return place.code


def _at_branch(branch: Branch, roles: frozenset[str]) -> Workplace:
    return Workplace(
        branch_id=branch.id,
        code=branch.code,
        name=branch.name,
        name_en=branch.name_en,
        roles=frozenset(Role(role) for role in roles),
    )


def _at_agency(agency: Agency) -> Workplace:
    return Workplace(
        agency_id=agency.id,
        code=agency.key,
        name=agency.name,
        name_en=agency.name_en,
        roles=frozenset({Role.OFFICER}),
    )


def _ended_before(session: Session, moment: datetime) -> bool:
    ends = (session.ended_at, session.idle_until, session.expires_at)
    return min(end for end in ends if end is not None) < moment
