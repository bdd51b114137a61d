"""Book, move and cancel an appointment: by a clerk of the branch, or by the citizen with their proof."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from engine.appointments import store
from engine.appointments.book import OwnBook, book_of
from engine.appointments.changes import (
    CitizensProof,
    Receipt,
    digest_of_code,
    opened_appointment,
    record,
    reminding,
    require_receipt,
)
from engine.appointments.model import SLOT_TAKEN, Appointment, Service, Visitor
from engine.appointments.requests import wanted_by
from engine.appointments.telling import Occasion, tell
from engine.bundle.forms.checks import CHECKS, VALIDATION_TYPES
from engine.cases import changeset_store
from engine.cases.case_details import applicant_in
from engine.cases.changeset import CaseChangeset, case_file
from engine.cases.model import Case
from engine.cases.receipt_code import issued_code
from engine.cases.tracking_code import no_such_receipt
from engine.context import Command, Transaction
from engine.kernel.actor import ActorKind
from engine.kernel.bilingual import Language
from engine.kernel.permission import require_branch, require_keeps_appointments, require_works_case
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.kernel.vocabulary import search_form
from engine.organisation import store as organisation_store
from engine.service_tasks.model import ServiceTask

_LONGEST_NAME = 200
"""Characters."""

ALREADY_BOOKED = "already_booked"
"""The code of the refusal of a second booking of one person for one service."""


@dataclass(frozen=True, kw_only=True)
class BookedAppointment:
    """An appointment that was made; `code` opens it to whoever comes without a case, and is told once."""

    appointment: Appointment
    code: str | None = field(default=None, repr=False)

    @property
    def id(self) -> UUID:
        """The appointment's."""
        return self.appointment.id


@dataclass(frozen=True, kw_only=True)
class BookAppointment(Command[BookedAppointment]):
    """Book a time at the actor's branch: for the citizen of a case, or for somebody without one.

    Without a case there is a `name`, and a number or an address at which they are told.
    """

    service: str
    starts_at: datetime
    resource_id: UUID | None = None
    case_id: UUID | None = None
    name: str = ""
    phone: str = ""
    email: str = ""
    language: Language = Language.EL


def book_appointment(command: BookAppointment, transaction: Transaction) -> BookedAppointment:
    """The appointment; `Invalid` for what cannot be kept, `Conflict` for a time that is not free."""
    actor = transaction.actor
    branch = organisation_store.branch(transaction.connection, require_branch(actor), on=transaction.today)
    if branch is None:
        raise NotFound.of("branch", actor.branch_code)
    book = book_of(branch, transaction)
    service = book.service(command.service)
    require_keeps_appointments(actor, service)
    changeset = case_file(transaction, command.case_id) if command.case_id else None
    if changeset is None:
        visitor = _visitor_without_case(command)
        issued = issued_code(transaction.new_id(), transaction.seals)
        return _book(
            book,
            service,
            command.starts_at,
            visitor,
            transaction,
            resource_id=command.resource_id,
            code=issued.code,
        )
    require_works_case(actor, changeset.case)
    changeset.case.require_open()
    visitor = _visitor_of(changeset.case, transaction)
    booked = _book(
        book,
        service,
        command.starts_at,
        visitor,
        transaction,
        resource_id=command.resource_id,
        case_id=changeset.case.id,
    )
    record(changeset, booked.appointment, "appointment_booked")
    changeset.save()
    return booked


@dataclass(frozen=True, kw_only=True)
class BookRequested(Command[BookedAppointment]):
    """Book a time for which a case asks: by the clerk of its branch, or by its citizen with the receipt."""

    request_id: UUID
    starts_at: datetime
    receipt: Receipt | None = None


def book_requested(command: BookRequested, transaction: Transaction) -> BookedAppointment:
    """The appointment; the request waits until it is over."""
    changeset, task = _asked(command, transaction)
    changeset.case.require_open()
    task.require_open()
    connection = transaction.connection
    if store.of_request(connection, task.id) is not None:
        raise Conflict("Expected a request without an appointment, but it has one.", code=ALREADY_BOOKED)
    wanted = wanted_by(task, branch_code=changeset.case.branch_code, zone=transaction.zone)
    branch = organisation_store.branch_coded(connection, wanted.branch_code, on=transaction.today)
    if branch is None:
        raise NotFound.of("branch", wanted.branch_code)
    if command.starts_at.astimezone(transaction.zone).date() > wanted.last_day:
        raise Invalid.field("starts_at", f"expected a day until {wanted.last_day.isoformat()}")
    book = book_of(branch, transaction)
    booked = _book(
        book,
        book.service(wanted.service),
        command.starts_at,
        _visitor_of(changeset.case, transaction),
        transaction,
        case_id=changeset.case.id,
        service_task_id=task.id,
    )
    record(changeset, booked.appointment, "appointment_booked")
    changeset.save()
    return booked


@dataclass(frozen=True, kw_only=True)
class MoveAppointment(Command[Appointment]):
    """Move an appointment to another time of the same service and branch."""

    appointment_id: UUID
    starts_at: datetime
    proof: CitizensProof | None = None


