"""Changes of settings, and the number by which a process knows that there are new ones."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, Table
from sqlalchemy.engine import Connection

from engine.kernel.office_settings import KINDS, SettingChange, SettingKey
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.prepared import Channel, PreparedQuery
from engine.storage.statements import Row, execute_for, insert_or_lock

setting_changes = Table(
    "setting_changes",
    metadata,
    columns.identifier(),
    Column("number", sa.Integer, nullable=False, unique=True),
    columns.text("key"),
    columns.text("value"),
    columns.moment("valid_from"),
    columns.moment("proposed_at"),
    columns.text("proposed_by"),
    columns.text("reason"),
    columns.text("decision"),
    columns.moment("approved_at", optional=True),
    columns.text("approved_by", optional=True),
    columns.moment("withdrawn_at", optional=True),
    columns.text("withdrawn_by", optional=True),
)

setting_revision = Table(
    "setting_revision",
    metadata,
    Column("id", sa.Integer, primary_key=True, autoincrement=False),
    columns.whole("revision"),
)
"""One row, whose number goes up with every change."""

REVISION = sa.select(setting_revision.c.revision).scalar_subquery()
"""The number of the last change, to be read with something else; NULL before the first."""

_REVISION = PreparedQuery(sa.select(setting_revision.c.revision))
_CHANGES = PreparedQuery(sa.select(*setting_changes.c).order_by(setting_changes.c.number))
_BEGIN = insert_or_lock(setting_revision, [setting_revision.c.revision])
_RAISE = (
    setting_revision.update()
    .values(revision=setting_revision.c.revision + 1)
    .returning(setting_revision.c.revision)
)
_CHANGE = sa.select(*setting_changes.c).where(setting_changes.c.id == sa.bindparam("of_id", type_=sa.Uuid()))


def revision(connection: Channel) -> int:
    """The number of the last change; 0 before the first."""
    found = _REVISION.rows(connection, {})
    return int(found[0].revision) if found else 0


def all_changes(connection: Channel) -> Sequence[SettingChange]:
    """All changes that were ever proposed, the oldest first."""
    return [_change_of(row) for row in _CHANGES.rows(connection, {})]


def lock(connection: Connection) -> int:
    """Let nobody else change a setting until the end of the transaction; the revision that it makes."""
    execute_for(connection, _BEGIN, {"id": 1, "revision": 0})
    return int(connection.execute(_RAISE).scalar_one())


def change(connection: Connection, change_id: UUID) -> SettingChange | None:
    row = connection.execute(_CHANGE, {"of_id": change_id}).one_or_none()
    return _change_of(row) if row else None


def add_change(connection: Connection, change: SettingChange) -> None:
    row = {**change.__dict__, "key": change.key.value, "value": str(change.value)}
    connection.execute(setting_changes.insert(), row)


def settle_change(connection: Connection, change: SettingChange) -> None:
    """Write that a change was approved or withdrawn, and from when it holds; nothing else of it changes."""
    settled = ("valid_from", "approved_at", "approved_by", "withdrawn_at", "withdrawn_by")
    connection.execute(
        setting_changes.update()
        .where(setting_changes.c.id == change.id)
        .values({name: getattr(change, name) for name in settled})
    )


def _change_of(row: Row) -> SettingChange:
    kind = KINDS[SettingKey(row.key)]
    return SettingChange(**{**row._asdict(), "key": kind.key, "value": kind.value.read(row.value)})
