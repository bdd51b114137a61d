"""Accounts, sessions and external identities in the database."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection, RowMapping

from engine.kernel.actor import Role
from engine.office_settings.store import REVISION
from engine.organisation.store import agencies, branches
from engine.organisation.version_store import in_force, organisation_versions, organisations
from engine.people.account import Account, LinkedIdentity, SecondFactors, UserAccount
from engine.people.model import User
from engine.people.one_time_code import SECRET_BYTES
from engine.people.passkey_store import has_passkeys
from engine.people.post import stood_in_for
from engine.people.post_store import COUNTS, absent, posts
from engine.people.session import Session, SignedIn, SignInMethod, Workplace
from engine.people.store import users
from engine.storage.columns import metadata
from engine.storage.prepared import Channel, PreparedQuery
from engine.storage.sealed_column import SealedColumn
from engine.storage.statements import execute_for, upsert
from engine.storage.types import PlainText, UtcDateTime

_METHODS = ", ".join(f"'{method.value}'" for method in SignInMethod)

accounts = Table(
    "accounts",
    metadata,
    Column("user_id", sa.Uuid, ForeignKey("users.id"), primary_key=True),
    Column("password_hash", PlainText()),
    Column("password_set_at", UtcDateTime),
    Column("sealed_secret", sa.LargeBinary),
    Column("totp_confirmed_at", UtcDateTime),
    Column("totp_last_step", sa.BigInteger),
    Column("recovery_digests", sa.JSON(none_as_null=True), nullable=False),
    Column("device_key", sa.LargeBinary),
)
SEALED_SECRETS = SealedColumn(accounts.c.user_id, accounts.c.sealed_secret, bare_bytes=SECRET_BYTES)

sessions = Table(
    "sessions",
    metadata,
    Column("id", sa.Uuid, primary_key=True),
    Column("digest", sa.LargeBinary, nullable=False, unique=True),
    Column("user_id", sa.Uuid, ForeignKey("users.id"), nullable=False),
    Column("method", PlainText(), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("idle_until", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("branch_id", sa.Uuid, ForeignKey("branches.id")),
    Column("agency_id", sa.Uuid, ForeignKey("agencies.id")),
    Column("awaits_code", sa.Boolean, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("challenge", sa.LargeBinary),
    Column("challenge_until", UtcDateTime),
    Column("organisation_id", sa.Uuid),
    CheckConstraint(f"method IN ({_METHODS})", name="method"),
    CheckConstraint("branch_id IS NULL OR agency_id IS NULL", name="workplace"),
)
Index("ix_sessions_user_id", sessions.c.user_id)
Index("ix_sessions_idle_until", sessions.c.idle_until)

linked_identities = Table(
    "linked_identities",
    metadata,
    Column("issuer", PlainText(binary=True), primary_key=True),
    Column("subject", PlainText(binary=True), primary_key=True),
    Column("user_id", sa.Uuid, ForeignKey("users.id"), nullable=False),
)
Index("ix_linked_identities_user_id", linked_identities.c.user_id)

_USER_ID = sa.bindparam("of_user", type_=sa.Uuid())
_SESSION_ID = sa.bindparam("of_session", type_=sa.Uuid())
_NO_SESSION = UUID(int=0)
_MOMENT = sa.bindparam("moment", type_=sessions.c.idle_until.type)

_USER = (
    users.c.id.label("person_id"),
    users.c.username.label("person_username"),
    users.c.display_name.label("person_display_name"),
    users.c.active.label("person_active"),
)
_PLACE = (
    branches.c.id.label("place_branch_id"),
    agencies.c.id.label("place_agency_id"),
    organisations.c.id.label("place_id"),
    sa.func.coalesce(branches.c.code, agencies.c.key, organisations.c.code).label("place_code"),
    organisation_versions.c.name.label("place_name"),
    organisation_versions.c.name_en.label("place_name_en"),
    posts.c.role.label("place_role"),
    absent.c.username.label("place_absent"),
)
_WITH_POSTS = (
    users.outerjoin(posts, sa.and_(posts.c.user_id == users.c.id, COUNTS))
    .outerjoin(branches, branches.c.id == posts.c.organisation_id)
    .outerjoin(agencies, agencies.c.id == posts.c.organisation_id)
    .outerjoin(organisations, organisations.c.id == posts.c.organisation_id)
    .outerjoin(organisation_versions, in_force(organisation_versions, posts.c.organisation_id))
    .outerjoin(absent, absent.c.id == posts.c.substitute_for)
)


def _people_with_places(
    more: Sequence[sa.ColumnElement[Any]],
    joined: Callable[[sa.Join], sa.FromClause],
    *conditions: sa.ColumnElement[bool],
) -> sa.Select[Any]:
    """Users with `more` columns, and a row for each of the posts that they have on the day `day`.

    Who has none has a row without one. `joined` adds the tables of `more` to those of the users.
    """
    return (
        sa.select(*more, *_USER, *_PLACE)
        .select_from(joined(_WITH_POSTS))
        .where(*conditions)
        .order_by(users.c.username)
    )


def _with_session(people: sa.Join) -> sa.FromClause:
    return _with_account(people.join(sessions, sessions.c.user_id == users.c.id))


def _with_account(people: sa.Join) -> sa.Join:
    return people.outerjoin(accounts, accounts.c.user_id == users.c.id)


_TAKES_CODES = sa.and_(accounts.c.sealed_secret.is_not(None), accounts.c.totp_confirmed_at.is_not(None))
_HAS_PASSKEYS = has_passkeys(users.c.id)
_HAS_SECOND_FACTOR = sa.or_(_TAKES_CODES, _HAS_PASSKEYS).label("has_second_factor")
_SECOND_FACTORS = (
    sa.select(_TAKES_CODES.label("takes_codes"), _HAS_PASSKEYS.label("has_passkeys"))
    .select_from(users.outerjoin(accounts, accounts.c.user_id == users.c.id))
    .where(users.c.id == _USER_ID)
)
_SIGNED_IN = PreparedQuery(
    _people_with_places(
        (*sessions.c, _HAS_SECOND_FACTOR, REVISION.label("settings_revision")),
        _with_session,
        sessions.c.digest == sa.bindparam("of_digest", type_=sa.LargeBinary()),
        sessions.c.ended_at.is_(None),
        sessions.c.idle_until > _MOMENT,
        sessions.c.expires_at > _MOMENT,
        users.c.active,
    )
)
_WORKPLACES = _people_with_places((), lambda people: people, users.c.id == _USER_ID)
_COLLEAGUES = _people_with_places((*accounts.c, _HAS_SECOND_FACTOR), _with_account)
_COLLEAGUE = _people_with_places(
    (*accounts.c, _HAS_SECOND_FACTOR),
    _with_account,
    users.c.username == sa.bindparam("username", type_=users.c.username.type),
)

_ACCOUNT = sa.select(*accounts.c).where(accounts.c.user_id == _USER_ID).with_for_update()
_SAVE_ACCOUNT = upsert(accounts)
_DEVICE_KEY = (
    sa.select(accounts.c.device_key)
    .join(users, users.c.id == accounts.c.user_id)
    .where(users.c.username == sa.bindparam("username", type_=users.c.username.type))
)
_SESSION = sa.select(*sessions.c).where(sessions.c.id == _SESSION_ID).with_for_update()
_SAVE_SESSION = upsert(sessions)
_OPEN_SESSIONS = (
    sa.select(*sessions.c)
    .where(
        sessions.c.user_id == _USER_ID,
        sessions.c.ended_at.is_(None),
        sessions.c.idle_until > _MOMENT,
        sessions.c.expires_at > _MOMENT,
        sa.not_(sessions.c.awaits_code),
    )
    .order_by(sessions.c.created_at.desc())
)
_END_SESSIONS = (
    sessions.update()
    .where(
        sessions.c.user_id == _USER_ID,
        sessions.c.ended_at.is_(None),
        sessions.c.id != sa.bindparam("kept", type_=sa.Uuid()),
    )
    .values(ended_at=_MOMENT)
)
_DISCARD_SESSIONS = sessions.delete().where(
    sa.or_(sessions.c.idle_until < _MOMENT, sessions.c.ended_at < _MOMENT)
)

_LINKED = sa.select(*linked_identities.c).where(
    linked_identities.c.issuer == sa.bindparam("issuer", type_=linked_identities.c.issuer.type),
    linked_identities.c.subject == sa.bindparam("subject", type_=linked_identities.c.subject.type),
)
_IDENTITIES = (
    sa.select(*linked_identities.c)
    .where(linked_identities.c.user_id == _USER_ID)
    .order_by(linked_identities.c.issuer, linked_identities.c.subject)
)
_BRANCH_IDS = sa.select(branches.c.code, branches.c.id).where(
    branches.c.code.in_(sa.bindparam("codes", expanding=True, type_=branches.c.code.type))
)
_AGENCY_IDS = sa.select(agencies.c.key, agencies.c.id).where(
    agencies.c.key.in_(sa.bindparam("keys", expanding=True, type_=agencies.c.key.type))
)
_UNLINK = linked_identities.delete().where(linked_identities.c.user_id == _USER_ID)


def lock_account(connection: Connection, user_id: UUID) -> Account | None:
    """The account of a user, locked; None if they never had one."""
    row = connection.execute(_ACCOUNT, {"of_user": user_id}).mappings().one_or_none()
    return _account_of(row) if row else None


def save_account(connection: Connection, account: Account) -> None:
    """Write a new or changed account."""
    digests = [digest.hex() for digest in account.recovery_digests]
    execute_for(connection, _SAVE_ACCOUNT, {**account.__dict__, "recovery_digests": digests})


def device_key(connection: Connection, username: str) -> bytes | None:
    """What the known devices of an account are signed with; None without any, and for an unknown name."""
    found: bytes | None = connection.execute(_DEVICE_KEY, {"username": username}).scalar_one_or_none()
    return found


def workplaces(connection: Connection, user_id: UUID, *, on: date) -> tuple[Workplace, ...]:
    """Where a user works on that day: their branches by code, then their agencies by key."""
    return _workplaces_of(connection.execute(_WORKPLACES, {"of_user": user_id, "day": on}).mappings())


def add_session(connection: Connection, session: Session) -> None:
    """Write a new session."""
    connection.execute(sessions.insert(), session.__dict__)


def lock_session(connection: Connection, session_id: UUID) -> Session | None:
    """One session in whatever state, locked."""
    row = connection.execute(_SESSION, {"of_session": session_id}).mappings().one_or_none()
    return _session_of(row) if row else None


def save_session(connection: Connection, session: Session) -> None:
    """Write a changed session."""
    execute_for(connection, _SAVE_SESSION, session.__dict__)


def end_sessions(connection: Connection, user_id: UUID, at: datetime, *, kept_id: UUID | None = None) -> int:
    """End all sessions of a user that have not ended, but for the one kept, and say how many."""
    ended = {"of_user": user_id, "moment": at, "kept": kept_id or _NO_SESSION}
    return connection.execute(_END_SESSIONS, ended).rowcount


def end_sessions_at(connection: Connection, user_id: UUID, place_id: UUID | None, at: datetime) -> int:
    """End the sessions of a user at that workplace, all where None is given, and say how many."""
    statement = _END_SESSIONS
    if place_id is not None:
        statement = statement.where(
            sa.or_(
                sessions.c.branch_id == place_id,
                sessions.c.agency_id == place_id,
                sessions.c.organisation_id == place_id,
            )
        )
    ended = {"of_user": user_id, "moment": at, "kept": _NO_SESSION}
    return connection.execute(statement, ended).rowcount


def linked_identity(connection: Connection, issuer: str, subject: str) -> LinkedIdentity | None:
    """Who a person of an identity provider is here."""
    found = connection.execute(_LINKED, {"issuer": issuer, "subject": subject})
    row = found.mappings().one_or_none()
    return LinkedIdentity(**row) if row else None


def identities_of(connection: Connection, user_id: UUID) -> Sequence[LinkedIdentity]:
    """As whom identity providers know a user."""
    rows = connection.execute(_IDENTITIES, {"of_user": user_id}).mappings()
    return [LinkedIdentity(**row) for row in rows]


def add_identity(connection: Connection, identity: LinkedIdentity) -> None:
    """Write a new link; `Conflict` if the provider's person is somebody here already."""
    connection.execute(linked_identities.insert(), identity.__dict__)


