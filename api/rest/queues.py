"""The queue of a branch and its schedule: numbers, calling the next one, what is offered where and when."""

from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Shape, Text, TwoLanguages, Whole
from api.rest.appointments import TICKET, TicketShape
from engine.appointments.attendance import CallNext, EndTicket, TakeTicket
from engine.appointments.links import MakeLink
from engine.appointments.model import MOST_AT_ONCE, MOST_MINUTES
from engine.appointments.planning import CloseWindow, OpenWindows, PlanResource, PlanService
from engine.appointments.queries import ShowPlan, ShowScreen
from engine.appointments.schedule_store import LinkKind
from engine.kernel.actor import CITIZEN, Scope

_SERVICE: dict[str, Any] = {
    "id": "01936b2e-8000-7aaa-8bbb-0123456789b0",
    "key": "id-photo",
    "name": "Φωτογραφία ταυτότητας",
    "name_en": "Identity photograph",
    "minutes": 20,
    "at_once": 2,
    "grace": 15,
    "is_offered": True,
}
_RESOURCE: dict[str, Any] = {
    "id": "01936b2e-8000-7aaa-8bbb-0123456789ae",
    "name": "Θυρίδα 2",
    "name_en": "Counter 2",
    "services": [],
}
_WINDOW: dict[str, Any] = {
    "id": "01936b2e-8000-7aaa-8bbb-0123456789b1",
    "resource_id": _RESOURCE["id"],
    "weekday": 0,
    "opens": "08:00:00",
    "closes": "14:00:00",
    "first_day": "2026-03-09",
    "last_day": None,
}


class ServiceShape(Shape):
    """What a branch does by appointment."""

    id = fields.UUID(required=True)
    key = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    minutes = fields.Integer(required=True)
    at_once = fields.Integer(required=True)
    grace = fields.Integer(required=True)
    is_offered = fields.Boolean(required=True)


