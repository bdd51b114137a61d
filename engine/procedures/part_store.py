"""Shared parts in the database: with which files each was published first."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Column, Table
from sqlalchemy.engine import Connection

from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.statements import execute_for, for_each_database
from engine.storage.types import PlainText

shared_parts = Table(
    "shared_parts",
    metadata,
    Column("name", PlainText(binary=True), primary_key=True),
    columns.text("sha256"),
    columns.moment("pinned_at"),
)

_PIN = for_each_database(lambda insert: insert.on_conflict_do_nothing(), shared_parts)
_PINNED = sa.select(shared_parts.c.name, shared_parts.c.sha256).where(
    shared_parts.c.name.in_(sa.bindparam("names", expanding=True))
)


def pin_parts(connection: Connection, parts: Mapping[str, str], at: datetime) -> None:
    """Remember the SHA-256 of shared parts by name, for those that are not known yet."""
    for name in sorted(parts):
        execute_for(connection, _PIN, {"name": name, "sha256": parts[name], "pinned_at": at})


def pinned_parts(connection: Connection, names: Collection[str]) -> Mapping[str, str]:
    """The SHA-256 of those of the shared parts that were published, by name."""
    return dict(connection.execute(_PINNED, {"names": list(names)}).all()) if names else {}
