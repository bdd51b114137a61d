"""People in the database: users, what they are called, and their pauses."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.engine import Connection

from engine.people.model import Pause, User
from engine.storage import columns
from engine.storage.among import among
from engine.storage.columns import metadata
from engine.storage.prepared import PreparedQuery
from engine.storage.statements import execute_for, upsert
from engine.storage.types import PlainText, UtcDateTime

users = Table(
    "users",
    metadata,
    columns.identifier(),
    Column("username", PlainText(binary=True), nullable=False, unique=True),
    columns.text("display_name"),
    Column("active", sa.Boolean, nullable=False),
)

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

_ID = sa.bindparam("id", type_=sa.Uuid())
_USER = sa.select(*users.c).where(users.c.id == _ID)
_USER_NAMED = sa.select(*users.c).where(
    users.c.username == sa.bindparam("username", type_=users.c.username.type)
)
_ALL_USERS = sa.select(*users.c).order_by(users.c.username)
_SAVE_USER = upsert(users)

_USER_ID = sa.bindparam("user_id", type_=sa.Uuid())
_BRANCH_ID = sa.bindparam("branch_id", type_=sa.Uuid())


def user(connection: Connection, user_id: UUID) -> User | None:
    """One user."""
    row = connection.execute(_USER, {"id": user_id}).mappings().one_or_none()
    return User(**row) if row else None


def user_named(connection: Connection, username: str) -> User | None:
    """One user by name, active or not."""
    row = connection.execute(_USER_NAMED, {"username": username}).mappings().one_or_none()
    return User(**row) if row else None


def all_users(connection: Connection) -> Sequence[User]:
    """Every user, active or not, by user name."""
    return [User(**row) for row in connection.execute(_ALL_USERS).mappings()]


def active_user_named(connection: Connection, username: str) -> User | None:
    """One active user by name."""
    user = user_named(connection, username)
    return user if user and user.active else None


def save_user(connection: Connection, user: User) -> None:
    """Write a new or changed user, known by its id."""
    execute_for(connection, _SAVE_USER, user.__dict__)


_PAUSE = PreparedQuery(
    sa.select(*pauses.c).where(pauses.c.user_id == _USER_ID, pauses.c.branch_id == _BRANCH_ID)
)

_PAUSES = sa.select(*pauses.c).where(pauses.c.user_id == _USER_ID).order_by(pauses.c.since)

_SAVE_PAUSE = upsert(pauses)

_END_PAUSE = pauses.delete().where(pauses.c.user_id == _USER_ID, pauses.c.branch_id == _BRANCH_ID)


def pause_of(connection: Connection, user_id: UUID, branch_id: UUID) -> Pause | None:
    """The pause that was written last and not ended; it may be over by now."""
    parameters = {"user_id": user_id, "branch_id": branch_id}
    row = _PAUSE.row(connection, parameters)
    return Pause(**row._asdict()) if row else None


def pauses_of(connection: Connection, user_id: UUID) -> Sequence[Pause]:
    """The pauses of a user in every branch that were not ended, over or not."""
    rows = connection.execute(_PAUSES, {"user_id": user_id})
    return [Pause(**row._asdict()) for row in rows]


def save_pause(connection: Connection, pause: Pause) -> None:
    """Write a pause, instead of an earlier one of that person in that branch."""
    execute_for(connection, _SAVE_PAUSE, pause.__dict__)


def end_pause(connection: Connection, user_id: UUID, branch_id: UUID) -> bool:
    """Remove the pause; False if there is none."""
    parameters = {"user_id": user_id, "branch_id": branch_id}
    return connection.execute(_END_PAUSE, parameters).rowcount == 1


_USERNAMES = PreparedQuery(sa.select(users.c.id, users.c.username).where(among(users.c.id, "ids")))
_DISPLAY_NAMES = PreparedQuery(
    sa.select(users.c.username, users.c.display_name).where(among(users.c.username, "usernames"))
)


def usernames(connection: Connection, user_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """User names by id; unknown ones are left out."""
    if not user_ids:
        return {}
    rows = _USERNAMES.rows(connection, {"ids": set(user_ids)})
    return {row.id: row.username for row in rows}


def display_names(connection: Connection, usernames: Sequence[str]) -> Mapping[str, str]:
    """Display names by user name; unknown ones are left out."""
    if not usernames:
        return {}
    rows = _DISPLAY_NAMES.rows(connection, {"usernames": set(usernames)})
    return {row.username: row.display_name for row in rows}
