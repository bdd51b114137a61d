"""People in the database: users and their roles, pauses, officers of agencies, access tokens."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.kernel.actor import Actor, ActorKind, Role, Scope
from engine.organisation import store as organisation_store
from engine.organisation.model import Agency
from engine.organisation.store import agencies, branches
from engine.people.model import Colleague, Pause, User
from engine.people.session import Token
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.prepared import Channel, PreparedQuery
from engine.storage.statements import Row, execute_for, for_each_database, upsert
from engine.storage.types import PlainText, UtcDateTime

users = Table(
    "users",
    metadata,
    columns.identifier(),
    Column("username", PlainText(binary=True), nullable=False, unique=True),
    columns.text("display_name"),
    Column("active", sa.Boolean, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("user_id", sa.Uuid, ForeignKey("users.id"), primary_key=True),
    Column("branch_id", sa.Uuid, ForeignKey("branches.id"), primary_key=True),
    columns.json("roles"),
)
Index("ix_memberships_branch_id", memberships.c.branch_id)

pauses = Table(
    "pauses",
    metadata,
    Column("user_id", sa.Uuid, ForeignKey("users.id"), primary_key=True),
    Column("branch_id", sa.Uuid, ForeignKey("branches.id"), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    Column("paused_by", PlainText(), nullable=False),
    Column("reason", PlainText(), nullable=False),
)

officers = Table(
    "officers",
    metadata,
    Column("user_id", sa.Uuid, ForeignKey("users.id"), primary_key=True),
    Column("agency_id", sa.Uuid, ForeignKey("agencies.id", ondelete="CASCADE"), primary_key=True),
)
Index("ix_officers_agency_id", officers.c.agency_id)

tokens = Table(
    "tokens",
    metadata,
    columns.identifier(),
    Column("digest", sa.LargeBinary, nullable=False, unique=True),
    columns.text("label"),
    columns.json("scopes"),
    columns.moment("created_at"),
    columns.reference("user_id", "users", optional=True),
    columns.reference("agency_id", "agencies", optional=True),
    columns.reference("branch_id", "branches", optional=True),
    columns.moment("expires_at", optional=True),
    columns.moment("revoked_at", optional=True),
    CheckConstraint("(user_id IS NULL) <> (agency_id IS NULL)", name="owner"),
)


_ID = sa.bindparam("id", type_=sa.Uuid())
_USER = sa.select(*users.c).where(users.c.id == _ID)
_USER_NAMED = sa.select(*users.c).where(
    users.c.username == sa.bindparam("username", type_=users.c.username.type)
)
_SAVE_USER = upsert(users)

_USER_ID = sa.bindparam("user_id", type_=sa.Uuid())
_BRANCH_ID = sa.bindparam("branch_id", type_=sa.Uuid())
_ROLES = (
    sa.select(memberships.c.roles)
    .join(users, users.c.id == memberships.c.user_id)
    .where(memberships.c.user_id == _USER_ID, memberships.c.branch_id == _BRANCH_ID, users.c.active)
)
_SAVE_MEMBER = upsert(memberships)
_END_MEMBERSHIP = memberships.delete().where(
    memberships.c.user_id == _USER_ID, memberships.c.branch_id == _BRANCH_ID
)


def user(connection: Connection, user_id: UUID) -> User | None:
    """One user."""
    row = connection.execute(_USER, {"id": user_id}).mappings().one_or_none()
    return User(**row) if row else None


def user_named(connection: Connection, username: str) -> User | None:
    """One user by name, active or not."""
    row = connection.execute(_USER_NAMED, {"username": username}).mappings().one_or_none()
    return User(**row) if row else None


def active_user_named(connection: Connection, username: str) -> User | None:
    """One active user by name."""
    user = user_named(connection, username)
    return user if user and user.active else None


def save_user(connection: Connection, user: User) -> None:
    """Write a new or changed user, known by its id."""
    execute_for(connection, _SAVE_USER, user.__dict__)


def member(connection: Connection, user_id: UUID, branch_id: UUID) -> frozenset[str] | None:
    """The roles of an active user in a branch; None if they do not work there."""
    parameters = {"user_id": user_id, "branch_id": branch_id}
    roles = connection.execute(_ROLES, parameters).scalar_one_or_none()
    return None if roles is None else frozenset(roles)


def save_member(connection: Connection, user_id: UUID, branch_id: UUID, roles: frozenset[str]) -> None:
    """Give a user exactly these roles in a branch; none ends the membership."""
    membership = {"user_id": user_id, "branch_id": branch_id}
    if roles:
        execute_for(connection, _SAVE_MEMBER, {**membership, "roles": sorted(roles)})
    else:
        connection.execute(_END_MEMBERSHIP, membership)


_PAUSE = PreparedQuery(
    sa.select(*pauses.c).where(pauses.c.user_id == _USER_ID, pauses.c.branch_id == _BRANCH_ID)
)

_SAVE_PAUSE = upsert(pauses)

_END_PAUSE = pauses.delete().where(pauses.c.user_id == _USER_ID, pauses.c.branch_id == _BRANCH_ID)


def pause_of(connection: Connection, user_id: UUID, branch_id: UUID) -> Pause | None:
    """The pause that was written last and not ended; it may be over by now."""
    parameters = {"user_id": user_id, "branch_id": branch_id}
    row = _PAUSE.row(connection, parameters)
    return Pause(**row._asdict()) if row else None


def save_pause(connection: Connection, pause: Pause) -> None:
    """Write a pause, instead of an earlier one of that person in that branch."""
    execute_for(connection, _SAVE_PAUSE, pause.__dict__)


def end_pause(connection: Connection, user_id: UUID, branch_id: UUID) -> bool:
    """Remove the pause; False if there is none."""
    parameters = {"user_id": user_id, "branch_id": branch_id}
    return connection.execute(_END_PAUSE, parameters).rowcount == 1


_APPOINT = for_each_database(lambda insert: insert.on_conflict_do_nothing(), officers)
_DISMISS = officers.delete().where(
    officers.c.user_id == sa.bindparam("user_id", type_=sa.Uuid()),
    officers.c.agency_id == sa.bindparam("agency_id", type_=sa.Uuid()),
)
_AGENCIES_SERVED = (
    sa.select(officers.c.agency_id)
    .join(users, users.c.id == officers.c.user_id)
    .where(officers.c.user_id == sa.bindparam("user_id", type_=sa.Uuid()), users.c.active)
)
_OFFICERS_OF = (
    sa.select(*users.c)
    .join(officers, officers.c.user_id == users.c.id)
    .where(officers.c.agency_id == sa.bindparam("agency_id", type_=sa.Uuid()))
    .order_by(users.c.username)
)


def appoint_officer(connection: Connection, user_id: UUID, agency_id: UUID) -> None:
    """Let the user work for the agency; twice is once."""
    execute_for(connection, _APPOINT, {"user_id": user_id, "agency_id": agency_id})


def dismiss_officer(connection: Connection, user_id: UUID, agency_id: UUID) -> bool:
    """End it; False if the user does not work there."""
    parameters = {"user_id": user_id, "agency_id": agency_id}
    return connection.execute(_DISMISS, parameters).rowcount == 1


def agencies_served_by(connection: Connection, user_id: UUID, *, on: date) -> Sequence[Agency]:
    """The agencies that an active user works for, by key."""
    ids = connection.execute(_AGENCIES_SERVED, {"user_id": user_id}).scalars().all()
    return organisation_store.agencies_with(connection, ids, on=on)


def officers_of(connection: Connection, agency_id: UUID) -> Sequence[User]:
    """The people who work for an agency, by user name."""
    rows = connection.execute(_OFFICERS_OF, {"agency_id": agency_id}).mappings()
    return [User(**row) for row in rows]


_NOW = sa.bindparam("now", type_=tokens.c.expires_at.type)
_VALID_TOKEN = sa.and_(
    tokens.c.revoked_at.is_(None), sa.or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > _NOW)
)
_ACTOR = PreparedQuery(
    sa.select(
        tokens.c.scopes,
        agencies.c.id.label("agency_id"),
        agencies.c.key.label("agency_key"),
        users.c.id.label("user_id"),
        users.c.username,
        users.c.active,
        memberships.c.roles,
        branches.c.id.label("branch_id"),
        branches.c.code.label("branch_code"),
    )
    .select_from(tokens)
    .outerjoin(agencies, agencies.c.id == tokens.c.agency_id)
    .outerjoin(users, users.c.id == tokens.c.user_id)
    .outerjoin(branches, branches.c.id == tokens.c.branch_id)
    .outerjoin(
        memberships,
        sa.and_(memberships.c.user_id == tokens.c.user_id, memberships.c.branch_id == tokens.c.branch_id),
    )
    .where(tokens.c.digest == sa.bindparam("digest", type_=sa.LargeBinary), _VALID_TOKEN)
)
_ALL_TOKENS = (
    sa.select(*tokens.c).where(_VALID_TOKEN).order_by(tokens.c.created_at.desc(), tokens.c.id.desc())
)
_REVOKE_TOKEN = (
    tokens.update()
    .where(tokens.c.id == sa.bindparam("id_", type_=sa.Uuid()), tokens.c.revoked_at.is_(None))
    .values(revoked_at=sa.bindparam("at", type_=tokens.c.revoked_at.type))
)
_REVOKE_TOKENS_OF = (
    tokens.update()
    .where(tokens.c.user_id == sa.bindparam("owner", type_=sa.Uuid()), tokens.c.revoked_at.is_(None))
    .values(revoked_at=sa.bindparam("at", type_=tokens.c.revoked_at.type))
)


def actor(connection: Channel, token_digest: bytes, now: datetime) -> Actor | None:
    """Whose token that is, with branch, roles and scopes.

    None if unknown, revoked, expired, or its owner is inactive.
    """
    row = _ACTOR.row(connection, {"digest": token_digest, "now": now})
    if row is None:
        return None
    granted = frozenset([Scope(scope) for scope in row.scopes])
    if row.agency_id is not None:
        return Actor(
            kind=ActorKind.AGENCY,
            id=row.agency_id,
            name=row.agency_key,
            organisation_id=row.agency_id,
            scopes=granted,
        )
    if not row.active:
        return None
    return Actor(
        kind=ActorKind.USER,
        id=row.user_id,
        name=row.username,
        roles=frozenset([Role(role) for role in row.roles or ()]),
        branch_id=row.branch_id,
        branch_code=row.branch_code,
        organisation_id=row.branch_id,
        scopes=granted,
    )


def valid_tokens(connection: Connection, now: datetime) -> Sequence[Token]:
    """All tokens that are neither revoked nor, at `now`, expired, newest first."""
    return [_token_of(row) for row in connection.execute(_ALL_TOKENS, {"now": now})]


def add_token(connection: Connection, token: Token) -> None:
    """Write a new token record."""
    connection.execute(tokens.insert(), {**token.__dict__, "scopes": sorted(token.scopes)})


def revoke_token(connection: Connection, token_id: UUID, at: datetime) -> bool:
    """Revoke a token; False if there is none or it was revoked before."""
    return connection.execute(_REVOKE_TOKEN, {"id_": token_id, "at": at}).rowcount == 1


def revoke_tokens_of(connection: Connection, user_id: UUID, at: datetime) -> int:
    """Revoke every token of a user that was not revoked before, and say how many."""
    return connection.execute(_REVOKE_TOKENS_OF, {"owner": user_id, "at": at}).rowcount


def _token_of(row: Row) -> Token:
    return Token(**{**row._asdict(), "scopes": frozenset(Scope(scope) for scope in row.scopes)})


_USERNAMES = sa.select(users.c.id, users.c.username).where(
    users.c.id.in_(sa.bindparam("ids", type_=sa.Uuid(), expanding=True))
)
_DISPLAY_NAMES = sa.select(users.c.username, users.c.display_name).where(
    users.c.username.in_(sa.bindparam("usernames", expanding=True))
)

_AT_WORK = (
    sa.select(users.c.username, users.c.display_name, memberships.c.roles)
    .join(memberships, memberships.c.user_id == users.c.id)
    .outerjoin(
        pauses,
        sa.and_(
            pauses.c.user_id == memberships.c.user_id,
            pauses.c.branch_id == memberships.c.branch_id,
            sa.or_(pauses.c.until.is_(None), pauses.c.until > sa.bindparam("now", type_=pauses.c.until.type)),
        ),
    )
    .where(
        memberships.c.branch_id == sa.bindparam("branch_id", type_=sa.Uuid()),
        users.c.active,
        pauses.c.user_id.is_(None),
    )
)


def usernames(connection: Connection, user_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """User names by id; unknown ones are left out."""
    if not user_ids:
        return {}
    rows = connection.execute(_USERNAMES, {"ids": list(user_ids)})
    return {row.id: row.username for row in rows}


def display_names(connection: Connection, usernames: Sequence[str]) -> Mapping[str, str]:
    """Display names by user name; unknown ones are left out."""
    if not usernames:
        return {}
    rows = connection.execute(_DISPLAY_NAMES, {"usernames": sorted(set(usernames))})
    return {row.username: row.display_name for row in rows}


def colleagues_at_work(connection: Connection, branch_id: UUID, now: datetime) -> Sequence[Colleague]:
    """The active people of a branch whose work is not paused at `now`, by display name."""
    rows = connection.execute(_AT_WORK, {"branch_id": branch_id, "now": now})
    found = [
        Colleague(username=row.username, display_name=row.display_name, roles=frozenset(row.roles))
        for row in rows
    ]
    # Sorted here, because databases differ in how they order Greek letters.
    return sorted(found, key=lambda one: (one.display_name, one.username))
