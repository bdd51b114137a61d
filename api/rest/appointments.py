"""Appointments: free times, booking, moving, cancelling, and who came; for branch and citizen."""

from operator import attrgetter
from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Choice, ComposedShape, Moment, Shape, Text, TwoLanguages, WholeInQuery
from api.http.identity import count_guess
from engine.appointments.attendance import ArriveAtBranch, EndAppointment
from engine.appointments.booking import (
    BookAppointment,
    BookRequested,
    CancelAppointment,
    MoveAppointment,
)
from engine.appointments.changes import Receipt
from engine.appointments.model import AppointmentState, CancelledBy
from engine.appointments.queries import (
    MOST_DAYS,
    FreeTimes,
    ListFreeTimes,
    RequestedTimes,
    ShowAppointment,
    ShowDay,
    ShowRequested,
)
from engine.appointments.queue import TicketState
from engine.kernel.actor import CITIZEN, Scope
from engine.kernel.bilingual import Language

_ID = "01936b2e-8000-7aaa-8bbb-0123456789ad"
APPOINTMENT: dict[str, Any] = {
    "id": _ID,
    "service": "id-photo",
    "resource_id": "01936b2e-8000-7aaa-8bbb-0123456789ae",
    "starts_at": "2026-03-12T08:00:00Z",
    "minutes": 20,
    "state": "booked",
    "name": "Ελένη Δημητρίου",
    "case_id": None,
    "cancelled_by": None,
    "sequence": 0,
}
_TIMES: dict[str, Any] = {
    "service": {"el": "Φωτογραφία ταυτότητας", "en": "Identity photograph"},
    "minutes": 20,
    "days": ["2026-03-12"],
    "times": ["2026-03-12T08:00:00Z", "2026-03-12T08:20:00Z"],
}
TICKET: dict[str, Any] = {
    "id": "01936b2e-8000-7aaa-8bbb-0123456789af",
    "day": "2026-03-12",
    "number": 17,
    "state": "waiting",
    "is_ahead": False,
    "appointment_id": None,
    "resource_id": None,
    "taken_at": "2026-03-12T07:45:00Z",
    "called_at": None,
}


class AppointmentShape(Shape):
    """That somebody comes at a time."""

    id = fields.UUID(required=True)
    service = fields.String(
        required=True, attribute="service_key", metadata={"description": "The key of the service."}
    )
    resource_id = fields.UUID(required=True, metadata={"description": "The counter or room."})
    starts_at = Moment(required=True)
    minutes = fields.Integer(required=True)
    state = Choice(AppointmentState, required=True)
    name = fields.String(required=True, attribute="visitor.name", metadata={"description": "Who comes."})
    case_id = fields.UUID(required=True, allow_none=True)
    cancelled_by = Choice(CancelledBy, required=True, allow_none=True)
    sequence = fields.Integer(required=True, metadata={"description": "How often it was moved or cancelled."})


class BookedShape(ComposedShape, AppointmentShape):
    """An appointment that was made, with the code by which whoever comes without a case looks at it."""

    code = fields.String(
        required=True, allow_none=True, metadata={"description": "Told this once; null for that of a case."}
    )

    def value_of(self, thing: Any, name: str) -> Any:
        """The code stands beside the appointment."""
        return thing.code if name == "code" else attrgetter(name)(thing.appointment)


class OwnAppointmentShape(Shape):
    """An appointment as its citizen sees it; nothing personal."""

    id = fields.UUID(required=True)
    starts_at = Moment(required=True)
    minutes = fields.Integer(required=True)
    state = Choice(AppointmentState, required=True)
    sequence = fields.Integer(required=True)


class FreeTimesShape(ma.Schema):
    """The times that are free on some days that follow each other."""

    service = fields.Nested(TwoLanguages, required=True)
    minutes = fields.Integer(required=True)
    days = fields.List(fields.Date(), required=True)
    times = fields.List(Moment(), required=True)


class RequestedTimesShape(ma.Schema):
    """What a case asks for: the free times, or the appointment that was made."""

    last_day = fields.Date(required=True, metadata={"description": "Until when it may be."})
    free = fields.Nested(FreeTimesShape, required=True, allow_none=True)
    appointment = fields.Nested(OwnAppointmentShape, required=True, allow_none=True)


class TicketShape(Shape):
    """A number of the day, without a name."""

    id = fields.UUID(required=True)
    day = fields.Date(required=True)
    number = fields.Integer(required=True)
    state = Choice(TicketState, required=True)
    is_ahead = fields.Boolean(required=True, metadata={"description": "Whom the law puts ahead of others."})
    appointment_id = fields.UUID(required=True, allow_none=True)
    resource_id = fields.UUID(required=True, allow_none=True)
    taken_at = Moment(required=True)
    called_at = Moment(required=True, allow_none=True)


class DayShape(ma.Schema):
    """A day of a branch."""

    day = fields.Date(required=True)
    is_closed = fields.Boolean(required=True)
    items = fields.List(fields.Nested(AppointmentShape), required=True)
    waiting = fields.List(fields.Nested(TicketShape), required=True)


