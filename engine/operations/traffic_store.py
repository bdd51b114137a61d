"""Counted requests, and when one came over a proxy that is not trusted, in the database."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table
from sqlalchemy.engine import Connection

from engine.operations.model import Bucket
from engine.storage.columns import metadata
from engine.storage.statements import execute_for, insert_or_lock, upsert
from engine.storage.types import PlainText, UtcDateTime

request_counts = Table(
    "request_counts",
    metadata,
    Column("digest", sa.LargeBinary, primary_key=True),
    Column("level", sa.Double, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_request_counts_at", request_counts.c.at)

sightings = Table(
    "sightings",
    metadata,
    Column("what", PlainText(), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

_PROXY = "untrusted proxy"


_LOCK_BUCKET = insert_or_lock(request_counts, (request_counts.c.level, request_counts.c.at))
_SAVE_BUCKET = upsert(request_counts)
_DISCARD = request_counts.delete().where(
    request_counts.c.at < sa.bindparam("moment", type_=request_counts.c.at.type)
)
_NOTE = upsert(sightings)
_SEEN = sa.select(sightings.c.at).where(sightings.c.what == _PROXY)


def lock_bucket(connection: Connection, digest: bytes, full: Bucket) -> Bucket:
    """The bucket of a caller, locked; `full` for one who was not counted before."""
    row = execute_for(connection, _LOCK_BUCKET, _row(digest, full)).one()
    return Bucket(level=row.level, since=row.at.timestamp())


def save_bucket(connection: Connection, digest: bytes, bucket: Bucket) -> None:
    """Write a changed bucket."""
    execute_for(connection, _SAVE_BUCKET, _row(digest, bucket))


def discard_buckets(connection: Connection, before: datetime) -> int:
    """Remove those that were last asked before that moment, and say how many: they are full again."""
    return connection.execute(_DISCARD, {"moment": before}).rowcount


def note_proxy(connection: Connection, at: datetime) -> None:
    """Note that a request came over a proxy that is not trusted."""
    execute_for(connection, _NOTE, {"what": _PROXY, "at": at})


def proxy_seen(connection: Connection) -> datetime | None:
    """When that was noted last; None if it never was."""
    found: datetime | None = connection.execute(_SEEN).scalar_one_or_none()
    return found


def _row(digest: bytes, bucket: Bucket) -> dict[str, object]:
    return {"digest": digest, "level": bucket.level, "at": datetime.fromtimestamp(bucket.since, UTC)}