def remove_identities(connection: Connection, user_id: UUID) -> int:
    """Remove all links of a user, and say how many."""
    return connection.execute(_UNLINK, {"of_user": user_id}).rowcount


def branch_ids(connection: Connection, codes: Collection[str]) -> Mapping[str, UUID]:
    """The branches among these codes, by code."""
    rows = connection.execute(_BRANCH_IDS, {"codes": list(codes)})
    return {row.code: row.id for row in rows}


def agency_ids(connection: Connection, keys: Collection[str]) -> Mapping[str, UUID]:
    """The agencies among these keys, by key."""
    rows = connection.execute(_AGENCY_IDS, {"keys": list(keys)})
    return {row.key: row.id for row in rows}


def discard_ended(connection: Connection, before: datetime) -> int:
    """Remove sessions that ended before that moment, and say how many."""
    return connection.execute(_DISCARD_SESSIONS, {"moment": before}).rowcount


def signed_in(connection: Channel, session_digest: bytes, now: datetime, *, on: date) -> SignedIn | None:
    """Whose open session that is, with all their workplaces of that day, in one statement.

    None if it is unknown, has ended or is over, or its owner is inactive. One that awaits the second
    factor's code is there too: the caller looks at `session.awaits_code`.
    """
    asked = {"of_digest": session_digest, "moment": now, "day": on}
    rows = [row._asdict() for row in _SIGNED_IN.rows(connection, asked)]
    if not rows:
        return None
    return SignedIn(
        session=_session_of(rows[0]),
        user=_user_of(rows[0]),
        workplaces=_workplaces_of(rows),
        has_second_factor=bool(rows[0]["has_second_factor"]),
        settings_revision=rows[0]["settings_revision"] or 0,
    )


