"""How far the snapshots of cases are compacted that an earlier version closed, and the cases still to do.

Cases are gone through in the order of their ids, which is that of their opening, so that no index is needed.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, Table
from sqlalchemy.engine import Connection

from engine.cases.store import cases
from engine.storage.columns import metadata
from engine.storage.statements import execute_for, upsert
from engine.storage.types import PlainText

compaction = Table(
    "compaction",
    metadata,
    Column("what", PlainText(), primary_key=True),
    Column("after", sa.Uuid, nullable=False),
)
"""What is gone through, and the last that was done; without a row there is nothing to do."""

BEGINNING: Final = UUID(int=0)

_WHAT = "cases"
_OF_CASES = compaction.c.what == _WHAT
# Two workers do not wait for each other: the second one does something else.
_PROGRESS = sa.select(compaction.c.after).where(_OF_CASES).with_for_update(skip_locked=True)
_SAVE = upsert(compaction)
_FORGET = compaction.delete().where(_OF_CASES)
_FOLLOWING = (
    sa.select(cases.c.id)
    .where(cases.c.id > sa.bindparam("after", type_=sa.Uuid()))
    .order_by(cases.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_SNAPSHOTS = (
    sa.select(cases.c.id, cases.c.snapshot)
    .where(
        cases.c.id > sa.bindparam("after", type_=sa.Uuid()),
        cases.c.id <= sa.bindparam("last", type_=sa.Uuid()),
        cases.c.closed_at.is_not(None),
    )
    .order_by(cases.c.id)
    .with_for_update(key_share=True)
)
_WRITE: sa.Update = (
    cases.update()
    .where(cases.c.id == sa.bindparam("case_id_", type_=sa.Uuid()))
    .values(snapshot=sa.bindparam("kept", type_=sa.LargeBinary()))
)


def lock_progress(connection: Connection) -> UUID | None:
    """The last case that was done, locked; None if all are, or somebody else is at it."""
    found: UUID | None = connection.execute(_PROGRESS).scalar_one_or_none()
    return found


def save_progress(connection: Connection, after: UUID) -> None:
    """Go on after that case next time."""
    execute_for(connection, _SAVE, {"what": _WHAT, "after": after})


def end_progress(connection: Connection) -> None:
    """There is nothing left to do."""
    connection.execute(_FORGET)


def following(connection: Connection, after: UUID, *, limit: int) -> Sequence[UUID]:
    """Up to `limit` cases after that one, open ones too, in the order of their ids."""
    return connection.execute(_FOLLOWING, {"after": after, "limit": limit}).scalars().all()


def lock_snapshots(connection: Connection, *, after: UUID, last: UUID) -> Mapping[UUID, bytes]:
    """The snapshots of the closed cases among those up to `last`, by case, locked."""
    rows: Any = connection.execute(_SNAPSHOTS, {"after": after, "last": last})
    return {row.id: row.snapshot for row in rows}


def write_snapshots(connection: Connection, snapshots: Mapping[UUID, bytes]) -> None:
    """Replace the snapshots of locked cases."""
    rows = [{"case_id_": case_id, "kept": snapshot} for case_id, snapshot in snapshots.items()]
    if rows:
        connection.execute(_WRITE, rows)
