"""Writes and finds the start events of procedures on offer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.procedures import start_tables as starts_tables
from engine.procedures.start import Start, StartKind

_STARTS = starts_tables.starts
_START = tuple(_STARTS.c)

_FORGET = _STARTS.delete().where(
    _STARTS.c.procedure_key == sa.bindparam("procedure_key", type_=_STARTS.c.procedure_key.type)
)
_ONE = sa.select(*_START).where(_STARTS.c.id == sa.bindparam("id", type_=sa.Uuid()))
_NAMED = (
    sa.select(*_START)
    .where(
        _STARTS.c.kind == sa.bindparam("kind", type_=_STARTS.c.kind.type),
        _STARTS.c.name == sa.bindparam("name", type_=_STARTS.c.name.type),
    )
    .order_by(_STARTS.c.procedure_key, _STARTS.c.element_id)
)
_FIRST_NAMED = _NAMED.limit(1)


class SqlStarts:
    """Fills the port `StartWork` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, procedure_key: str, starts: Sequence[Start]) -> None:
        """From now on a procedure has exactly these start events."""
        self._connection.execute(_FORGET, {"procedure_key": procedure_key})
        rows = [{**start.__dict__, "kind": start.kind.value} for start in starts]
        if rows:
            self._connection.execute(_STARTS.insert(), rows)

    def start(self, start_id: UUID) -> Start | None:
        """One start event."""
        row = self._connection.execute(_ONE, {"id": start_id}).one_or_none()
        return _start_of(row) if row else None

    def by_message(self, name: str) -> Start | None:
        """The start event that the message sets off."""
        row = self._connection.execute(_FIRST_NAMED, _wanted(StartKind.MESSAGE, name)).one_or_none()
        return _start_of(row) if row else None

    def by_signal(self, name: str) -> Sequence[Start]:
        """Every start event that the signal sets off."""
        rows = self._connection.execute(_NAMED, _wanted(StartKind.SIGNAL, name))
        return [_start_of(row) for row in rows]


def _wanted(kind: StartKind, name: str) -> dict[str, str]:
    return {"kind": kind.value, "name": name}


def _start_of(row: Sequence[Any]) -> Start:
    start_id, procedure_key, version_id, element_id, kind, name, branch_code = row
    return Start(
        id=start_id,
        procedure_key=procedure_key,
        version_id=version_id,
        element_id=element_id,
        kind=StartKind(kind),
        name=name,
        branch_code=branch_code,
    )
