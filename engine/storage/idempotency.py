"""What is counted or noted once: idempotency keys, running numbers, and the signs of life of workers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Executable

from engine.ports_work import Remembered
from engine.sql_tables import branch_year_numbers, idempotency_keys, worker_beats
from engine.storage.statements import AnyInsert, execute_for, for_each_database, upsert

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


def _counting_up(insert: AnyInsert) -> Executable:
    next_number = branch_year_numbers.c.last_number + 1
    counted = insert.on_conflict_do_update(
        index_elements=["branch_id", "year"], set_={"last_number": next_number}
    )
    return counted.returning(branch_year_numbers.c.last_number)


_NOTE = for_each_database(_unless_noted, idempotency_keys)
_COUNT = for_each_database(_counting_up, branch_year_numbers)
_BEAT = upsert(worker_beats)


def next_running_number(connection: Connection, branch_id: UUID, year: int) -> int:
    """The next running number; its row stays locked until the end, so that a rollback leaves no gap."""
    first = {"branch_id": branch_id, "year": year, "last_number": 1}
    return int(execute_for(connection, _COUNT, first).scalar_one())


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
            return Remembered(fingerprint=row[0], receipt=row[1] or {})
    return None


def remember_receipt(connection: Connection, *, owner: str, key: str, receipt: Mapping[str, Any]) -> None:
    """Complete a noted key with its receipt."""
    connection.execute(_COMPLETE, {"owner_": owner, "key_": key, "new_receipt": receipt})


def beat(connection: Connection, worker: str, now: datetime) -> None:
    """Note that a worker is alive."""
    execute_for(connection, _BEAT, {"worker": worker, "at": now})
