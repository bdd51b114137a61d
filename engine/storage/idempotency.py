"""Idempotency keys: what was asked under a key, and what it was answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Table
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Executable

from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.statements import AnyInsert, execute_for, for_each_database
from engine.storage.types import PlainText, UtcDateTime

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("owner", PlainText(), primary_key=True),
    Column("key", PlainText(), primary_key=True),
    Column("fingerprint", sa.LargeBinary, nullable=False),
    Column("until", UtcDateTime, nullable=False, index=True),
    columns.json("receipt", optional=True),
)


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """What an idempotency key stands for: the fingerprint of the request, and the receipt it got."""

    fingerprint: bytes
    receipt: Mapping[str, Any]


_OF_KEY = sa.and_(
    idempotency_keys.c.owner == sa.bindparam("owner_", type_=idempotency_keys.c.owner.type),
    idempotency_keys.c.key == sa.bindparam("key_", type_=idempotency_keys.c.key.type),
)
_NOTED = sa.select(idempotency_keys.c.fingerprint, idempotency_keys.c.receipt).where(_OF_KEY)
_COMPLETE = (
    idempotency_keys.update()
    .where(_OF_KEY)
    .values(receipt=sa.bindparam("new_receipt", type_=idempotency_keys.c.receipt.type))
)


def _unless_noted(insert: AnyInsert) -> Executable:
    noted = insert.on_conflict_do_nothing(index_elements=["owner", "key"])
    return noted.returning(idempotency_keys.c.key)


_NOTE = for_each_database(_unless_noted, idempotency_keys)


def remember(
    connection: Connection, *, owner: str, key: str, fingerprint: bytes, until: datetime
) -> Remembered | None:
    """Note an idempotency key, or say what was remembered of it.

    The insert waits for a transaction that notes the same key. If that one commits, its note is read in
    a second statement, which sees it.
    """
    note = {"owner": owner, "key": key, "fingerprint": fingerprint, "until": until, "receipt": None}
    while execute_for(connection, _NOTE, note).one_or_none() is None:
        row = connection.execute(_NOTED, {"owner_": owner, "key_": key}).one_or_none()
        # Without a row, the note was discarded since the insert found it: the key is free again.
        if row is not None:
            return Remembered(fingerprint=row.fingerprint, receipt=row.receipt or {})
    return None


def remember_receipt(connection: Connection, *, owner: str, key: str, receipt: Mapping[str, Any]) -> None:
    """Complete a noted key with the receipt that its request got."""
    connection.execute(_COMPLETE, {"owner_": owner, "key_": key, "new_receipt": receipt})
