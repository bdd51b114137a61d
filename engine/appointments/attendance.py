"""Attendance: who has come, who was served, who did not come; and the queue from which the next is called."""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.appointments import queue_store, schedule_store
from engine.appointments.changes import OpenedAppointment, opened_appointment
from engine.appointments.links import linked
from engine.appointments.model import Appointment, AppointmentState, Service
from engine.appointments.queue import Ticket, TicketState, ahead_after, next_ticket
from engine.appointments.schedule_store import LinkKind
from engine.context import Command, Transaction
from engine.kernel.permission import require_keeps_appointments, require_system
from engine.kernel.refusal import Conflict, NotFound

COUNTER_BUSY = "counter_busy"
"""The code of the refusal to call somebody to a counter where somebody is."""
MOST_NUMBERS = 900
"""Numbers that a branch gives on one day."""


@dataclass(frozen=True, kw_only=True)
class ArriveAtBranch(Command[Ticket]):
    """Note that somebody has come for their appointment, and give them a number."""

    appointment_id: UUID


def arrive_at_branch(command: ArriveAtBranch, transaction: Transaction) -> Ticket:
    """Their number in the queue of the day, in which they are called once their time has come."""
    opened = opened_appointment(transaction, command.appointment_id)
    appointment = opened.appointment
    today = transaction.today
    if appointment.starts_at.astimezone(transaction.zone).date() != today:
        raise Conflict("Expected an appointment of today, but it is on another day.", code="not_today")
    arrived = opened.keep(appointment.arrived(transaction.now), "appointment_arrived")
    service = schedule_store.service(transaction.connection, arrived.service_id)
    if service is None:
        raise NotFound.of("service", arrived.service_key)
    return _given(service, transaction, appointment=arrived)


@dataclass(frozen=True, kw_only=True)
class TakeTicket(Command[Ticket]):
    """Give a number to somebody who walks in; `is_ahead` is for whom the law puts ahead of others.

    At the kiosk there is no clerk, but the `kiosk` link of the branch.
    """

    service_id: UUID
    is_ahead: bool = False
    kiosk: str | None = None


def take_ticket(command: TakeTicket, transaction: Transaction) -> Ticket:
    """The number; the next one of the day."""
    service = schedule_store.service(transaction.connection, command.service_id)
    if service is None or not service.is_offered:
        raise NotFound.of("service", command.service_id)
    if command.kiosk is None:
        require_keeps_appointments(transaction.actor, service)
    elif linked(transaction.connection, command.kiosk, LinkKind.KIOSK) != service.branch_id:
        raise NotFound.of("service", command.service_id)
    is_ahead = command.is_ahead and command.kiosk is None
    return _given(service, transaction, is_ahead=is_ahead)


@dataclass(frozen=True, kw_only=True)
class CallNext(Command[Ticket | None]):
    """Call the next one to a counter or room."""

    resource_id: UUID


def call_next(command: CallNext, transaction: Transaction) -> Ticket | None:
    """The number that is called, by the rule of the queue; None where nobody waits for what is served there.

    `Conflict` (`COUNTER_BUSY`) while somebody is there.
    """
    connection = transaction.connection
    resource = schedule_store.resource(connection, command.resource_id)
    if resource is None:
        raise NotFound.of("counter", command.resource_id)
    require_keeps_appointments(transaction.actor, resource)
    day = queue_store.lock_day(connection, resource.branch_id, transaction.today)
    there = queue_store.called_to(connection, day.branch_id, day.day, resource.id)
    if there is not None:
        raise Conflict(
            f"Expected nobody at {resource.name}, but number {there.number} is there.", code=COUNTER_BUSY
        )
    schedule = schedule_store.schedule_of(connection, day.branch_id)
    served = {service.id for service in schedule.services if resource.serves(service)}
    waiting = [
        one for one in queue_store.waiting(connection, day.branch_id, day.day) if one.service_id in served
    ]
    found = next_ticket(waiting, ahead=day.ahead, now=transaction.now)
    if found is None:
        return None
    called = found.called(resource.id, transaction.now)
    queue_store.save(connection, called)
    queue_store.save_day(
        connection, replace(day, ahead=ahead_after(found, ahead=day.ahead, now=transaction.now))
    )
    return called