class DayQuery(ma.Schema):
    """Which day."""

    day = fields.Date(load_default=None, metadata={"description": "Today if left out."})


class TimesQuery(ma.Schema):
    """Which service, and from which day on."""

    service = Text(most=100, required=True, means="The key of the service.")
    first = fields.Date(load_default=None, metadata={"description": "Today if left out."})
    days = WholeInQuery(least=1, most=MOST_DAYS, load_default=7, means="How many days.")


class BookingBody(ma.Schema):
    """Who comes when, for what."""

    service = Text(most=100, required=True, example="id-photo")
    starts_at = Moment(required=True, means="One of the free times.")
    resource_id = fields.UUID(load_default=None, allow_none=True)
    case_id = fields.UUID(load_default=None, allow_none=True)
    name = Text(most=200, least=0, load_default="", means="Who comes, where there is no case.")
    phone = Text(most=50, least=0, load_default="")
    email = Text(most=254, least=0, load_default="")
    language = Choice(Language, load_default=Language.EL)


class RequestedBody(ma.Schema):
    """For which request of a case, and when."""

    request_id = fields.UUID(required=True)
    starts_at = Moment(required=True)


class NewTimeBody(ma.Schema):
    """The new time."""

    starts_at = Moment(required=True)


class CitizensTimesQuery(ma.Schema):
    """The code on the receipt, what the case asks for, and from which day on."""

    code = Text(most=40, required=True, means="The tracking code on the receipt.")
    request_id = fields.UUID(required=True)
    first = fields.Date(load_default=None)


class CitizensBookingBody(RequestedBody):
    """The same, with the code on the receipt."""

    code = Text(most=40, required=True, example="K7QX-9PAB-2MRT-4WZE")


class CitizensNewTimeBody(NewTimeBody):
    """The new time, with the code on the receipt."""

    code = Text(most=40, required=True, example="K7QX-9PAB-2MRT-4WZE")


class ReceiptCodeBody(ma.Schema):
    """The code on the receipt."""

    code = Text(most=40, required=True, example="K7QX-9PAB-2MRT-4WZE")


calls = Calls("appointments", about="Times at which a branch serves people, and who comes when.")

_OWN: dict[str, Any] = {
    name: APPOINTMENT[name] for name in ("id", "starts_at", "minutes", "state", "sequence")
}


@calls.call("GET", "/appointments/times", scope=Scope.CASES_READ, refuses=[404])
@calls.arguments(TimesQuery, location="query")
@calls.response(200, FreeTimesShape, example=_TIMES)
def list_free_times(query: dict[str, Any]) -> object:
    """List the free times of a service of your branch.

    From a day on, the earliest first; none on a day on which the branch does not work.
    """
    question = ListFreeTimes(service=query["service"], first=query["first"], count=query["days"])
    return _times(engine().ask(question, actor=actor()))


@calls.call("GET", "/appointments", scope=Scope.CASES_READ)
@calls.arguments(DayQuery, location="query")
@calls.response(
    200, DayShape, example={"day": "2026-03-12", "is_closed": False, "items": [APPOINTMENT], "waiting": []}
)
def list_appointments(query: dict[str, Any]) -> object:
    """List who comes to your branch on a day.

    With the numbers that wait, in the order in which they were given.
    """
    found = engine().ask(ShowDay(day=query["day"]), actor=actor())
    return {
        "day": found.day,
        "is_closed": found.is_closed,
        "items": found.appointments,
        "waiting": found.waiting,
    }


