"""The records of versions in the database, where no act is ever changed or removed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.engine import Connection

from engine.kernel.actor import ActorKind
from engine.procedures.acts import Act, ActKind
from engine.storage import columns
from engine.storage.append_only import append_only
from engine.storage.columns import metadata
from engine.storage.statements import Row

version_acts = Table(
    "version_acts",
    metadata,
    Column("version_id", sa.Uuid, ForeignKey("procedure_versions.id"), primary_key=True),
    *columns.chained("kind"),
    sqlite_with_rowid=False,
)
append_only(version_acts)

version_evidence = Table(
    "version_evidence",
    metadata,
    Column("version_id", sa.Uuid, ForeignKey("procedure_versions.id"), primary_key=True),
    Column("act", sa.Integer, primary_key=True, autoincrement=False),
    columns.json("document"),
    sqlite_with_rowid=False,
)
append_only(version_evidence)

_EVIDENCE = (
    sa.select(version_evidence.c.document)
    .where(version_evidence.c.version_id == sa.bindparam("version_id", type_=sa.Uuid()))
    .order_by(version_evidence.c.act.desc())
    .limit(1)
)
_OF_VERSION = (
    sa.select(*version_acts.c)
    .where(version_acts.c.version_id == sa.bindparam("version_id", type_=sa.Uuid()))
    .order_by(version_acts.c.number)
)
_CERTIFICATION = (
    _OF_VERSION.where(version_acts.c.kind == ActKind.CERTIFIED.value)
    .order_by(None)
    .order_by(version_acts.c.number.desc())
    .limit(1)
)


_OF_VERSIONS = (
    sa.select(*version_acts.c)
    .where(version_acts.c.version_id.in_(sa.bindparam("version_ids", type_=sa.Uuid(), expanding=True)))
    .order_by(version_acts.c.version_id, version_acts.c.number)
)
_LAST_AT = sa.select(sa.func.max(version_acts.c.at)).where(
    version_acts.c.version_id.in_(sa.bindparam("version_ids", type_=sa.Uuid(), expanding=True))
)


def add_act(connection: Connection, act: Act) -> None:
    """Write the next act of a version."""
    row = {**act.__dict__, "actor_kind": act.actor_kind.value, "kind": act.kind.value}
    connection.execute(version_acts.insert(), row)


def acts_of(connection: Connection, version_id: UUID) -> Sequence[Act]:
    """The whole record of a version, first act first."""
    return [_act_of(row) for row in connection.execute(_OF_VERSION, {"version_id": version_id})]


def acts_of_versions(connection: Connection, version_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Act]]:
    """The whole records of these versions, each with its first act first."""
    found: dict[UUID, list[Act]] = {version_id: [] for version_id in version_ids}
    for row in connection.execute(_OF_VERSIONS, {"version_ids": list(version_ids)}):
        found[row.version_id].append(_act_of(row))
    return found


def last_act_at(connection: Connection, version_ids: Sequence[UUID]) -> datetime | None:
    """When something was done last with one of these versions; None if nothing was."""
    found: datetime | None = connection.execute(_LAST_AT, {"version_ids": version_ids}).scalar_one()
    return found


def certification_of(connection: Connection, version_id: UUID) -> Act | None:
    """The last act by which a version was certified; None if it never was."""
    row = connection.execute(_CERTIFICATION, {"version_id": version_id}).one_or_none()
    return _act_of(row) if row else None


def add_evidence(connection: Connection, version_id: UUID, *, act: int, document: Mapping[str, Any]) -> None:
    """Write what a version was submitted with; `act` is the number of that act."""
    row = {"version_id": version_id, "act": act, "document": document}
    connection.execute(version_evidence.insert(), row)


def evidence_of(connection: Connection, version_id: UUID) -> Mapping[str, Any] | None:
    """What a version was submitted with last; None if it never was."""
    found: Mapping[str, Any] | None = connection.execute(
        _EVIDENCE, {"version_id": version_id}
    ).scalar_one_or_none()
    return found


def _act_of(row: Row) -> Act:
    return Act(**{**row._asdict(), "actor_kind": ActorKind(row.actor_kind), "kind": ActKind(row.kind)})
