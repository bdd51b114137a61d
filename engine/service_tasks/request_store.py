"""The list of requests that wait for one agency, in a database."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases.rows import SERVICE_TASK, service_task_of
from engine.ports_reads import Page, Slice
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from engine.service_tasks.ports_requests import RequestFilter
from engine.sql_tables import cases, service_tasks
from engine.storage.keyset import Order, fetch_page
from engine.storage.statements import literal
from engine.tasks.worklist_model import COUNTED_TO

_KEY = (service_tasks.c.created_at, service_tasks.c.id)
_OLDEST = Order("requests", _KEY)
_NEWEST = Order("newest requests", _KEY, newest_first=True)

_OLDEST_KEYS = (
    sa.select(service_tasks.c.procedure_key)
    .where(
        service_tasks.c.agency_id == sa.bindparam("agency", type_=sa.Uuid()),
        service_tasks.c.state == literal(ServiceTaskState.OPEN),
    )
    .order_by(*_KEY)
    .limit(COUNTED_TO)
    .subquery()
)
_PROCEDURES = sa.select(_OLDEST_KEYS.c.procedure_key).distinct().order_by(_OLDEST_KEYS.c.procedure_key)
_VERSIONS = sa.select(cases.c.id, cases.c.version_id).where(
    cases.c.id.in_(sa.bindparam("case_ids", expanding=True))
)


class SqlRequests:
    """Fills the port `RequestReads` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def requests(self, wanted: RequestFilter, *, agency_id: UUID, part: Slice) -> Page[ServiceTask]:
        """Open service tasks of the agency."""
        statement = sa.select(*SERVICE_TASK).where(*_conditions(wanted, agency_id))
        order = _NEWEST if wanted.newest_first else _OLDEST
        return fetch_page(self._connection, statement, order=order, part=part, decode=service_task_of)

    def count(self, wanted: RequestFilter, *, agency_id: UUID) -> int:
        """How many there are, counted to `COUNTED_TO`."""
        found = sa.select(service_tasks.c.id).where(*_conditions(wanted, agency_id)).limit(COUNTED_TO)
        counted: int = self._connection.execute(
            sa.select(sa.func.count()).select_from(found.subquery())
        ).scalar_one()
        return counted

    def procedures(self, agency_id: UUID) -> Sequence[str]:
        """The keys of the procedures that the agency is asked in now."""
        return self._connection.execute(_PROCEDURES, {"agency": agency_id}).scalars().all()

    def versions(self, case_ids: Sequence[UUID]) -> Mapping[UUID, UUID]:
        """The procedure version of each case."""
        rows = self._connection.execute(_VERSIONS, {"case_ids": list(set(case_ids))})
        return {row.id: row.version_id for row in rows}


def _conditions(wanted: RequestFilter, agency_id: UUID) -> list[sa.ColumnElement[bool]]:
    conditions = [
        service_tasks.c.agency_id == agency_id,
        service_tasks.c.state == literal(ServiceTaskState.OPEN),
    ]
    if wanted.number is not None:
        conditions.append(service_tasks.c.case_number.contains(wanted.number, autoescape=True))
    if wanted.procedure is not None:
        conditions.append(service_tasks.c.procedure_key == wanted.procedure)
    if wanted.awaits_citizen is not None:
        nothing = service_tasks.c.supplement_wanted.is_(None)
        conditions.append(sa.not_(nothing) if wanted.awaits_citizen else nothing)
    return conditions
