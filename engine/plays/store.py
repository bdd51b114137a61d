"""Plays in the database."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table
from sqlalchemy.engine import Connection

from engine.plays.model import MOST_PLAYS, KeptPlay
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.statements import Row

plays = Table(
    "plays",
    metadata,
    columns.identifier(),
    columns.reference("user_id", "users"),
    columns.text("procedure_key", binary=True),
    Column("version_number", sa.Integer),
    Column("archive", sa.LargeBinary),
    columns.json("acts"),
    columns.whole("changes"),
    columns.moment("begun_at"),
    columns.moment("expires_at"),
)
Index("ix_plays_user_id", plays.c.user_id, plays.c.begun_at)
Index("ix_plays_expires_at", plays.c.expires_at)

_ID = sa.bindparam("play_id", type_=sa.Uuid())
_USER = sa.bindparam("user_id", type_=sa.Uuid())

_OF_USER = (
    sa.select(*plays.c)
    .where(plays.c.user_id == _USER)
    .order_by(plays.c.begun_at.desc(), plays.c.id.desc())
    .limit(MOST_PLAYS)
)
_ONE = sa.select(*plays.c).where(plays.c.id == _ID, plays.c.user_id == _USER)
_REMOVE = plays.delete().where(plays.c.id == _ID, plays.c.user_id == _USER)


def add_play(connection: Connection, play: KeptPlay) -> None:
    connection.execute(plays.insert(), {**play.__dict__, "acts": list(play.acts)})


def play_of(connection: Connection, play_id: UUID, user_id: UUID, *, locked: bool = False) -> KeptPlay | None:
    """A play of that person; None if there is none, or it is somebody else's."""
    statement = _ONE.with_for_update() if locked else _ONE
    row = connection.execute(statement, {"play_id": play_id, "user_id": user_id}).one_or_none()
    return _play(row) if row else None


def plays_of(connection: Connection, user_id: UUID) -> Sequence[KeptPlay]:
    """The plays of a person, the newest first; as many as one may keep."""
    return [_play(row) for row in connection.execute(_OF_USER, {"user_id": user_id})]


def save_play(connection: Connection, play: KeptPlay) -> None:
    connection.execute(
        plays.update().where(plays.c.id == play.id),
        {"acts": list(play.acts), "changes": play.changes, "expires_at": play.expires_at},
    )


def remove_play(connection: Connection, play_id: UUID, user_id: UUID) -> bool:
    """Whether there was one to remove."""
    return bool(connection.execute(_REMOVE, {"play_id": play_id, "user_id": user_id}).rowcount)


def discard_expired(connection: Connection, now: datetime) -> int:
    """How many plays were removed whose time is over."""
    return connection.execute(plays.delete().where(plays.c.expires_at < now)).rowcount


def _play(row: Row) -> KeptPlay:
    return KeptPlay(**{**row._asdict(), "acts": tuple(row.acts)})
