"""Queues in the database: the numbers of a day, and how far a branch has come in giving and calling them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy.engine import Connection

from engine.appointments.queue import Day, Ticket, TicketState
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.statements import Row, execute_for, insert_or_lock, literal, update_whole
from engine.storage.types import PlainText

tickets = Table(
    "appointment_tickets",
    metadata,
    columns.identifier(),
    columns.reference("branch_id", "branches"),
    Column("day", sa.Date, nullable=False),
    columns.whole("number"),
    columns.reference("service_id", "appointment_services"),
    columns.moment("taken_at"),
    Column("state", PlainText(), nullable=False),
    Column("is_ahead", sa.Boolean, nullable=False),
    Column("appointment_id", sa.Uuid, ForeignKey("appointments.id", ondelete="CASCADE"), unique=True),
    columns.moment("due_at", optional=True),
    columns.reference("resource_id", "appointment_resources", optional=True),
    columns.moment("called_at", optional=True),
    columns.moment("ended_at", optional=True),
    columns.one_of("state", TicketState),
    UniqueConstraint("branch_id", "day", "number"),
)
Index("ix_appointment_tickets_called", tickets.c.branch_id, tickets.c.day, tickets.c.called_at)

days = Table(
    "appointment_days",
    metadata,
    Column("branch_id", sa.Uuid, ForeignKey("branches.id"), primary_key=True),
    Column("day", sa.Date, primary_key=True),
    columns.whole("last_number"),
    columns.whole("ahead"),
)

_SELECT = sa.select(*tickets.c)
_OF_DAY = (
    tickets.c.branch_id == sa.bindparam("branch", type_=sa.Uuid()),
    tickets.c.day == sa.bindparam("day_", type_=sa.Date()),
)
_WAITING = (
    _SELECT.where(*_OF_DAY, tickets.c.state == literal(TicketState.WAITING))
    .order_by(tickets.c.number)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_CALLED = (
    _SELECT.where(*_OF_DAY, tickets.c.called_at.is_not(None))
    .order_by(tickets.c.called_at.desc(), tickets.c.number.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_AT = _SELECT.where(
    *_OF_DAY,
    tickets.c.state == literal(TicketState.CALLED),
    tickets.c.resource_id == sa.bindparam("resource", type_=sa.Uuid()),
)
_ONE = _SELECT.where(tickets.c.id == sa.bindparam("id", type_=sa.Uuid()))
_LOCKED = _ONE.with_for_update()
_OF_APPOINTMENTS = _SELECT.where(
    tickets.c.appointment_id.in_(sa.bindparam("appointments", expanding=True, type_=sa.Uuid()))
)
_LOCK_DAY = insert_or_lock(days, list(days.c))
_SAVE_DAY = (
    days.update()
    .where(
        days.c.branch_id == sa.bindparam("branch", type_=sa.Uuid()),
        days.c.day == sa.bindparam("day_", type_=sa.Date()),
    )
    .values(
        last_number=sa.bindparam("last", type_=sa.Integer), ahead=sa.bindparam("ahead_", type_=sa.Integer)
    )
)
_SAVE = update_whole(tickets)

MOST_WAITING = 500
"""Numbers of a day that wait at the same time."""


def lock_day(connection: Connection, branch_id: UUID, day: date) -> Day:
    """A day's queue, locked: numbers are given and called by one after the other."""
    fresh = Day(branch_id=branch_id, day=day)
    return Day(**execute_for(connection, _LOCK_DAY, fresh.__dict__).one()._asdict())


def save_day(connection: Connection, day: Day) -> None:
    values = {"branch": day.branch_id, "day_": day.day, "last": day.last_number, "ahead_": day.ahead}
    connection.execute(_SAVE_DAY, values)


def add(connection: Connection, ticket: Ticket) -> None:
    connection.execute(tickets.insert(), _row(ticket))


def save(connection: Connection, ticket: Ticket) -> None:
    connection.execute(_SAVE, {f"given_{name}": value for name, value in _row(ticket).items()})


def lock(connection: Connection, ticket_id: UUID) -> Ticket | None:
    """One number, locked; whoever needs its appointment locks that before."""
    row = connection.execute(_LOCKED, {"id": ticket_id}).one_or_none()
    return _ticket_of(row) if row else None


def ticket(connection: Connection, ticket_id: UUID) -> Ticket | None:
    row = connection.execute(_ONE, {"id": ticket_id}).one_or_none()
    return _ticket_of(row) if row else None


def of_appointments(connection: Connection, appointment_ids: Sequence[UUID]) -> Sequence[Ticket]:
    """The numbers of those who have arrived for these appointments."""
    found = connection.execute(_OF_APPOINTMENTS, {"appointments": list(appointment_ids)})
    return [_ticket_of(row) for row in found]


def waiting(connection: Connection, branch_id: UUID, day: date) -> Sequence[Ticket]:
    """Who waits, by number."""
    values = {"branch": branch_id, "day_": day, "limit": MOST_WAITING}
    return [_ticket_of(row) for row in connection.execute(_WAITING, values)]


def called(connection: Connection, branch_id: UUID, day: date, *, limit: int) -> Sequence[Ticket]:
    """Who was called, the latest first, whatever became of them."""
    values = {"branch": branch_id, "day_": day, "limit": limit}
    return [_ticket_of(row) for row in connection.execute(_CALLED, values)]


def called_to(connection: Connection, branch_id: UUID, day: date, resource_id: UUID) -> Ticket | None:
    """Who is at a counter or in a room."""
    values = {"branch": branch_id, "day_": day, "resource": resource_id}
    row = connection.execute(_AT, values).first()
    return _ticket_of(row) if row else None


def _row(ticket: Ticket) -> dict[str, object]:
    return {**ticket.__dict__, "state": ticket.state.value}


def _ticket_of(row: Row) -> Ticket:
    return Ticket(**{**row._asdict(), "state": TicketState(row.state)})
