"""The appointment of a case, for its citizen: choosing a time, moving and cancelling it, a calendar file."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.http.identity import count_address, count_guess
from api.pages.appointments import facts
from api.pages.frame import dates
from api.pages.frame.closings import closing_words
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import localized
from api.pages.frame.page import page
from api.pages.tracking.status import present_visit
from engine.appointments.booking import BookRequested, CancelAppointment, MoveAppointment
from engine.appointments.changes import Receipt
from engine.appointments.model import AppointmentState
from engine.appointments.queries import ShowAppointment, ShowRequested
from engine.context import Command
from engine.kernel.actor import CITIZEN
from engine.kernel.refusal import Conflict, Invalid, NotFound

blueprint = Blueprint("own_appointments", __name__, url_prefix="/track/case")


@blueprint.get("/requests/<uuid:request_id>")
def show_times(request_id: UUID) -> Response:
    """The times from which the citizen chooses."""
    return _times(request_id)


@blueprint.post("/requests/<uuid:request_id>")
def book(request_id: UUID) -> Response:
    def chosen(receipt: Receipt) -> BookRequested:
        starts_at = facts.moment_sent(request.form.get("starts_at", ""))
        return BookRequested(request_id=request_id, starts_at=starts_at, receipt=receipt)

    return _carry_out(chosen, lambda problem: _times(request_id, problem=problem))


@blueprint.get("/appointments/<uuid:appointment_id>")
def show(appointment_id: UUID) -> Response:
    """The appointment, with the times to which it can be moved."""
    return _one(appointment_id)


@blueprint.get("/appointments/<uuid:appointment_id>/appointment.ics")
def download(appointment_id: UUID) -> Response:
    """The calendar file."""
    receipt = _receipt()
    if receipt is None:
        return _visit_ended()
    count_address("tracked")
    question = ShowAppointment(appointment_id=appointment_id, proof=receipt)
    return facts.calendar_download(engine().ask(question, actor=CITIZEN).shown)


@blueprint.post("/appointments/<uuid:appointment_id>/move")
def move(appointment_id: UUID) -> Response:
    def moved(receipt: Receipt) -> MoveAppointment:
        starts_at = facts.moment_sent(request.form.get("starts_at", ""))
        return MoveAppointment(appointment_id=appointment_id, starts_at=starts_at, proof=receipt)

    return _carry_out(moved, lambda problem: _one(appointment_id, problem=problem))


@blueprint.post("/appointments/<uuid:appointment_id>/cancel")
def cancel(appointment_id: UUID) -> Response:
    return _carry_out(
        lambda receipt: CancelAppointment(appointment_id=appointment_id, proof=receipt),
        lambda problem: _one(appointment_id, problem=problem),
    )


def _carry_out(command: Callable[[Receipt], Command[Any]], otherwise: Callable[[str], Response]) -> Response:
    receipt = _receipt()
    if receipt is None:
        return _visit_ended()
    count_guess("track")
    try:
        engine().carry_out(command(receipt), actor=CITIZEN)
    except (Invalid, Conflict) as refused:
        return otherwise(facts.refusal_words(refused))
    return redirect(url_for("track.show"), 303)


def _times(request_id: UUID, *, problem: str | None = None) -> Response:
    receipt = _receipt()
    if receipt is None:
        return _visit_ended()
    count_address("tracked")
    first = dates.day_sent(request.values.get("first"))
    try:
        found = engine().ask(
            ShowRequested(request_id=request_id, first=first, receipt=receipt), actor=CITIZEN
        )
    except NotFound:
        return redirect(url_for("track.show"), 303)
    if found.shown is not None:
        address = url_for("own_appointments.show", appointment_id=found.shown.appointment.id)
        return redirect(address, 303)
    return page(
        "appointments/choose.html",
        status=409 if problem else 200,
        found=found,
        closing=closing_words(found.closing),
        times=facts.times_shown(found.free),
        last_day=dates.plain_day(found.last_day),
        problem=problem,
    )


def _one(appointment_id: UUID, *, problem: str | None = None) -> Response:
    receipt = _receipt()
    if receipt is None:
        return _visit_ended()
    count_address("tracked")
    question = ShowAppointment(
        appointment_id=appointment_id,
        proof=receipt,
        with_times_from=dates.day_sent(request.values.get("first")),
    )
    sheet = engine().ask(question, actor=CITIZEN)
    appointment = sheet.shown.appointment
    return page(
        "appointments/mine.html",
        status=409 if problem else 200,
        flash=FlashMessage(problem, "bad") if problem else None,
        appointment=appointment,
        when=facts.when_words(appointment),
        where=facts.where_words(sheet.shown),
        what=localized(sheet.shown.service.called),
        state=facts.state_mark(appointment.state),
        is_booked=appointment.state is AppointmentState.BOOKED,
        times=facts.times_shown(sheet.free),
    )


def _receipt() -> Receipt | None:
    """What the present visit proves; None without one."""
    visit = present_visit()
    return Receipt(number=visit.number, code=visit.given) if visit else None


def _visit_ended() -> Response:
    return redirect(url_for("track.track", said="over"), 303)