@calls.call("POST", "/appointments", scope=Scope.CASES_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(BookingBody)
@calls.response(201, BookedShape, example={**APPOINTMENT, "code": "K7QX-9PAB-2MRT-4WZE"})
def book_appointment(body: dict[str, Any]) -> object:
    """Book a time at your branch.

    For the citizen of a case, or for somebody without one: their name, and how they are told. 409 with
    `time_taken` if it is not free any more, with `already_booked` if they have one for the service.
    """
    return engine().carry_out(BookAppointment(**body), actor=actor())


@calls.call("POST", "/appointments/requested", scope=Scope.CASES_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(RequestedBody)
@calls.response(201, BookedShape, example={**APPOINTMENT, "code": None})
def book_requested(body: dict[str, Any]) -> object:
    """Book a time for which a case asks.

    The request is a service task of the topic `stoa:appointment`, which waits until the appointment is over.
    """
    return engine().carry_out(BookRequested(**body), actor=actor())


@calls.call("GET", "/appointments/<uuid:appointment_id>", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, AppointmentShape, example=APPOINTMENT)
def show_appointment(appointment_id: UUID) -> object:
    """Show an appointment."""
    return engine().ask(ShowAppointment(appointment_id=appointment_id), actor=actor()).shown.appointment


@calls.call(
    "POST",
    "/appointments/<uuid:appointment_id>/move",
    scope=Scope.CASES_WRITE,
    takes=JSON,
    refuses=[404, 409],
)
@calls.arguments(NewTimeBody)
@calls.response(200, AppointmentShape, example=APPOINTMENT)
def move_appointment(body: dict[str, Any], appointment_id: UUID) -> object:
    """Move an appointment.

    To a free time of the same service. Whoever comes is told.
    """
    return engine().carry_out(MoveAppointment(appointment_id=appointment_id, **body), actor=actor())


@calls.call("POST", "/appointments/<uuid:appointment_id>/cancel", scope=Scope.CASES_WRITE, refuses=[404, 409])
@calls.response(
    200, AppointmentShape, example={**APPOINTMENT, "state": "cancelled", "cancelled_by": "branch"}
)
def cancel_appointment(appointment_id: UUID) -> object:
    """Cancel an appointment.

    Its time is free again, whoever would have come is told, and a case that asked for it goes on.
    """
    return engine().carry_out(CancelAppointment(appointment_id=appointment_id), actor=actor())


@calls.call("POST", "/appointments/<uuid:appointment_id>/arrive", scope=Scope.CASES_WRITE, refuses=[404, 409])
@calls.response(200, TicketShape, example={**TICKET, "appointment_id": _ID})
def arrive_at_branch(appointment_id: UUID) -> object:
    """Note that somebody has come for their appointment.

    They get a number, which is called once their time has come.
    """
    return engine().carry_out(ArriveAtBranch(appointment_id=appointment_id), actor=actor())


@calls.call(
    "POST",
    "/appointments/<uuid:appointment_id>/<any(serve, miss):end>",
    scope=Scope.CASES_WRITE,
    refuses=[404, 409],
)
@calls.response(200, AppointmentShape, example={**APPOINTMENT, "state": "served"})
def end_appointment(appointment_id: UUID, end: str) -> object:
    """Say that somebody was served, or did not come.

    A case that asked for the appointment goes on with that.
    """
    command = EndAppointment(appointment_id=appointment_id, was_served=end == "serve")
    return engine().carry_out(command, actor=actor())


@calls.call("GET", "/track/<number>/appointments", scope=None, refuses=[404])
@calls.arguments(CitizensTimesQuery, location="query")
@calls.response(
    200, RequestedTimesShape, example={"last_day": "2026-04-08", "free": _TIMES, "appointment": None}
)
def show_own_times(query: dict[str, Any], number: str) -> object:
    """Show the times that you may choose for your own case.

    With the number and the code on the receipt.
    """
    count_guess("track")
    receipt = Receipt(number=number, code=query["code"])
    question = ShowRequested(request_id=query["request_id"], first=query["first"], receipt=receipt)
    return _requested(engine().ask(question, actor=CITIZEN))


@calls.call("POST", "/track/<number>/appointments", scope=None, takes=JSON, refuses=[404, 409])
@calls.arguments(CitizensBookingBody)
@calls.response(201, OwnAppointmentShape, example=_OWN)
def book_own_appointment(body: dict[str, Any], number: str) -> object:
    """Choose a time for your own case.

    With the number and the code on the receipt.
    """
    count_guess("track")
    receipt = Receipt(number=number, code=body.pop("code"))
    return engine().carry_out(BookRequested(receipt=receipt, **body), actor=CITIZEN).appointment


@calls.call(
    "POST",
    "/track/<number>/appointments/<uuid:appointment_id>/move",
    scope=None,
    takes=JSON,
    refuses=[404, 409],
)
@calls.arguments(CitizensNewTimeBody)
@calls.response(200, OwnAppointmentShape, example=_OWN)
def move_own_appointment(body: dict[str, Any], number: str, appointment_id: UUID) -> object:
    """Move the appointment of your own case."""
    count_guess("track")
    proof = Receipt(number=number, code=body["code"])
    command = MoveAppointment(appointment_id=appointment_id, starts_at=body["starts_at"], proof=proof)
    return engine().carry_out(command, actor=CITIZEN)


@calls.call(
    "POST",
    "/track/<number>/appointments/<uuid:appointment_id>/cancel",
    scope=None,
    takes=JSON,
    refuses=[404, 409],
)
@calls.arguments(ReceiptCodeBody)
@calls.response(200, OwnAppointmentShape, example={**_OWN, "state": "cancelled", "sequence": 1})
def cancel_own_appointment(body: dict[str, Any], number: str, appointment_id: UUID) -> object:
    """Cancel the appointment of your own case."""
    count_guess("track")
    proof = Receipt(number=number, code=body["code"])
    return engine().carry_out(CancelAppointment(appointment_id=appointment_id, proof=proof), actor=CITIZEN)


def _times(found: FreeTimes) -> dict[str, Any]:
    service = found.service
    return {
        "service": {"el": service.called.el, "en": service.called.en},
        "minutes": service.minutes,
        "days": found.days,
        "times": [slot.starts_at for slot in found.slots],
    }


def _requested(found: RequestedTimes) -> dict[str, Any]:
    return {
        "last_day": found.last_day,
        "free": _times(found.free) if found.free else None,
        "appointment": found.shown.appointment if found.shown else None,
    }
