"""Passkeys in the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.people.passkey import Passkey
from engine.storage.columns import metadata
from engine.storage.types import PlainText, UtcDateTime

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", sa.Uuid, primary_key=True),
    Column("user_id", sa.Uuid, ForeignKey("users.id"), nullable=False),
    Column("credential_id", sa.LargeBinary, nullable=False, unique=True),
    Column("public_key", sa.LargeBinary, nullable=False),
    Column("sign_count", sa.BigInteger, nullable=False),
    Column("name", PlainText(), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime),
    CheckConstraint("sign_count >= 0", name="sign_count"),
)
Index("ix_passkeys_user_id", passkeys.c.user_id)

_USER_ID = sa.bindparam("of_user", type_=sa.Uuid())
_OF_USER = sa.select(*passkeys.c).where(passkeys.c.user_id == _USER_ID).order_by(passkeys.c.created_at)
_LOCK_OF_USER = _OF_USER.with_for_update()
_NOTE_USE = (
    passkeys.update()
    .where(passkeys.c.id == sa.bindparam("used_id", type_=sa.Uuid()))
    .values(sign_count=sa.bindparam("counted"), last_used_at=sa.bindparam("used_at", type_=UtcDateTime()))
)
_REMOVE = passkeys.delete().where(
    passkeys.c.user_id == _USER_ID, passkeys.c.id == sa.bindparam("removed_id", type_=sa.Uuid())
)
_REMOVE_ALL = passkeys.delete().where(passkeys.c.user_id == _USER_ID)


def has_passkeys(user_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether the user in a column has a passkey, as a part of another statement."""
    return sa.exists().where(passkeys.c.user_id == user_id)


def passkeys_of(connection: Connection, user_id: UUID) -> Sequence[Passkey]:
    """The passkeys of a user, oldest first."""
    return [Passkey(**row) for row in connection.execute(_OF_USER, {"of_user": user_id}).mappings()]


def lock_passkeys_of(connection: Connection, user_id: UUID) -> Sequence[Passkey]:
    """The passkeys of a user, oldest first, locked."""
    return [Passkey(**row) for row in connection.execute(_LOCK_OF_USER, {"of_user": user_id}).mappings()]


def add_passkey(connection: Connection, passkey: Passkey) -> None:
    """Write a new one; `Conflict` if its credential is somebody's already."""
    connection.execute(passkeys.insert(), passkey.__dict__)


def note_use(connection: Connection, passkey: Passkey) -> None:
    """Write how far its device has counted, and when it was used."""
    used = {"used_id": passkey.id, "counted": passkey.sign_count, "used_at": passkey.last_used_at}
    connection.execute(_NOTE_USE, used)


def remove_passkey(connection: Connection, user_id: UUID, passkey_id: UUID) -> bool:
    """Remove one of a user, and say whether there was one."""
    return connection.execute(_REMOVE, {"of_user": user_id, "removed_id": passkey_id}).rowcount == 1


def remove_passkeys_of(connection: Connection, user_id: UUID) -> None:
    """Remove all of a user."""
    connection.execute(_REMOVE_ALL, {"of_user": user_id})
