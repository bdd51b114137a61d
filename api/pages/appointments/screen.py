"""The screen on the wall and the kiosk, behind a link of their branch; and the page of whoever has a code.

The screen shows numbers and where they are called to, and fetches itself again; without scripts it is loaded
again. Nothing here says who anybody is.
"""

from uuid import UUID

from flask import Blueprint, request
from werkzeug.wrappers import Response

from api.http.context import engine
from api.http.identity import count_address, count_guess
from api.pages.appointments import facts
from api.pages.frame import dates
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized, localized_pair
from api.pages.frame.page import page
from engine.appointments.attendance import TakeTicket
from engine.appointments.booking import CancelAppointment, MoveAppointment
from engine.appointments.model import AppointmentState
from engine.appointments.queries import ShowAppointment, ShowScreen
from engine.appointments.schedule_store import LinkKind
from engine.kernel.actor import CITIZEN
from engine.kernel.refusal import Conflict, Invalid, NotFound

blueprint = Blueprint("screen", __name__)

_LONGEST = 40
"""Letters of a code."""


@blueprint.get("/screen/<link>")
def show(link: str) -> Response:
    """The numbers that are called, the latest first."""
    count_address("screen")
    shown = engine().ask(ShowScreen(link=link), actor=CITIZEN)
    return page(
        "appointments/screen.html",
        link=link,
        branch=localized_pair(shown.branch.name, shown.branch.name_en),
        called=[(one.number, localized(one.resource.called)) for one in shown.called],
        waiting=shown.waiting,
        now=engine().clock.now(),
    )


@blueprint.get("/kiosk/<link>")
def show_kiosk(link: str) -> Response:
    return _kiosk(link)


@blueprint.post("/kiosk/<link>")
def take_number(link: str) -> Response:
    """Give a number to whoever pressed the button of a service."""
    count_address("kiosk")
    service_id = request.form.get("service", type=UUID)
    if service_id is None:
        return _kiosk(link)
    try:
        ticket = engine().carry_out(TakeTicket(service_id=service_id, kiosk=link), actor=CITIZEN)
    except Conflict as refused:
        return _kiosk(link, problem=facts.refusal_words(refused), status=409)
    return _kiosk(link, number=ticket.number)


@blueprint.get("/appointment")
def ask_code() -> Response:
    """The form for the code of an appointment without a case."""
    return page("appointments/code.html", problem=None)


@blueprint.post("/appointment")
def show_own() -> Response:
    """The appointment of a code, which is sent with each form and stands in no address."""
    return _own(_code())


@blueprint.post("/appointment/move")
def move_own() -> Response:
    code = _code()
    try:
        sheet = engine().ask(ShowAppointment(proof=code), actor=CITIZEN)
        starts_at = facts.moment_sent(request.form.get("starts_at", ""))
        appointment_id = sheet.shown.appointment.id
        command = MoveAppointment(appointment_id=appointment_id, starts_at=starts_at, proof=code)
        engine().carry_out(command, actor=CITIZEN)
    except (Conflict, Invalid) as refused:
        return _own(code, flash=FlashMessage(facts.refusal_words(refused), "bad"), status=409)
    except NotFound:
        return _unknown()
    return _own(code, flash=FlashMessage(_("Your appointment has moved.")))


@blueprint.post("/appointment/cancel")
def cancel_own() -> Response:
    code = _code()
    try:
        sheet = engine().ask(ShowAppointment(proof=code), actor=CITIZEN)
        command = CancelAppointment(appointment_id=sheet.shown.appointment.id, proof=code)
        engine().carry_out(command, actor=CITIZEN)
    except Conflict as refused:
        return _own(code, flash=FlashMessage(facts.refusal_words(refused), "bad"), status=409)
    except NotFound:
        return _unknown()
    return _own(code, flash=FlashMessage(_("Your appointment is cancelled.")))


@blueprint.post("/appointment/file")
def download_own() -> Response:
    """The calendar file of the appointment of a code."""
    try:
        return facts.calendar_download(engine().ask(ShowAppointment(proof=_code()), actor=CITIZEN).shown)
    except NotFound:
        return _unknown()


def _kiosk(
    link: str, *, number: int | None = None, problem: str | None = None, status: int = 200
) -> Response:
    shown = engine().ask(ShowScreen(link=link, kind=LinkKind.KIOSK), actor=CITIZEN)
    return page(
        "appointments/kiosk.html",
        status=status,
        link=link,
        branch=localized_pair(shown.branch.name, shown.branch.name_en),
        services=[(str(one.id), localized(one.called)) for one in shown.services],
        waiting=shown.waiting,
        number=number,
        problem=problem,
    )


def _code() -> str:
    count_guess("track")
    return request.form.get("code", "").strip()[:_LONGEST]


def _own(code: str, *, flash: FlashMessage | None = None, status: int = 200) -> Response:
    question = ShowAppointment(proof=code, with_times_from=dates.day_sent(request.form.get("first")))
    try:
        sheet = engine().ask(question, actor=CITIZEN)
    except NotFound:
        return _unknown()
    appointment = sheet.shown.appointment
    return page(
        "appointments/own.html",
        status=status,
        flash=flash,
        code=code,
        when=facts.when_words(appointment),
        where=facts.where_words(sheet.shown),
        what=localized(sheet.shown.service.called),
        state=facts.state_mark(appointment.state),
        is_booked=appointment.state is AppointmentState.BOOKED,
        times=facts.times_shown(sheet.free),
    )


def _unknown() -> Response:
    problem = _("We find no appointment with this code. It was given to you when it was booked.")
    return page("appointments/code.html", status=404, problem=problem)