class ResourceShape(Shape):
    """A counter or room."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    services = fields.List(fields.String(), required=True)


class WindowShape(Shape):
    """When a counter or room is open."""

    id = fields.UUID(required=True)
    resource_id = fields.UUID(required=True)
    weekday = fields.Integer(required=True, metadata={"description": "Monday is 0."})
    opens = fields.Time(required=True)
    closes = fields.Time(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True, allow_none=True)


class ScheduleShape(Shape):
    """What a branch offers by appointment, where and when."""

    services = fields.List(fields.Nested(ServiceShape), required=True)
    resources = fields.List(fields.Nested(ResourceShape), required=True)
    windows = fields.List(fields.Nested(WindowShape), required=True)


class WindowsShape(ma.Schema):
    """The windows that were opened."""

    items = fields.List(fields.Nested(WindowShape), required=True)


class ServiceBody(ma.Schema):
    """A service, known by its key."""

    key = Text(most=64, required=True, example="id-photo")
    name = Text(most=200, required=True)
    name_en = Text(most=200, least=0, load_default="")
    minutes = Whole(least=5, most=MOST_MINUTES, required=True, means="A multiple of 5.")
    at_once = Whole(least=1, most=MOST_AT_ONCE, load_default=1, means="In the whole branch.")
    grace = Whole(
        least=0, most=120, load_default=15, means="Minutes after which nobody is expected any more."
    )
    is_offered = fields.Boolean(load_default=True)


class ResourceBody(ma.Schema):
    """A counter or room; `services` are keys, none means every service."""

    name = Text(most=200, required=True)
    name_en = Text(most=200, least=0, load_default="")
    services = fields.List(Text(most=64), load_default=list, validate=ma.validate.Length(max=100))
    resource_id = fields.UUID(load_default=None, allow_none=True)


class WindowsBody(ma.Schema):
    """On which weekdays (Monday is 0), from when until when, from which day on."""

    resource_id = fields.UUID(required=True)
    weekdays = fields.List(Whole(least=0, most=6), required=True, validate=ma.validate.Length(min=1, max=7))
    opens = fields.Time(required=True)
    closes = fields.Time(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(load_default=None, allow_none=True)


class TicketBody(ma.Schema):
    """For what, and whether the law puts them ahead of others."""

    service_id = fields.UUID(required=True)
    is_ahead = fields.Boolean(load_default=False)


class CallBody(ma.Schema):
    """To which counter or room."""

    resource_id = fields.UUID(required=True)


class CalledShape(ma.Schema):
    """The number that is called; null where nobody waits."""

    ticket = fields.Nested(TicketShape, required=True, allow_none=True)


class LinkShape(Shape):
    """A link that was made; it is told this once."""

    kind = fields.String(required=True)
    text = fields.String(required=True)


class ScreenNumberShape(ma.Schema):
    """A number and where it is called to."""

    number = fields.Integer(required=True)
    place = fields.Nested(TwoLanguages, required=True)


class ScreenShape(ma.Schema):
    """What hangs on the wall; nothing personal."""

    called = fields.List(fields.Nested(ScreenNumberShape), required=True)
    waiting = fields.Integer(required=True)


calls = Calls("queues", about="The queue of a branch, and when it takes appointments.")


@calls.call("GET", "/appointments/schedule", scope=Scope.CASES_READ)
@calls.response(
    200, ScheduleShape, example={"services": [_SERVICE], "resources": [_RESOURCE], "windows": [_WINDOW]}
)
def show_schedule() -> object:
    """Show when your branch takes appointments."""
    return engine().ask(ShowPlan(), actor=actor())


@calls.call("POST", "/appointments/services", scope=Scope.CASES_WRITE, takes=JSON)
@calls.arguments(ServiceBody)
@calls.response(200, ServiceShape, example=_SERVICE)
def plan_service(body: dict[str, Any]) -> object:
    """Offer a service by appointment, or change the one of that key."""
    return engine().carry_out(PlanService(**body), actor=actor())


@calls.call("POST", "/appointments/resources", scope=Scope.CASES_WRITE, takes=JSON, refuses=[404])
@calls.arguments(ResourceBody)
@calls.response(200, ResourceShape, example=_RESOURCE)
def plan_resource(body: dict[str, Any]) -> object:
    """Add a counter or room, or change the one of that id."""
    services = tuple(body.pop("services"))
    return engine().carry_out(PlanResource(services=services, **body), actor=actor())


@calls.call("POST", "/appointments/windows", scope=Scope.CASES_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(WindowsBody)
@calls.response(200, WindowsShape, example={"items": [_WINDOW]})
def open_windows(body: dict[str, Any]) -> object:
    """Open a counter or room on weekdays, from one time to another.

    By the clock on the wall, in multiples of five minutes.
    """
    weekdays = tuple(body.pop("weekdays"))
    return {"items": engine().carry_out(OpenWindows(weekdays=weekdays, **body), actor=actor())}


@calls.call("DELETE", "/appointments/windows/<uuid:window_id>", scope=Scope.CASES_WRITE, refuses=[404])
@calls.response(204)
def close_window(window_id: UUID) -> None:
    """Offer no more times in a window.

    What is booked stays booked.
    """
    engine().carry_out(CloseWindow(window_id=window_id), actor=actor())


@calls.call("POST", "/appointments/links/<any(screen, kiosk):kind>", scope=Scope.CASES_WRITE, refuses=[404])
@calls.response(200, LinkShape, example={"kind": "screen", "text": "h0bX3k5mYt1c2d3e4f5g6h7i8j9"})
def make_link(kind: str) -> object:
    """Make the link for the screen or the kiosk of your branch.

    The one before opens nothing any more.
    """
    return engine().carry_out(MakeLink(kind=LinkKind(kind)), actor=actor())


@calls.call("POST", "/tickets", scope=Scope.CASES_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(TicketBody)
@calls.response(201, TicketShape, example=TICKET)
def take_ticket(body: dict[str, Any]) -> object:
    """Give a number to somebody who walks in."""
    return engine().carry_out(TakeTicket(**body), actor=actor())


@calls.call("POST", "/tickets/next", scope=Scope.CASES_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(CallBody)
@calls.response(200, CalledShape, example={"ticket": {**TICKET, "state": "called"}})
def call_next(body: dict[str, Any]) -> object:
    """Call the next one.

    Ahead are those with an appointment whose time has come, and those whom the law puts ahead; after two of
    these in a row the next is whoever of the others waits longest. 409 while somebody is at the counter.
    """
    return {"ticket": engine().carry_out(CallNext(**body), actor=actor())}


@calls.call(
    "POST",
    "/tickets/<uuid:ticket_id>/<any(serve, leave):end>",
    scope=Scope.CASES_WRITE,
    refuses=[404, 409],
)
@calls.response(200, TicketShape, example={**TICKET, "state": "served"})
def end_ticket(ticket_id: UUID, end: str) -> object:
    """Say that somebody who was called was served, or was not there."""
    return engine().carry_out(EndTicket(ticket_id=ticket_id, was_served=end == "serve"), actor=actor())


@calls.call("GET", "/screens/<link>", scope=None, refuses=[404])
@calls.response(
    200,
    ScreenShape,
    example={"called": [{"number": 17, "place": {"el": "Θυρίδα 2", "en": "Counter 2"}}], "waiting": 4},
)
def show_screen(link: str) -> object:
    """Show the numbers that are called.

    With the link of a branch's screen; nothing personal.
    """
    found = engine().ask(ShowScreen(link=link), actor=CITIZEN)
    called = [
        {"number": one.number, "place": {"el": one.resource.called.el, "en": one.resource.called.en}}
        for one in found.called
    ]
    return {"called": called, "waiting": found.waiting}
