"""Shows one case with everything in it."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases.locks import waiting_service_tasks, waiting_tasks
from engine.cases.rows import CASE, PARTY, case_of, party_of
from engine.ports_reads import CaseView
from engine.sql_tables import cases, parties

_CASE = sa.select(*CASE).where(cases.c.id == sa.bindparam("id", type_=sa.Uuid()))
_CASE_NUMBERED = sa.select(*CASE).where(cases.c.number == sa.bindparam("number", type_=cases.c.number.type))
_PARTIES = (
    sa.select(*PARTY).where(parties.c.case_id == sa.bindparam("id", type_=sa.Uuid())).order_by(parties.c.id)
)


def case(connection: Connection, case_id: UUID) -> CaseView | None:
    """One case with what is open in it and who is in it."""
    return _view(connection, _CASE, {"id": case_id})


def case_numbered(connection: Connection, number: str) -> CaseView | None:
    """One case by its number."""
    return _view(connection, _CASE_NUMBERED, {"number": number})


def _view(connection: Connection, statement: sa.Select[Any], key: dict[str, Any]) -> CaseView | None:
    row = connection.execute(statement, key).one_or_none()
    if row is None:
        return None
    shown = case_of(row)
    return CaseView(
        case=shown,
        tasks=waiting_tasks(connection, shown.id),
        service_tasks=waiting_service_tasks(connection, shown.id),
        parties=tuple(party_of(row) for row in connection.execute(_PARTIES, {"id": shown.id})),
    )