def second_factors(connection: Connection, user_id: UUID) -> SecondFactors:
    """By what a user proves their second factor; neither for somebody unknown."""
    row = connection.execute(_SECOND_FACTORS, {"of_user": user_id}).one_or_none()
    return SecondFactors(
        takes_codes=bool(row and row.takes_codes), has_passkeys=bool(row and row.has_passkeys)
    )


def colleague(connection: Connection, username: str, *, on: date) -> UserAccount | None:
    """One user by name, active or not, with their workplaces of that day."""
    rows = connection.execute(_COLLEAGUE, {"username": username, "day": on}).mappings()
    return next(iter(_colleagues_of(rows)), None)


def colleagues(connection: Connection, *, on: date) -> Sequence[UserAccount]:
    """All users, by name, with their workplaces of that day."""
    return _colleagues_of(connection.execute(_COLLEAGUES, {"day": on}).mappings())


def open_sessions(connection: Connection, user_id: UUID, now: datetime) -> Sequence[Session]:
    """The open sessions of a user that await no code, newest first."""
    rows = connection.execute(_OPEN_SESSIONS, {"of_user": user_id, "moment": now}).mappings()
    return [_session_of(row) for row in rows]


def _colleagues_of(rows: Iterable[RowMapping]) -> list[UserAccount]:
    """The users of rows that repeat a user for each of their workplaces."""
    found = []
    for _, of_user in groupby(rows, key=lambda row: row["person_id"]):
        places = list(of_user)
        account = _account_of(places[0]) if places[0]["user_id"] is not None else None
        found.append(
            UserAccount(
                user=_user_of(places[0]),
                account=account,
                workplaces=_workplaces_of(places),
                has_second_factor=bool(places[0]["has_second_factor"]),
            )
        )
    return found