@dataclass(frozen=True, kw_only=True)
class EndTicket(Command[Ticket]):
    """Say what became of somebody who was called: served, or not there."""

    ticket_id: UUID
    was_served: bool


def end_ticket(command: EndTicket, transaction: Transaction) -> Ticket:
    """The number as it ended; its appointment is served, or counts as not come, and the case goes on."""
    connection = transaction.connection
    found = queue_store.ticket(connection, command.ticket_id)
    if found is None:
        raise NotFound.of("number", command.ticket_id)
    require_keeps_appointments(transaction.actor, found)
    opened = opened_appointment(transaction, found.appointment_id) if found.appointment_id else None
    locked = queue_store.lock(connection, found.id)
    if locked is None:
        raise NotFound.of("number", command.ticket_id)
    state = TicketState.SERVED if command.was_served else TicketState.LEFT
    ended = locked.ended(state, transaction.now)
    queue_store.save(connection, ended)
    if opened is not None:
        _end(opened, was_served=command.was_served)
    return ended


@dataclass(frozen=True, kw_only=True)
class EndAppointment(Command[Appointment]):
    """Say that somebody was served or did not come, without calling them from the queue."""

    appointment_id: UUID
    was_served: bool


def end_appointment(command: EndAppointment, transaction: Transaction) -> Appointment:
    """The appointment, served or not come; its number, if it has one, waits no more."""
    opened = opened_appointment(transaction, command.appointment_id)
    appointment, now = opened.appointment, transaction.now
    if not command.was_served and appointment.starts_at > now:
        raise Conflict("Expected an appointment whose time has come, but it has not.", code="not_yet")
    for one in queue_store.of_appointments(transaction.connection, [appointment.id]):
        ticket = queue_store.lock(transaction.connection, one.id)
        if ticket is not None and ticket.ended_at is None:
            state = TicketState.SERVED if command.was_served else TicketState.LEFT
            queue_store.save(transaction.connection, replace(ticket, state=state, ended_at=now))
    return _end(opened, was_served=command.was_served)


@dataclass(frozen=True, kw_only=True)
class MarkMissed(Command[bool]):
    """Note that nobody has arrived in time for an appointment."""

    appointment_id: UUID


def mark_missed(command: MarkMissed, transaction: Transaction) -> bool:
    """Whether it counts as not come from now on; not if somebody arrived, or it was moved, meanwhile."""
    require_system(transaction.actor)
    opened = opened_appointment(transaction, command.appointment_id)
    appointment = opened.appointment
    if appointment.state is not AppointmentState.BOOKED or appointment.missed_at > transaction.now:
        return False
    _end(opened, was_served=False)
    return True


def _end(opened: OpenedAppointment, *, was_served: bool) -> Appointment:
    now = opened.transaction.now
    if was_served:
        return opened.keep(opened.appointment.served(now), "appointment_served")
    opened.book.release(opened.appointment.id)
    return opened.keep(opened.appointment.missed(now), "appointment_missed")


def _given(
    service: Service,
    transaction: Transaction,
    *,
    is_ahead: bool = False,
    appointment: Appointment | None = None,
) -> Ticket:
    """The next number of the day; the day is locked, so that nobody gets the same."""
    connection = transaction.connection
    day = queue_store.lock_day(connection, service.branch_id, transaction.today)
    if day.last_number >= MOST_NUMBERS:
        raise Conflict(f"Expected at most {MOST_NUMBERS} numbers on one day.", code="no_numbers_left")
    ticket = Ticket(
        id=transaction.new_id(),
        branch_id=service.branch_id,
        day=day.day,
        number=day.last_number + 1,
        service_id=service.id,
        taken_at=transaction.now,
        is_ahead=is_ahead,
        appointment_id=appointment.id if appointment else None,
        due_at=appointment.starts_at if appointment else None,
    )
    queue_store.save_day(connection, replace(day, last_number=ticket.number))
    queue_store.add(connection, ticket)
    return ticket
