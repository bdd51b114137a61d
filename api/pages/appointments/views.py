"""The appointments of a branch, for its clerks: the day with its queue, booking, and one appointment."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.appointments import facts
from api.pages.frame import dates
from api.pages.frame.closings import closing_words
from api.pages.frame.flash import FlashMessage, flash_message
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_WORKERS, actor, signed_in
from engine.appointments.attendance import (
    ArriveAtBranch,
    CallNext,
    EndAppointment,
    EndTicket,
    TakeTicket,
)
from engine.appointments.booking import (
    BookAppointment,
    BookRequested,
    CancelAppointment,
    MoveAppointment,
)
from engine.appointments.model import AppointmentState
from engine.appointments.queries import ShowAppointment, ShowBooking, ShowDay, ShowRequested
from engine.context import Command
from engine.kernel.actor import Role
from engine.kernel.bilingual import Language
from engine.kernel.refusal import Conflict, Invalid, Refusal

blueprint = Blueprint("desk_appointments", __name__, url_prefix="/desk/appointments")


@blueprint.get("")
@signed_in(*CASE_WORKERS)
def show() -> Response:
    """The day: who comes when and where, who waits, and the button that calls the next one."""
    return _day(flash=flash_message())


@blueprint.post("/next")
@signed_in(*CASE_WORKERS)
def call() -> Response:
    """Call the next one to the counter that was chosen."""
    counter = request.form.get("counter", type=UUID)
    if counter is None:
        return _day(flash=FlashMessage(_("Choose your counter first."), "bad"), status=422)
    try:
        called = engine().carry_out(CallNext(resource_id=counter), actor=actor())
    except Conflict as refused:
        return _day(flash=FlashMessage(facts.refusal_words(refused), "bad"), status=409)
    said = "called" if called else "nobody-waits"
    return redirect(url_for("desk_appointments.show", counter=counter, said=said), 303)


@blueprint.post("/tickets")
@signed_in(*CASE_WORKERS)
def give_number() -> Response:
    """Give a number to somebody who walks in."""
    service_id = request.form.get("service", type=UUID)
    if service_id is None:
        return _day(flash=FlashMessage(_("Choose what they come for."), "bad"), status=422)
    command = TakeTicket(service_id=service_id, is_ahead="ahead" in request.form)
    try:
        ticket = engine().carry_out(command, actor=actor())
    except Conflict as refused:
        return _day(flash=FlashMessage(facts.refusal_words(refused), "bad"), status=409)
    return redirect(
        url_for(
            "desk_appointments.show", counter=request.form.get("counter"), said="number", n=ticket.number
        ),
        303,
    )


@blueprint.post("/tickets/<uuid:ticket_id>/<any(serve, leave):end>")
@signed_in(*CASE_WORKERS)
def end_ticket(ticket_id: UUID, end: str) -> Response:
    """Say what became of the number at the counter."""
    try:
        engine().carry_out(EndTicket(ticket_id=ticket_id, was_served=end == "serve"), actor=actor())
    except Conflict as refused:
        return _day(flash=FlashMessage(facts.refusal_words(refused), "bad"), status=409)
    return redirect(url_for("desk_appointments.show", counter=request.form.get("counter"), said="ended"), 303)


@blueprint.get("/new")
@signed_in(*CASE_WORKERS)
def show_booking() -> Response:
    return _booking()


@blueprint.post("/new")
@signed_in(*CASE_WORKERS)
def book() -> Response:
    """Book a time for somebody without a case, or for the citizen of one."""
    try:
        command = BookAppointment(
            service=request.form.get("service", ""),
            starts_at=facts.moment_sent(request.form.get("starts_at", "")),
            case_id=request.form.get("case", type=UUID),
            language=Language(request.form.get("language", Language.EL)),
            name=request.form.get("name", ""),
            phone=request.form.get("phone", ""),
            email=request.form.get("email", ""),
        )
        booked = engine().carry_out(command, actor=actor())
    except Invalid as refused:
        return _booking(refused=refused, status=422)
    except Conflict as refused:
        return _booking(refused=refused, status=409)
    if booked.code is None:
        return redirect(url_for("desk_appointments.show_one", appointment_id=booked.id, said="booked"), 303)
    return _one(booked.id, code=booked.code, flash=FlashMessage(_("The appointment is booked.")))


@blueprint.get("/requests/<uuid:request_id>")
@signed_in(*CASE_WORKERS)
def show_request(request_id: UUID) -> Response:
    """The times from which a clerk chooses for a case that asks for an appointment."""
    return _requested(request_id)


@blueprint.post("/requests/<uuid:request_id>")
@signed_in(*CASE_WORKERS)
def book_request(request_id: UUID) -> Response:
    try:
        starts_at = facts.moment_sent(request.form.get("starts_at", ""))
        booked = engine().carry_out(BookRequested(request_id=request_id, starts_at=starts_at), actor=actor())
    except (Invalid, Conflict) as refused:
        return _requested(request_id, refused=refused)
    return redirect(
        url_for("case_file.show", case_id=booked.appointment.case_id, said="appointment-booked"), 303
    )


@blueprint.get("/<uuid:appointment_id>")
@signed_in(*CASE_WORKERS)
def show_one(appointment_id: UUID) -> Response:
    return _one(appointment_id, flash=flash_message())


@blueprint.get("/<uuid:appointment_id>/appointment.ics")
@signed_in(*CASE_WORKERS)
def download(appointment_id: UUID) -> Response:
    """The calendar file, to be handed on."""
    sheet = engine().ask(ShowAppointment(appointment_id=appointment_id), actor=actor())
    return facts.calendar_download(sheet.shown)


@blueprint.post("/<uuid:appointment_id>/move")
@signed_in(*CASE_WORKERS)
def move(appointment_id: UUID) -> Response:
    def moved() -> MoveAppointment:
        starts_at = facts.moment_sent(request.form.get("starts_at", ""))
        return MoveAppointment(appointment_id=appointment_id, starts_at=starts_at)

    return _change(appointment_id, moved, "appointment-moved")


@blueprint.post("/<uuid:appointment_id>/<any(arrive, serve, miss, cancel):act>")
@signed_in(*CASE_WORKERS)
def change(appointment_id: UUID, act: str) -> Response:
    """Note that somebody has come, was served, did not come; or cancel the appointment."""
    commands: dict[str, Callable[[], Command[Any]]] = {
        "arrive": lambda: ArriveAtBranch(appointment_id=appointment_id),
        "serve": lambda: EndAppointment(appointment_id=appointment_id, was_served=True),
        "miss": lambda: EndAppointment(appointment_id=appointment_id, was_served=False),
        "cancel": lambda: CancelAppointment(appointment_id=appointment_id),
    }
    return _change(appointment_id, commands[act], f"appointment-{act}")


def _change(appointment_id: UUID, command: Callable[[], Command[Any]], said: str) -> Response:
    try:
        engine().carry_out(command(), actor=actor())
    except (Invalid, Conflict) as refused:
        flash = FlashMessage(facts.refusal_words(refused), "bad")
        return _one(appointment_id, flash=flash, status=409)
    return redirect(url_for("desk_appointments.show_one", appointment_id=appointment_id, said=said), 303)


def _day(*, flash: FlashMessage | None = None, status: int = 200) -> Response:
    day = engine().ask(ShowDay(day=dates.day_sent(request.args.get("day"))), actor=actor())
    counter = request.values.get("counter", type=UUID)
    services = {one.id: localized(one.called) for one in day.schedule.services}
    return page(
        "appointments/day.html",
        status=status,
        flash=flash,
        day=day,
        closing=closing_words(day.closing),
        title=dates.plain_day(day.day),
        neighbours=facts.neighbours(day.day),
        columns=[localized(one.called) for one in day.schedule.resources],
        rows=facts.table_of(day),
        counter=counter,
        counters=[(str(one.id), localized(one.called)) for one in day.schedule.resources],
        there=facts.at_counter(day, counter),
        services=services,
        offered=[(str(one.id), localized(one.called)) for one in day.schedule.services if one.is_offered],
        plans=actor().has(Role.MANAGER),
    )


def _booking(*, refused: Refusal | None = None, status: int = 200) -> Response:
    question = ShowBooking(
        service=request.values.get("service"),
        first=dates.day_sent(request.values.get("first")),
        case_id=request.values.get("case", type=UUID),
    )
    shown = engine().ask(question, actor=actor())
    return page(
        "appointments/book.html",
        status=status,
        shown=shown,
        closing=closing_words(shown.closing),
        services=[(one.key, localized(one.called)) for one in shown.services],
        times=facts.times_shown(shown.free),
        typed=request.form,
        errors=_booking_errors(refused),
    )


def _booking_errors(refused: Refusal | None) -> dict[str, list[str]]:
    if refused is None:
        return {}
    words = {
        "name": _("Write who comes."),
        "phone": _("Give a Greek telephone number or an e-mail address, so that they can be told."),
        "email": _("Write the e-mail address as name@example.org, or leave it out."),
    }
    fields = refused.errors if isinstance(refused, Invalid) else {}
    found = {name: [words[name]] for name in words if name in fields}
    return found or {"times": [facts.refusal_words(refused)]}


def _requested(request_id: UUID, *, refused: Refusal | None = None) -> Response:
    question = ShowRequested(request_id=request_id, first=dates.day_sent(request.values.get("first")))
    found = engine().ask(question, actor=actor())
    if found.shown is not None:
        return redirect(url_for("desk_appointments.show_one", appointment_id=found.shown.appointment.id), 303)
    return page(
        "appointments/request.html",
        status=409 if refused else 200,
        found=found,
        closing=closing_words(found.closing),
        times=facts.times_shown(found.free),
        last_day=dates.plain_day(found.last_day),
        problem=facts.refusal_words(refused) if refused else None,
    )


def _one(
    appointment_id: UUID, *, code: str | None = None, flash: FlashMessage | None = None, status: int = 200
) -> Response:
    question = ShowAppointment(
        appointment_id=appointment_id, with_times_from=dates.day_sent(request.args.get("first"))
    )
    sheet = engine().ask(question, actor=actor())
    appointment = sheet.shown.appointment
    today = dates.local(engine().clock.now()).date()
    return page(
        "appointments/one.html",
        status=status,
        flash=flash,
        code=code,
        appointment=appointment,
        when=facts.when_words(appointment),
        where=facts.where_words(sheet.shown),
        what=localized(sheet.shown.service.called),
        state=facts.state_mark(appointment.state),
        number=sheet.ticket.number if sheet.ticket else None,
        times=facts.times_shown(sheet.free),
        is_booked=appointment.state is AppointmentState.BOOKED,
        is_open=not appointment.state.is_final,
        is_today=dates.local(appointment.starts_at).date() == today,
        has_begun=appointment.starts_at <= engine().clock.now(),
    )
