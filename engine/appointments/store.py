"""Appointments in the database, and the places that they take.

A place is one row for each step of the grid: of the resource, which has one place, and of the service, which
has as many as it serves at once. The primary key of that table keeps two appointments from the same place.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from engine.appointments.model import Appointment, AppointmentState, CancelledBy, Visitor
from engine.appointments.slots import Taken
from engine.kernel.bilingual import Language
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.prepared import PreparedQuery
from engine.storage.statements import Row, Values, execute_for, for_each_database, literal, update_whole
from engine.storage.types import PlainText, UtcDateTime

_UNDER_WAY = "state IN ('booked', 'arrived')"

appointments = Table(
    "appointments",
    metadata,
    columns.identifier(),
    columns.reference("branch_id", "branches"),
    columns.reference("service_id", "appointment_services"),
    Column("service_key", PlainText(binary=True), nullable=False),
    columns.reference("resource_id", "appointment_resources"),
    columns.moment("starts_at"),
    columns.whole("minutes"),
    columns.text("zone"),
    columns.text("visitor_name"),
    Column("visitor_key", PlainText(binary=True), nullable=False),
    columns.text("sms", optional=True),
    columns.text("email", optional=True),
    columns.text("language"),
    columns.moment("booked_at"),
    columns.text("booked_by"),
    columns.moment("missed_at"),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), index=True),
    Column("service_task_id", sa.Uuid, ForeignKey("service_tasks.id", ondelete="CASCADE"), index=True),
    Column("code_digest", PlainText(binary=True), unique=True),
    columns.text("state"),
    columns.moment("remind_at", optional=True),
    columns.whole("sequence"),
    columns.moment("changed_at"),
    columns.text("cancelled_by", optional=True),
    columns.whole("row_version"),
    columns.one_of("state", AppointmentState),
    columns.one_of("cancelled_by", CancelledBy),
    columns.one_of("language", Language),
    CheckConstraint("minutes > 0", name="minutes"),
)
Index("ix_appointments_of_branch", appointments.c.branch_id, appointments.c.starts_at, appointments.c.id)
Index(
    "uq_appointments_of_visitor",
    appointments.c.service_key,
    appointments.c.visitor_key,
    unique=True,
    sqlite_where=sa.text(_UNDER_WAY),
    postgresql_where=sa.text(_UNDER_WAY),
)
columns.partial_index("ix_appointments_missed", [appointments.c.missed_at], "state = 'booked'")
columns.partial_index("ix_appointments_reminded", [appointments.c.remind_at], "remind_at IS NOT NULL")

places = Table(
    "appointment_places",
    metadata,
    Column("holder_id", sa.Uuid, primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    Column("place", sa.Integer, primary_key=True, autoincrement=False),
    Column(
        "appointment_id",
        sa.Uuid,
        ForeignKey("appointments.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    CheckConstraint("place >= 0", name="place"),
    sqlite_with_rowid=False,
)

_SELECT = sa.select(*appointments.c)
_ID = sa.bindparam("id", type_=sa.Uuid())
_ONE = _SELECT.where(appointments.c.id == _ID)
_LOCKED = _ONE.with_for_update()
_CODED = _SELECT.where(
    appointments.c.code_digest == sa.bindparam("digest", type_=appointments.c.code_digest.type)
)
_MOMENT = appointments.c.starts_at.type
_OF_BRANCH = (
    _SELECT.where(
        appointments.c.branch_id == sa.bindparam("branch", type_=sa.Uuid()),
        appointments.c.starts_at >= sa.bindparam("begins", type_=_MOMENT),
        appointments.c.starts_at < sa.bindparam("ends", type_=_MOMENT),
        appointments.c.state != literal(AppointmentState.CANCELLED),
    )
    .order_by(appointments.c.starts_at, appointments.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_AHEAD = (
    _SELECT.where(
        appointments.c.branch_id == sa.bindparam("branch", type_=sa.Uuid()),
        appointments.c.state == literal(AppointmentState.BOOKED),
        appointments.c.starts_at > sa.bindparam("after", type_=_MOMENT),
    )
    .order_by(appointments.c.starts_at, appointments.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_OF_CASE = PreparedQuery(
    _SELECT.where(appointments.c.case_id == sa.bindparam("case", type_=sa.Uuid()))
    .order_by(appointments.c.starts_at.desc(), appointments.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_OF_REQUEST = _SELECT.where(
    appointments.c.service_task_id == sa.bindparam("request", type_=sa.Uuid()),
    appointments.c.state.in_([literal(AppointmentState.BOOKED), literal(AppointmentState.ARRIVED)]),
)
_NOW = sa.bindparam("now", type_=_MOMENT)
_MISSED = (
    sa.select(appointments.c.id)
    .where(appointments.c.state == literal(AppointmentState.BOOKED), appointments.c.missed_at <= _NOW)
    .order_by(appointments.c.missed_at)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_REMINDED = (
    _SELECT.where(appointments.c.remind_at.is_not(None), appointments.c.remind_at <= _NOW)
    .order_by(appointments.c.remind_at)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)
_INSERT = for_each_database(
    lambda insert: insert.on_conflict_do_nothing().returning(appointments.c.id), appointments
)
_SAVE = update_whole(appointments)
_TAKEN = sa.select(places.c.holder_id, places.c["at"], places.c.place).where(
    places.c.holder_id.in_(sa.bindparam("holders", expanding=True, type_=sa.Uuid())),
    places.c["at"] >= sa.bindparam("begins", type_=_MOMENT),
    places.c["at"] < sa.bindparam("ends", type_=_MOMENT),
)
_RELEASE = places.delete().where(places.c.appointment_id == sa.bindparam("of", type_=sa.Uuid()))


def add(connection: Connection, appointment: Appointment) -> bool:
    """Write a new appointment; False if the visitor has one for the service already."""
    return execute_for(connection, _INSERT, _row(appointment)).one_or_none() is not None


def save(connection: Connection, appointment: Appointment) -> Appointment:
    """Write a changed appointment, which is locked; the appointment as it is then."""
    raised = _row(appointment) | {"row_version": appointment.row_version + 1}
    connection.execute(_SAVE, {f"given_{name}": value for name, value in raised.items()})
    return _appointment_of_values(raised)


def appointment(connection: Connection, appointment_id: UUID) -> Appointment | None:
    """One appointment."""
    return _first(connection.execute(_ONE, {"id": appointment_id}))


def lock(connection: Connection, appointment_id: UUID) -> Appointment | None:
    """One appointment, locked; whoever needs its case locks that before."""
    return _first(connection.execute(_LOCKED, {"id": appointment_id}))


def coded(connection: Connection, code_digest: str) -> Appointment | None:
    """The appointment of the code with that digest."""
    return _first(connection.execute(_CODED, {"digest": code_digest}))


def of_branch(
    connection: Connection, branch_id: UUID, *, begins: datetime, ends: datetime, limit: int
) -> Sequence[Appointment]:
    """The appointments of a branch that start in that time, without those that were cancelled."""
    found = connection.execute(
        _OF_BRANCH, {"branch": branch_id, "begins": begins, "ends": ends, "limit": limit}
    )
    return [_appointment_of(row) for row in found]


def booked_after(
    connection: Connection, branch_id: UUID, after: datetime, *, limit: int
) -> Sequence[Appointment]:
    """The next appointments of a branch for which somebody is expected, the earliest first."""
    found = connection.execute(_AHEAD, {"branch": branch_id, "after": after, "limit": limit})
    return [_appointment_of(row) for row in found]


def of_case(connection: Connection, case_id: UUID, *, limit: int = 20) -> Sequence[Appointment]:
    """The appointments of a case, the latest first."""
    return [_appointment_of(row) for row in _OF_CASE.rows(connection, {"case": case_id, "limit": limit})]


def of_request(connection: Connection, service_task_id: UUID) -> Appointment | None:
    """The appointment under way that answers a request; None if none was made."""
    return _first(connection.execute(_OF_REQUEST, {"request": service_task_id}))


def missed(connection: Connection, now: datetime, *, limit: int) -> Sequence[UUID]:
    """Appointments for which nobody came."""
    return list(connection.execute(_MISSED, {"now": now, "limit": limit}).scalars())


def lock_reminded(connection: Connection, now: datetime, *, limit: int) -> Sequence[Appointment]:
    """Appointments of which somebody has to be reminded now, locked."""
    return [_appointment_of(row) for row in connection.execute(_REMINDED, {"now": now, "limit": limit})]


def taken(connection: Connection, holder_ids: Iterable[UUID], *, begins: datetime, ends: datetime) -> Taken:
    """The places that are taken in that time, of resources and services."""
    found: dict[UUID, dict[datetime, set[int]]] = {}
    rows = connection.execute(_TAKEN, {"holders": list(holder_ids), "begins": begins, "ends": ends})
    for holder_id, at, place in rows:
        found.setdefault(holder_id, {}).setdefault(at, set()).add(place)
    return found


def take(connection: Connection, appointment_id: UUID, wanted: Mapping[tuple[UUID, datetime], int]) -> bool:
    """Take one place of each holder at each step; False, and none taken, if one of them is gone."""
    rows = [
        {"holder_id": holder_id, "at": at, "place": place, "appointment_id": appointment_id}
        # In one order for everybody, so that two who want the same wait for each other in one direction.
        for (holder_id, at), place in sorted(wanted.items(), key=lambda one: (str(one[0][0]), one[0][1]))
    ]
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = kind.insert(places).values(rows).on_conflict_do_nothing().returning(places.c.place)
    if len(connection.execute(statement).all()) == len(rows):
        return True
    release(connection, appointment_id)
    return False


def release(connection: Connection, appointment_id: UUID) -> None:
    """Give back the places of an appointment."""
    connection.execute(_RELEASE, {"of": appointment_id})


def _first(found: sa.CursorResult[tuple[object, ...]]) -> Appointment | None:
    row = found.first()
    return _appointment_of(row) if row else None


def _row(appointment: Appointment) -> dict[str, object]:
    visitor = appointment.visitor
    values = {name: value for name, value in appointment.__dict__.items() if name != "visitor"}
    return values | {
        "state": appointment.state.value,
        "cancelled_by": appointment.cancelled_by.value if appointment.cancelled_by else None,
        "visitor_name": visitor.name,
        "visitor_key": visitor.key,
        "sms": visitor.sms,
        "email": visitor.email,
        "language": visitor.language.value,
    }


def _appointment_of(row: Row) -> Appointment:
    return _appointment_of_values(row._asdict())


def _appointment_of_values(values: Values) -> Appointment:
    kept = dict(values)
    visitor = Visitor(
        name=kept.pop("visitor_name"),
        key=kept.pop("visitor_key"),
        sms=kept.pop("sms"),
        email=kept.pop("email"),
        language=Language(kept.pop("language")),
    )
    by = kept.pop("cancelled_by")
    return Appointment(
        **{
            **kept,
            "state": AppointmentState(kept["state"]),
            "cancelled_by": CancelledBy(by) if by else None,
            "visitor": visitor,
        }
    )
