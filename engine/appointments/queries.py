"""Questions about appointments: which times are free, who comes on a day, one appointment, and the queue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.appointments import queue_store, schedule_store, store
from engine.appointments.book import OwnBook, book_of
from engine.appointments.changes import CitizensProof, Receipt, digest_of_code
from engine.appointments.links import linked
from engine.appointments.model import Appointment, AppointmentState, Resource, Schedule, Service
from engine.appointments.queue import Ticket, TicketState
from engine.appointments.requests import days_from, first_day, wanted_by
from engine.appointments.schedule_store import LinkKind
from engine.appointments.slots import Slot
from engine.cases import changeset_store
from engine.cases.changeset_store import CaseView
from engine.cases.model import Case
from engine.cases.tracking_code import case_of_receipt, no_such_receipt
from engine.context import QueryContext
from engine.kernel.actor import ActorKind
from engine.kernel.disclosure import Disclosure, Purpose, Shown, listed
from engine.kernel.permission import (
    require_branch,
    require_keeps_appointments,
    require_plans_appointments,
    require_works_case,
)
from engine.kernel.refusal import Invalid, NotFound
from engine.organisation import store as organisation_store
from engine.organisation.model import Branch
from engine.organisation.succession import Closing, closing_of
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import ServiceTask

MOST_DAYS = 14
"""Days of free times that are looked at in one question."""
_MOST_YEARS = 10
"""How far from today a day may be that is looked at."""

_MOST_ON_DAY = 1000
_LAST_CALLED = 8
"""Numbers that a screen shows."""


@dataclass(frozen=True, kw_only=True)
class ShownAppointment:
    """An appointment with where it is and what for."""

    appointment: Appointment
    service: Service
    resource: Resource
    branch: Branch


@dataclass(frozen=True, kw_only=True)
class FreeTimes:
    """The times of a service that are free on some days, which follow each other; `slots` earliest first."""

    branch: Branch
    service: Service
    days: tuple[date, ...]
    slots: Sequence[Slot]
    has_more: bool = False


@dataclass(frozen=True, kw_only=True)
class ListFreeTimes:
    """Which times are free for a service of the actor's branch, from a day on?"""

    service: str
    first: date | None = None
    count: int = 7

    def answer(self, context: QueryContext) -> FreeTimes:
        """Up to `count` days, at most `MOST_DAYS`."""
        book = book_of(_own_branch(context), context)
        service = book.service(self.service)
        require_keeps_appointments(context.actor, service)
        return _free_times(book, service, self.first, last=date.max, count=self.count)


@dataclass(frozen=True, kw_only=True)
class BookingPage:
    """What the branch offers, and the free times of the service that was chosen; None before that.

    `case` is the one for whose citizen a time is booked. `closing` says that the branch closes for good.
    """

    services: tuple[Service, ...]
    free: FreeTimes | None
    case: Case | None
    closing: Closing | None


@dataclass(frozen=True, kw_only=True)
class ShowBooking:
    """The page on which a clerk books a time, for somebody, or for the citizen of a case of the branch."""

    service: str | None = None
    first: date | None = None
    case_id: UUID | None = None

    def answer(self, context: QueryContext) -> BookingPage:
        branch = _own_branch(context)
        book = book_of(branch, context)
        _require_keeps(branch, context)
        view = changeset_store.case(context.connection, self.case_id) if self.case_id else None
        if self.case_id and view is None:
            raise NotFound.of("case", self.case_id)
        if view is not None:
            require_works_case(context.actor, view.case)
        offered = tuple(one for one in book.schedule.services if one.is_offered)
        chosen = book.schedule.service(self.service) if self.service else None
        free = _free_times(book, chosen, self.first, last=date.max) if chosen else None
        return BookingPage(
            services=offered,
            free=free,
            case=view.case if view else None,
            closing=closing_of(context.connection, branch.id, on=context.today),
        )

    def disclosed(self, answer: BookingPage) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.CASE, case_id=answer.case.id),) if answer.case else ()


@dataclass(frozen=True, kw_only=True)
class RequestedTimes:
    """What a case asks for until which day, with the free times, and the appointment if one was made.

    `free` is None where the branch does not offer the service. `closing` says that it closes for good.
    """

    case: Case
    request: ServiceTask
    last_day: date
    free: FreeTimes | None
    shown: ShownAppointment | None
    closing: Closing | None


