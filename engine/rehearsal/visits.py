"""The appointments of a scenario: its office offers whatever the diagram asks for, on ordinary mornings."""

from datetime import date, datetime, time, timedelta
from typing import Final

from engine.appointments import store as appointments_store
from engine.appointments.attendance import EndAppointment, MarkMissed
from engine.appointments.booking import BookRequested, CancelAppointment
from engine.appointments.changes import Receipt
from engine.appointments.model import Appointment
from engine.appointments.planning import OpenWindows, PlanResource, PlanService
from engine.appointments.queries import ShowRequested
from engine.appointments.requests import wanted_by
from engine.cases.model import Case
from engine.cases.tracking_code import code_of
from engine.context import Command
from engine.dispatch import R
from engine.kernel.actor import CITIZEN, Role
from engine.rehearsal.office import Office, Unexpected
from engine.service_tasks.model import ServiceTask

_OPENS: Final = time(8)
_CLOSES: Final = time(15)
_WEEKDAYS: Final = (0, 1, 2, 3, 4)
_LOOKED_AT: Final = 9
"""Weeks; further ahead no time is given."""


def book_visit(office: Office, case: Case, task: ServiceTask, *, at: datetime | None) -> None:
    """Have the citizen choose a time: the first that is free where none is named."""
    wanted = wanted_by(task, branch_code=office.branch.code, zone=office.engine.zone)
    if not wanted.service:
        raise Unexpected(f"Expected {task.element_id} to name a service in its headers, found none.")
    receipt = _receipt(office, case)
    question = ShowRequested(request_id=task.id, receipt=receipt)
    if office.engine.ask(question, actor=CITIZEN).free is None:
        offer_times(office, wanted.service)
    starts_at = at or _first_free(office, task, receipt)
    _as_citizen(office, BookRequested(request_id=task.id, starts_at=starts_at, receipt=receipt))


def visit_of(office: Office, task: ServiceTask) -> Appointment:
    """The appointment that was made for a service task."""
    with office.engine.store.reading() as connection:
        found = appointments_store.of_request(connection, task.id)
    if found is None:
        raise Unexpected(f"Expected an appointment for {task.element_id}, found none.")
    return found


def end_visit(office: Office, visit: Appointment) -> None:
    """The citizen is served, or nobody came if the clock says that nobody is expected any more."""
    if office.clock.now() >= visit.missed_at:
        office.carry_out(MarkMissed(appointment_id=visit.id))
    else:
        office.carry_out(EndAppointment(appointment_id=visit.id, was_served=True), Role.CLERK)


def cancel_visit(office: Office, case: Case, visit: Appointment) -> None:
    """Have the citizen cancel it."""
    _as_citizen(office, CancelAppointment(appointment_id=visit.id, proof=_receipt(office, case)))


def offer_times(office: Office, service: str) -> None:
    """Offer a service at a counter of its own, on weekdays."""
    office.carry_out(PlanService(key=service, name=service, name_en=service, minutes=15), Role.MANAGER)
    counter = PlanResource(name=f"Θυρίδα {service}", services=(service,))
    resource = office.carry_out(counter, Role.MANAGER)
    hours = OpenWindows(
        resource_id=resource.id,
        weekdays=_WEEKDAYS,
        opens=_OPENS,
        closes=_CLOSES,
        first_day=date(1900, 1, 1),
    )
    office.carry_out(hours, Role.MANAGER)


def _first_free(office: Office, task: ServiceTask, receipt: Receipt) -> datetime:
    today = office.clock.now().astimezone(office.engine.zone).date()
    for week in range(_LOOKED_AT):
        first = today + timedelta(weeks=week)
        question = ShowRequested(request_id=task.id, first=first, receipt=receipt)
        found = office.engine.ask(question, actor=CITIZEN)
        if found.free is not None and found.free.slots:
            return found.free.slots[0].starts_at
    raise Unexpected(f"Expected a free time for {task.element_id}, found none.")


def _receipt(office: Office, case: Case) -> Receipt:
    with office.engine.store.reading() as connection:
        code = code_of(connection, case, office.engine.seals)
    return Receipt(number=case.number, code=code)


def _as_citizen(office: Office, command: Command[R]) -> R:
    return office.engine.carry_out(command, actor=CITIZEN)
