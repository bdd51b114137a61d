"""Sessions: who is signed in at a browser, at which of their workplaces, and until when."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from engine.kernel.actor import Actor, ActorKind, Role, Scope
from engine.kernel.office_settings import Decided, SettingKey
from engine.people.model import User

TIME_FOR_THE_CODE = timedelta(minutes=10)
"""How long a session may await the code of the second factor."""
_KEPT_UP_AFTER = 10
"""A session is written again when a tenth of its idle time has passed, and not in every request."""


class SignInMethod(StrEnum):
    """Who vouched for the person."""

    PASSWORD = "password"  # noqa: S105 - the name of a way to sign in
    LDAP = "ldap"
    OIDC = "oidc"


@dataclass(frozen=True, kw_only=True)
class SessionLife:
    """How long a session lasts: `idle` without a request, `longest` in all."""

    idle: timedelta
    longest: timedelta

    @classmethod
    def decided(cls, settings: Decided, at: datetime) -> "SessionLife":
        """What officials have decided for sessions, as it is at that moment."""
        return cls(
            idle=timedelta(minutes=settings.number(SettingKey.SESSION_IDLE_MINUTES, at)),
            longest=timedelta(hours=settings.number(SettingKey.SESSION_HOURS, at)),
        )


@dataclass(frozen=True, kw_only=True)
class Session:
    """A session as it is kept: of its text only the digest.

    It opens something until `idle_until` or `expires_at`, whichever comes first, unless it `ended_at` some
    moment. One that `awaits_code` opens nothing but the question for the second factor. At most one of
    `branch_id`, `agency_id` and `organisation_id` is set: the workplace that was chosen. `challenge` is what
    a passkey may answer in it until `challenge_until`.
    """

    id: UUID
    digest: bytes
    user_id: UUID
    method: SignInMethod
    created_at: datetime
    idle_until: datetime
    expires_at: datetime
    branch_id: UUID | None = None
    agency_id: UUID | None = None
    awaits_code: bool = False
    ended_at: datetime | None = None
    challenge: bytes | None = None
    challenge_until: datetime | None = None
    organisation_id: UUID | None = None

    @property
    def workplace_id(self) -> UUID | None:
        """The branch, agency or other organisation that was chosen."""
        return self.branch_id or self.agency_id or self.organisation_id

    def at(self, workplace: "Workplace") -> "Session":
        """The session at that workplace."""
        return replace(
            self,
            branch_id=workplace.branch_id,
            agency_id=workplace.agency_id,
            organisation_id=workplace.organisation_id,
        )

    def is_open(self, now: datetime) -> bool:
        """Whether the session still opens something."""
        return self.ended_at is None and now < self.idle_until and now < self.expires_at

    def kept_up(self, now: datetime, idle: timedelta) -> "Session":
        """The session after a request at `now`."""
        return replace(self, idle_until=min(now + idle, self.expires_at))

    def wants_keeping_up(self, now: datetime, idle: timedelta) -> bool:
        """Whether enough time has passed for the session to be written again."""
        late = min(now + idle, self.expires_at) - self.idle_until
        is_too_long = self.idle_until > now + idle
        return not self.awaits_code and (late > idle / _KEPT_UP_AFTER or is_too_long)


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """An organisation for which a user works, known by its code, and what they do there.

    Exactly one of `branch_id`, `agency_id` and `organisation_id` is set: the last where it is neither.
    `stands_in_for` are those in whose place they have some of the roles.
    """

    branch_id: UUID | None = None
    agency_id: UUID | None = None
    organisation_id: UUID | None = None
    code: str
    name: str
    name_en: str
    roles: frozenset[Role]
    stands_in_for: tuple[str, ...] = ()

    @property
    def id(self) -> UUID:
        """The organisation's."""
        found = self.branch_id or self.agency_id or self.organisation_id
        if found is None:
            raise ValueError(f"Expected an organisation, but {self.code} is none.")
        return found


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Who is signed in, where they may work (branches by code, then agencies by key), and where they do.

    `settings_revision` is the number of the last change of a setting when they were looked up.
    """

    session: Session
    user: User
    workplaces: tuple[Workplace, ...]
    has_second_factor: bool = False
    settings_revision: int = 0

    def needs_second_factor(self, roles: frozenset[Role]) -> bool:
        """Whether they must set up a second factor first, as they have one of `roles` at some workplace.

        An identity provider asks for its own.
        """
        if self.has_second_factor or self.session.method is SignInMethod.OIDC:
            return False
        return any(place.roles & roles for place in self.workplaces)

    @property
    def workplace(self) -> Workplace | None:
        """The one they chose; None before they did, or when they no longer work there."""
        return workplace_of(self.workplaces, self.session.workplace_id)

    @property
    def actor(self) -> Actor:
        """Who acts when they ask for something; without a workplace they may do nothing."""
        place = self.workplace
        return Actor(
            kind=ActorKind.USER,
            id=self.user.id,
            name=self.user.username,
            roles=place.roles if place else frozenset(),
            branch_id=place.branch_id if place else None,
            branch_code=place.code if place and place.branch_id else None,
            agency_id=place.agency_id if place else None,
            agency_key=place.code if place and place.agency_id else None,
            organisation_id=place.id if place else None,
            stands_in_for=place.stands_in_for if place else (),
        )


def workplace_of(workplaces: tuple[Workplace, ...], workplace_id: UUID | None) -> Workplace | None:
    """The one of that id, if it is among them."""
    return next((place for place in workplaces if place.id == workplace_id), None)


def new_session_text() -> str:
    """What a browser shows in every request: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest_of(session_text: str) -> bytes:
    """What is kept of it: its SHA-256."""
    return hashlib.sha256(session_text.encode()).digest()


PREFIX = "stoa_"
"""Begins every token, so that one that leaks into a log or a repository is recognised by scanners."""


def new_token() -> str:
    """A token with 256 random bits, shown once to its owner."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is kept of a token: its SHA-256. A long random text needs no slow hash."""
    return hashlib.sha256(token.encode()).digest()


@dataclass(frozen=True, kw_only=True)
class Token:
    """The record of a token: whose it is, in which branch it acts, what for, and until when.

    Exactly one of `user_id` and `agency_id` is set; `branch_id` goes with a user, or `organisation_id` where
    they work for no branch.
    """

    id: UUID
    digest: bytes
    label: str
    scopes: frozenset[Scope]
    created_at: datetime
    user_id: UUID | None = None
    agency_id: UUID | None = None
    branch_id: UUID | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    organisation_id: UUID | None = None