def move_appointment(command: MoveAppointment, transaction: Transaction) -> Appointment:
    """The appointment at its new time, which was free; its old one is given back."""
    opened = opened_appointment(transaction, command.appointment_id, command.proof)
    appointment, book = opened.appointment, opened.book
    service = book.service(appointment.service_key)
    book.release(appointment.id)
    resource = book.reserve(appointment.id, service, command.starts_at)
    missed_at, remind_at = reminding(command.starts_at, service, book)
    moved = appointment.moved(
        to=command.starts_at,
        resource_id=resource.id,
        missed_at=missed_at,
        remind_at=remind_at,
        at=transaction.now,
    )
    kept = opened.keep(moved, "appointment_moved", was=appointment.starts_at.isoformat())
    tell(kept, Occasion.MOVED, transaction)
    return kept


@dataclass(frozen=True, kw_only=True)
class CancelAppointment(Command[Appointment]):
    """Cancel an appointment."""

    appointment_id: UUID
    proof: CitizensProof | None = None


def cancel_appointment(command: CancelAppointment, transaction: Transaction) -> Appointment:
    """The appointment, cancelled; its time is free again, and its case goes on."""
    opened = opened_appointment(transaction, command.appointment_id, command.proof)
    cancelled = opened.appointment.cancelled(opened.by, transaction.now)
    opened.book.release(cancelled.id)
    kept = opened.keep(cancelled, "appointment_cancelled", by=opened.by.value)
    tell(kept, Occasion.CANCELLED, transaction)
    return kept


def _book(
    book: OwnBook,
    service: Service,
    starts_at: datetime,
    visitor: Visitor,
    transaction: Transaction,
    *,
    resource_id: UUID | None = None,
    case_id: UUID | None = None,
    service_task_id: UUID | None = None,
    code: str | None = None,
) -> BookedAppointment:
    appointment_id = transaction.new_id()
    missed_at, remind_at = reminding(starts_at, service, book)
    now = transaction.now
    wanted = Appointment(
        id=appointment_id,
        branch_id=book.branch.id,
        service_id=service.id,
        service_key=service.key,
        resource_id=resource_id or _any_resource(book, service),
        starts_at=starts_at,
        minutes=service.minutes,
        zone=str(transaction.zone),
        visitor=visitor,
        booked_at=now,
        booked_by=transaction.actor.name,
        missed_at=missed_at,
        case_id=case_id,
        service_task_id=service_task_id,
        code_digest=digest_of_code(code) if code else None,
        remind_at=remind_at,
        changed_at=now,
    )
    # The places refer to the appointment, which is written with the resource that it gets.
    if not store.add(transaction.connection, wanted):
        raise Conflict(
            f"Expected nobody with an appointment for {service.key}, but this person has one.",
            code=ALREADY_BOOKED,
        )
    resource = book.reserve(appointment_id, service, starts_at, resource_id=resource_id)
    kept = store.save(transaction.connection, replace(wanted, resource_id=resource.id))
    tell(kept, Occasion.BOOKED, transaction)
    return BookedAppointment(appointment=kept, code=code)


def _any_resource(book: OwnBook, service: Service) -> UUID:
    """Some resource that serves it, until one that is free is known; without any no time is free."""
    there = book.schedule.resources_for(service)
    if not there:
        raise Conflict(f"Expected a counter or room for {service.key}, found none.", code=SLOT_TAKEN)
    return there[0].id


def _asked(command: BookRequested, transaction: Transaction) -> tuple[CaseChangeset, ServiceTask]:
    """The request and its case, locked, for whoever may answer it: a citizen shows the receipt."""
    locked = changeset_store.lock_case_of_service_task(transaction.connection, command.request_id)
    is_citizen = transaction.actor.kind is ActorKind.CITIZEN
    if locked is None or (is_citizen and command.receipt is None):
        raise no_such_receipt() if is_citizen else NotFound.of("service task", command.request_id)
    if command.receipt is not None and is_citizen:
        require_receipt(locked.case, command.receipt, transaction)
    else:
        require_works_case(transaction.actor, locked.case)
    changeset = CaseChangeset(transaction, locked)
    task = changeset.service_task(command.request_id)
    if task is None or not task.asks_appointment:
        raise Conflict(
            f"Expected case {locked.case.number} to wait for an appointment, but it does not.",
            code="no_appointment_wanted",
        )
    return changeset, task


def _visitor_of(case: Case, transaction: Transaction) -> Visitor:
    """The applicant of a case, told as they agreed to be told of it."""
    view = changeset_store.case(transaction.connection, case.id)
    person = applicant_in(view) if view else None
    number = person and (person.afm or person.amka)
    return Visitor(
        name=person.full_name if person else case.number,
        key=f"number:{number}" if number else f"case:{case.id}",
        sms=case.notify.sms,
        email=case.notify.email,
        language=case.notify.language,
    )


def _visitor_without_case(command: BookAppointment) -> Visitor:
    """Who comes, with the ways to tell them; `Invalid` with every problem by field."""
    name, phone, email = command.name.strip(), command.phone.strip(), command.email.strip()
    sms = CHECKS["gr-phone"].canonical(phone) if phone else None
    address = VALIDATION_TYPES["email"].canonical(email) if email else None
    problems = {
        "name": None if 0 < len(name) <= _LONGEST_NAME else "a name is required",
        "phone": "expected a Greek telephone number"
        if phone and sms is None
        else ("a telephone number or an e-mail address is required" if not phone and not email else None),
        "email": "expected an e-mail address" if email and address is None else None,
    }
    errors = {field_: [problem] for field_, problem in problems.items() if problem}
    if errors:
        raise Invalid("The appointment cannot be booked so.", errors)
    key = f"name:{search_form(name)}|{sms or address}"
    return Visitor(name=name, key=key, sms=sms, email=address, language=command.language)