def _workplaces_of(rows: Iterable[Mapping[Any, Any]]) -> tuple[Workplace, ...]:
    """The workplaces in rows that repeat a place for each post; who has none has a row without one."""
    by_place: dict[UUID, list[Mapping[Any, Any]]] = {}
    for row in rows:
        place_id = row["place_id"]
        if place_id is not None and row["place_name"] is not None:
            by_place.setdefault(place_id, []).append(row)
    places = [_workplace_of(posts) for posts in by_place.values()]
    return tuple(sorted(places, key=lambda one: (one.branch_id is None, one.agency_id is None, one.code)))


def _workplace_of(rows: Sequence[Mapping[Any, Any]]) -> Workplace:
    place, held = rows[0], [(Role(row["place_role"]), row["place_absent"]) for row in rows]
    is_kind_of_its_own = place["place_branch_id"] is not None or place["place_agency_id"] is not None
    return Workplace(
        branch_id=place["place_branch_id"],
        agency_id=place["place_agency_id"],
        organisation_id=None if is_kind_of_its_own else place["place_id"],
        code=place["place_code"],
        name=place["place_name"],
        name_en=place["place_name_en"],
        roles=frozenset([role for role, _ in held]),
        stands_in_for=stood_in_for(held),
    )


def _user_of(row: Mapping[Any, Any]) -> User:
    return User(
        id=row["person_id"],
        username=row["person_username"],
        display_name=row["person_display_name"],
        active=row["person_active"],
    )


def _session_of(row: Mapping[Any, Any]) -> Session:
    values: dict[str, Any] = {column.name: row[column.name] for column in sessions.c}
    return Session(**{**values, "method": SignInMethod(values["method"])})


def _account_of(row: RowMapping) -> Account:
    values: dict[str, Any] = {column.name: row[column.name] for column in accounts.c}
    digests = tuple(bytes.fromhex(digest) for digest in values["recovery_digests"])
    return Account(**{**values, "recovery_digests": digests})