@dataclass(frozen=True, kw_only=True)
class ShowRequested:
    """Which times may be chosen for what a case asks? For the clerk, or its citizen with the receipt."""

    request_id: UUID
    first: date | None = None
    receipt: Receipt | None = None

    def answer(self, context: QueryContext) -> RequestedTimes:
        """The free times until the day that the diagram sets."""
        view, task = self._asked(context)
        wanted = wanted_by(task, branch_code=view.case.branch_code, zone=context.zone)
        branch = organisation_store.branch_coded(context.connection, wanted.branch_code, on=context.today)
        made = store.of_request(context.connection, task.id)
        if branch is None:
            raise NotFound.of("branch", wanted.branch_code)
        book = book_of(branch, context)
        service = book.schedule.service(wanted.service)
        return RequestedTimes(
            case=view.case,
            request=task,
            last_day=wanted.last_day,
            free=_free_times(book, service, self.first, last=wanted.last_day) if service else None,
            shown=shown_appointment(made, context) if made else None,
            closing=closing_of(context.connection, branch.id, on=context.today),
        )

    def disclosed(self, answer: RequestedTimes) -> Iterable[Disclosure]:
        shown = Shown.TRACKING if self.receipt else Shown.CASE
        return (Disclosure(shown=shown, case_id=answer.case.id, object_id=answer.request.id),)

    def _asked(self, context: QueryContext) -> tuple[CaseView, ServiceTask]:
        connection = context.connection
        if context.actor.kind is ActorKind.CITIZEN:
            if self.receipt is None:
                raise no_such_receipt()
            view: CaseView | None = case_of_receipt(
                connection,
                number=self.receipt.number,
                proof=self.receipt.code,
                now=context.now,
                seals=context.seals,
            )
        else:
            found = service_tasks_store.service_task(connection, self.request_id)
            view = changeset_store.case(connection, found.case_id) if found else None
            if view is not None:
                require_works_case(context.actor, view.case)
        open_here = view.service_tasks if view else ()
        task = next((one for one in open_here if one.id == self.request_id and one.asks_appointment), None)
        if view is None or task is None:
            raise NotFound.of("request for an appointment", self.request_id)
        return view, task


@dataclass(frozen=True, kw_only=True)
class ShowAppointment:
    """One appointment, for the people of its branch or, with their proof, for whoever comes."""

    appointment_id: UUID | None = None
    proof: CitizensProof | None = None
    with_times_from: date | None = None

    def answer(self, context: QueryContext) -> "AppointmentSheet":
        """The appointment with the times to which it could be moved, while it can."""
        found = self._found(context)
        shown = shown_appointment(found, context)
        book = book_of(shown.branch, context)
        may_move = found.state is AppointmentState.BOOKED and found.starts_at > context.now
        service = book.schedule.service(found.service_key) if may_move else None
        tickets = queue_store.of_appointments(context.connection, [found.id])
        return AppointmentSheet(
            shown=shown,
            free=_free_times(book, service, self.with_times_from, last=date.max) if service else None,
            ticket=next(iter(tickets), None),
        )

    def disclosed(self, answer: "AppointmentSheet") -> Iterable[Disclosure]:
        appointment = answer.shown.appointment
        if appointment.case_id is None:
            return listed([appointment]) if self.proof is None else ()
        purpose = Purpose.OWN_CASE if self.proof else None
        shown = Shown.TRACKING if self.proof else Shown.CASE
        return (
            Disclosure(shown=shown, case_id=appointment.case_id, object_id=appointment.id, purpose=purpose),
        )

    def _found(self, context: QueryContext) -> Appointment:
        connection, proof = context.connection, self.proof
        if isinstance(proof, str):
            found = store.coded(connection, digest_of_code(proof))
            if found is None:
                raise no_such_receipt()
            return found
        found = store.appointment(connection, self.appointment_id) if self.appointment_id else None
        if isinstance(proof, Receipt):
            view = case_of_receipt(
                connection, number=proof.number, proof=proof.code, now=context.now, seals=context.seals
            )
            if found is None or found.case_id != view.case.id:
                raise no_such_receipt()
            return found
        if found is None:
            raise NotFound.of("appointment", self.appointment_id)
        require_keeps_appointments(context.actor, found)
        return found


@dataclass(frozen=True, kw_only=True)
class AppointmentSheet:
    """An appointment, the times to which it could be moved, and the number of whoever has arrived."""

    shown: ShownAppointment
    free: FreeTimes | None
    ticket: Ticket | None


@dataclass(frozen=True, kw_only=True)
class BranchDay:
    """A day of a branch: who comes when and where, and the queue; `called` the latest first.

    `closing` says that the branch closes for good, or has.
    """

    branch: Branch
    closing: Closing | None
    day: date
    is_today: bool
    is_closed: bool
    schedule: Schedule
    appointments: Sequence[Appointment]
    tickets: Mapping[UUID, Ticket]
    waiting: Sequence[Ticket]
    called: Sequence[Ticket]


