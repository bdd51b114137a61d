"""A column of sealed secrets: what is sealed with which key, and what is to be sealed anew."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column
from sqlalchemy.engine import Connection

from engine.sealing.seals import HEAD_BYTES, PLAIN

_AFTER = sa.bindparam("after", type_=sa.Uuid())
_LIMIT = sa.bindparam("limit", type_=sa.Integer)
_HEAD = sa.bindparam("head", type_=sa.LargeBinary())


class SealedColumn:
    """Secrets in one column, each with the id of its owner, which is the table's key."""

    def __init__(self, owner: Column[Any], sealed: Column[Any], *, bare_bytes: int = 0) -> None:
        """`bare_bytes` is the length of secrets without any form, as they were kept once; 0 for none."""
        head: sa.ColumnElement[bytes] = sa.func.substr(sealed, 1, HEAD_BYTES, type_=sa.LargeBinary())
        if bare_bytes:
            head = sa.case((sa.func.length(sealed) == bare_bytes, sa.literal(PLAIN)), else_=head)
        self._counts = (
            sa.select(head.label("head"), sa.func.count().label("count"))
            .where(sealed.is_not(None))
            .group_by(sa.literal_column("head"))
        )
        self._outdated = (
            sa.select(owner.label("owner"), sealed.label("sealed"))
            .where(owner > _AFTER, sealed.is_not(None), head != _HEAD)
            .order_by(owner)
            .limit(_LIMIT)
            .with_for_update()
        )
        self._one = sa.select(sealed).where(owner == sa.bindparam("owner_", type_=owner.type))
        self._write = (
            owner.table.update()
            .where(owner == sa.bindparam("owner_", type_=owner.type))
            .values({sealed: sa.bindparam("sealed_", type_=sealed.type)})
        )

    def of(self, connection: Connection, owner: UUID) -> bytes | None:
        """The sealed secret of an owner; None if there is none."""
        found = connection.execute(self._one, {"owner_": owner}).scalar_one_or_none()
        return None if found is None else bytes(found)

    def counts(self, connection: Connection) -> Mapping[bytes, int]:
        """How many secrets begin with each head; those that were kept without a key begin with `PLAIN`."""
        counted: dict[bytes, int] = {}
        for head, count in connection.execute(self._counts):
            form = PLAIN if bytes(head).startswith(PLAIN) else bytes(head)
            counted[form] = counted.get(form, 0) + count
        return counted

    def outdated(
        self, connection: Connection, head: bytes, *, after: UUID, limit: int
    ) -> Mapping[UUID, bytes]:
        """Up to `limit` secrets that do not begin with `head`, by owner, after the owner `after`; locked."""
        found = connection.execute(self._outdated, {"head": head, "after": after, "limit": limit})
        return {row.owner: bytes(row.sealed) for row in found}

    def write(self, connection: Connection, secrets: Mapping[UUID, bytes]) -> None:
        """Replace the secrets of those owners."""
        if secrets:
            rows = [{"owner_": owner, "sealed_": sealed} for owner, sealed in secrets.items()]
            connection.execute(self._write, rows)
