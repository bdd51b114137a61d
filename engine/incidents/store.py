"""Incidents in the database."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, text
from sqlalchemy.engine import Connection

from engine.cases.store import cases
from engine.incidents.model import Attempt, AttemptKind, Cause, Incident, IncidentFilter, IncidentGroup
from engine.kernel.pages import Page, Slice
from engine.kernel.permission_objects import Sight
from engine.kernel.senders import Sender
from engine.service_tasks.store import service_tasks
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.keyset import Order, fetch_page
from engine.storage.statements import Row, Values
from engine.storage.types import PlainText, UtcDateTime

_KINDS = ", ".join(f"'{kind.value}'" for kind in AttemptKind)
_IS_OPEN = text("resolved_at IS NULL")

incidents = Table(
    "incidents",
    metadata,
    Column("id", sa.Uuid, primary_key=True),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("case_number", PlainText(), nullable=False),
    Column("procedure_key", PlainText(), nullable=False),
    Column("branch_id", sa.Uuid, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("code", PlainText(), nullable=False),
    Column("message", PlainText(), nullable=False),
    Column("element_id", PlainText()),
    Column("variable", PlainText()),
    Column("attempts", sa.Integer, nullable=False),
    Column("resolved_at", UtcDateTime),
    Column("resolved_by", PlainText()),
    Column("attempted", PlainText(), nullable=False),
    Column("token", sa.Uuid),
    Column("error_code", PlainText()),
    Column("error_message", PlainText()),
    Column("data", sa.JSON(none_as_null=True), nullable=False),
    columns.json("sender", optional=True),
    CheckConstraint("attempts >= 1", name="attempts"),
    CheckConstraint(f"attempted IN ({_KINDS})", name="attempted"),
)
Index("ix_incidents_case_id", incidents.c.case_id)
Index("ix_incidents_newest", incidents.c.opened_at, incidents.c.id)
Index("ix_incidents_newest_of_branch", incidents.c.branch_id, incidents.c.opened_at, incidents.c.id)
Index(
    "ix_incidents_open",
    incidents.c.opened_at,
    incidents.c.id,
    sqlite_where=_IS_OPEN,
    postgresql_where=_IS_OPEN,
)


INCIDENT = tuple(incidents.c)

_INCIDENTS = Order("incidents", (incidents.c.opened_at, incidents.c.id), newest_first=True)
_ONE = sa.select(*INCIDENT).where(incidents.c.id == sa.bindparam("id", type_=sa.Uuid()))
_OPEN_IN = (
    sa.select(*INCIDENT)
    .where(incidents.c.case_id == sa.bindparam("case_id", type_=sa.Uuid()), incidents.c.resolved_at.is_(None))
    .order_by(incidents.c.opened_at, incidents.c.id)
)
_SAVE = (
    incidents.update()
    .where(incidents.c.id == sa.bindparam("id_", type_=sa.Uuid()))
    .values({column: sa.bindparam(column.name, type_=column.type) for column in INCIDENT[1:]})
)

_NO_ELEMENT = ""
_ELEMENT = sa.func.coalesce(incidents.c.element_id, _NO_ELEMENT)
_GROUPED = sa.select(
    cases.c.version_id,
    incidents.c.code,
    _ELEMENT.label("element_id"),
    sa.func.min(incidents.c.procedure_key).label("procedure_key"),
    sa.func.count().label("count"),
    sa.func.min(incidents.c.opened_at).label("oldest_at"),
    sa.func.max(incidents.c.opened_at).label("newest_at"),
    # As text, because PostgreSQL knows no least of several UUIDs before version 18.
    sa.func.min(sa.cast(incidents.c.id, sa.String)).label("one_of_them"),
).select_from(incidents.join(cases, cases.c.id == incidents.c.case_id))


def add_incident(connection: Connection, incident: Incident) -> None:
    """Write a new incident."""
    connection.execute(incidents.insert(), _row(incident))


def save_incident(connection: Connection, incident: Incident) -> None:
    """Write a changed incident."""
    row = dict(_row(incident))
    connection.execute(_SAVE, {"id_": row.pop("id"), **row})


def incident(connection: Connection, incident_id: UUID) -> Incident | None:
    """One incident, not locked: who wants to change it locks its case, and looks again."""
    row = connection.execute(_ONE, {"id": incident_id}).one_or_none()
    return _incident_of(row) if row else None


def open_incidents(connection: Connection, case_id: UUID) -> Sequence[Incident]:
    """The open incidents of a case, oldest first."""
    return [_incident_of(row) for row in connection.execute(_OPEN_IN, {"case_id": case_id})]


def list_incidents(
    connection: Connection, wanted: IncidentFilter, *, sight: Sight, part: Slice
) -> Page[Incident]:
    """Incidents of the cases in sight, newest first."""
    statement = sa.select(*INCIDENT).where(*_conditions(wanted, sight))
    return fetch_page(connection, statement, order=_INCIDENTS, part=part, decode=_incident_of)


def incident_groups(
    connection: Connection, wanted: IncidentFilter, *, sight: Sight, part: Slice
) -> Page[IncidentGroup]:
    """The causes of the incidents of the cases in sight; the one that struck last is first."""
    grouped = (
        _GROUPED.where(*_conditions(wanted, sight))
        .group_by(cases.c.version_id, incidents.c.code, _ELEMENT)
        .subquery("grouped")
    )
    found = grouped.c
    order = Order(
        "incident_groups",
        (found.newest_at, found.version_id, found.code, found.element_id),
        newest_first=True,
    )
    return fetch_page(connection, sa.select(grouped), order=order, part=part, decode=_group_of)


def count_incidents(connection: Connection, wanted: IncidentFilter, *, sight: Sight) -> int:
    """How many incidents of the cases in sight there are."""
    statement = sa.select(sa.func.count()).select_from(incidents).where(*_conditions(wanted, sight))
    return connection.execute(statement).scalar_one()


def longest_untried(
    connection: Connection, wanted: IncidentFilter, *, sight: Sight, limit: int
) -> Sequence[UUID]:
    """Up to `limit` incidents of the cases in sight, those first whose last attempt is longest ago."""
    statement = (
        sa.select(incidents.c.id)
        .where(*_conditions(wanted, sight))
        .order_by(incidents.c.last_at, incidents.c.id)
        .limit(limit)
    )
    return list(connection.execute(statement).scalars())


def _conditions(wanted: IncidentFilter, sight: Sight) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if not sight.everywhere:
        in_branch = incidents.c.branch_id == sight.branch_id
        conditions.append(in_branch if sight.branch_id is not None else sa.false())
    if wanted.is_open is not None:
        is_open = incidents.c.resolved_at.is_(None)
        conditions.append(is_open if wanted.is_open else sa.not_(is_open))
    if wanted.code is not None:
        conditions.append(incidents.c.code == wanted.code)
    if wanted.procedure is not None:
        conditions.append(incidents.c.procedure_key == wanted.procedure)
    if wanted.version is not None:
        on_version = sa.and_(cases.c.id == incidents.c.case_id, cases.c.version_number == wanted.version)
        conditions.append(sa.exists().where(on_version).correlate(incidents))
    if wanted.case_id is not None:
        conditions.append(incidents.c.case_id == wanted.case_id)
    if wanted.cause is not None:
        conditions += _of_cause(wanted.cause)
    if wanted.agency is not None:
        conditions.append(_answered_by(wanted.agency))
    return conditions


def _of_cause(cause: Cause) -> list[sa.ColumnElement[bool]]:
    of_version = sa.and_(cases.c.id == incidents.c.case_id, cases.c.version_id == cause.version_id)
    return [
        sa.exists().where(of_version).correlate(incidents),
        incidents.c.code == cause.code,
        incidents.c.element_id.is_not_distinct_from(cause.element_id),
    ]


def _answered_by(agency_key: str) -> sa.ColumnElement[bool]:
    of_agency = sa.and_(
        service_tasks.c.case_id == incidents.c.case_id,
        service_tasks.c.token == incidents.c.token,
        service_tasks.c.agency_key == agency_key,
    )
    return sa.exists().where(of_agency).correlate(incidents)


def _row(incident: Incident) -> Values:
    attempt = incident.attempt
    values = {name: value for name, value in incident.__dict__.items() if name != "attempt"}
    return {
        **values,
        "attempted": attempt.kind.value,
        "token": attempt.token,
        "error_code": attempt.error_code,
        "error_message": attempt.error_message,
        "data": attempt.data,
        "sender": attempt.sender.as_json() if attempt.sender else None,
    }


def _incident_of(row: Row) -> Incident:
    values = row._asdict()
    sender = values.pop("sender")
    attempt = Attempt(
        kind=AttemptKind(values.pop("attempted")),
        sender=Sender.from_json(sender) if sender else None,
        **{name: values.pop(name) for name in ("token", "error_code", "error_message", "data")},
    )
    return Incident(**values, attempt=attempt)


def _group_of(row: Row) -> IncidentGroup:
    values = row._asdict()
    cause = Cause(
        version_id=values.pop("version_id"),
        code=values.pop("code"),
        element_id=values.pop("element_id") or None,
    )
    return IncidentGroup(**{**values, "one_of_them": UUID(row.one_of_them)}, cause=cause)