@dataclass(frozen=True, kw_only=True)
class ShowDay:
    """Who comes to the actor's branch on a day, today if none is given, and who waits."""

    day: date | None = None

    def answer(self, context: QueryContext) -> BranchDay:
        branch = _own_branch(context)
        _require_keeps(branch, context)
        connection, zone = context.connection, context.zone
        today = context.today
        day = self.day or today
        if abs(day.year - today.year) > _MOST_YEARS:
            raise Invalid.field("day", f"expected a day at most {_MOST_YEARS} years from today, found {day}")
        begins = datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)
        ends = datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone).astimezone(UTC)
        book = book_of(branch, context)
        found = store.of_branch(connection, branch.id, begins=begins, ends=ends, limit=_MOST_ON_DAY)
        tickets = queue_store.of_appointments(connection, [one.id for one in found])
        return BranchDay(
            branch=branch,
            closing=closing_of(connection, branch.id, on=today),
            day=day,
            is_today=day == today,
            is_closed=book.calendar.is_shut(day),
            schedule=book.schedule,
            appointments=found,
            tickets={one.appointment_id: one for one in tickets if one.appointment_id},
            waiting=queue_store.waiting(connection, branch.id, day),
            called=queue_store.called(connection, branch.id, day, limit=_MOST_ON_DAY),
        )

    def disclosed(self, answer: BranchDay) -> Iterable[Disclosure]:
        return listed(answer.appointments)


@dataclass(frozen=True, kw_only=True)
class ShowPlan:
    """When the actor's branch takes appointments, for its manager."""

    def answer(self, context: QueryContext) -> Schedule:
        branch = _own_branch(context)
        require_plans_appointments(context.actor, branch.id)
        return schedule_store.schedule_of(context.connection, branch.id)


@dataclass(frozen=True, kw_only=True)
class CalledNumber:
    """A number and where it is called to; nothing personal."""

    number: int
    resource: Resource
    called_at: datetime


@dataclass(frozen=True, kw_only=True)
class QueueScreen:
    """What hangs on the wall of a branch: the numbers called, the latest first, and how many wait."""

    branch: Branch
    called: tuple[CalledNumber, ...]
    waiting: int
    services: tuple[Service, ...]


@dataclass(frozen=True, kw_only=True)
class ShowScreen:
    """What does the link of a screen or kiosk show? For whoever has the link."""

    link: str
    kind: LinkKind = LinkKind.SCREEN

    def answer(self, context: QueryContext) -> QueueScreen:
        """The numbers that are called; `NotFound` for a link that opens nothing."""
        connection = context.connection
        branch_id = linked(connection, self.link, self.kind)
        branch = organisation_store.branch(connection, branch_id, on=context.today) if branch_id else None
        if branch is None:
            raise NotFound("This link opens nothing any more.")
        day = context.today
        schedule = schedule_store.schedule_of(connection, branch.id)
        called = [
            one
            for one in queue_store.called(connection, branch.id, day, limit=_LAST_CALLED * 2)
            if one.state is TicketState.CALLED
        ]
        return QueueScreen(
            branch=branch,
            called=tuple(_called_number(one, schedule) for one in called[:_LAST_CALLED]),
            waiting=len(queue_store.waiting(connection, branch.id, day)),
            services=tuple(one for one in schedule.services if one.is_offered),
        )


def shown_appointment(appointment: Appointment, context: QueryContext) -> ShownAppointment:
    """An appointment with where it is, called as on its day, and what for."""
    connection = context.connection
    day = appointment.starts_at.astimezone(ZoneInfo(appointment.zone)).date()
    service = schedule_store.service(connection, appointment.service_id)
    resource = schedule_store.resource(connection, appointment.resource_id)
    branch = organisation_store.branch(connection, appointment.branch_id, on=day)
    if service is None or resource is None or branch is None:
        raise AssertionError("an appointment refers to what is there")
    return ShownAppointment(appointment=appointment, service=service, resource=resource, branch=branch)


def appointments_of(case: Case, context: QueryContext) -> tuple[ShownAppointment, ...]:
    """The appointments of a case that was looked up already, the latest first."""
    found = store.of_case(context.connection, case.id)
    return tuple(shown_appointment(one, context) for one in found)


def _called_number(ticket: Ticket, schedule: Schedule) -> CalledNumber:
    resource = schedule.resource(ticket.resource_id) if ticket.resource_id else None
    if resource is None or ticket.called_at is None:
        raise AssertionError("a number is called to a counter or room")
    return CalledNumber(number=ticket.number, resource=resource, called_at=ticket.called_at)


def _free_times(
    book: OwnBook, service: Service, first: date | None, *, last: date, count: int = 7
) -> FreeTimes:
    start = first_day(first, book.now, book.zone)
    days = days_from(start, min(count, MOST_DAYS), last=last)
    following = days[-1] + timedelta(days=1) if days else last
    return FreeTimes(
        branch=book.branch,
        service=service,
        days=days,
        slots=book.free(service, days),
        has_more=bool(days) and following <= min(last, book.last_day),
    )


def _own_branch(context: QueryContext) -> Branch:
    branch = organisation_store.branch(context.connection, require_branch(context.actor), on=context.today)
    if branch is None:
        raise NotFound.of("branch", context.actor.branch_code)
    return branch


@dataclass(frozen=True)
class _Here:
    """The branch itself as something that belongs to a branch."""

    id: UUID
    branch_id: UUID


def _require_keeps(branch: Branch, context: QueryContext) -> None:
    require_keeps_appointments(context.actor, _Here(branch.id, branch.id))
