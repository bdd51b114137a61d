"""Agencies that are paused: nothing is sent to them until somebody switches them on again."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Moment, Shape, Text
from engine.kernel.actor import Scope
from engine.service_tasks.switching import ListPausedAgencies, ListSwitches, SwitchAgencyOn

PAUSED: dict[str, Any] = {
    "key": "municipality",
    "name": "Δήμος Αθηναίων",
    "name_en": "City of Athens",
    "since": "2026-03-09T10:00:00Z",
    "reason": "The endpoint is gone (HTTP 410).",
    "waiting": 12,
}
SWITCH: dict[str, Any] = {
    "at": "2026-03-09T12:00:00Z",
    "is_on": True,
    "by": "olga",
    "reason": "Ο φορέας άλλαξε διακομιστή.",
}


class PausedShape(Shape):
    """An agency that nothing is sent to."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True, metadata={"description": "Empty where it has none."})
    since = Moment(required=True)
    reason = fields.String(required=True)
    waiting = fields.Integer(required=True, metadata={"description": "Open requests that you see."})


class PausedList(ma.Schema):
    """The agencies that are paused."""

    items = fields.List(fields.Nested(PausedShape), required=True)


class SwitchBody(ma.Schema):
    """Why an agency is switched on."""

    reason = Text(most=1000, load_default="", example="Ο φορέας άλλαξε διακομιστή.")


class SwitchedOn(ma.Schema):
    """What goes out now."""

    deliveries = fields.Integer(
        required=True, metadata={"description": "How many requests are sent, with the same webhook-ids."}
    )


class SwitchShape(Shape):
    """That an agency was paused or switched on."""

    at = Moment(required=True)
    is_on = fields.Boolean(required=True)
    by = fields.String(required=True, metadata={"description": "A user name; `stoa` for a worker."})
    reason = fields.String(required=True)


class SwitchList(ma.Schema):
    """Who paused an agency and switched it on, newest first."""

    items = fields.List(fields.Nested(SwitchShape), required=True)


calls = Calls(
    "agencies",
    about="An agency whose endpoint is gone is paused: what it is to get is held until it is switched on.",
)


@calls.call("GET", "/agencies/paused", scope=Scope.CASES_READ)
@calls.response(200, PausedList, example={"items": [PAUSED]})
def list_paused_agencies() -> object:
    """List paused agencies.

    An operator sees all, a branch those that it waits for.
    """
    return {"items": engine().ask(ListPausedAgencies(), actor=actor())}


@calls.call(
    "POST", "/agencies/<key:agency>/switch-on", scope=Scope.CASES_WRITE, takes=JSON, refuses=[404, 409]
)
@calls.arguments(SwitchBody)
@calls.response(200, SwitchedOn, example={"deliveries": 12})
def switch_agency_on(body: dict[str, str], agency: str) -> object:
    """Switch an agency on again.

    For operators. Everything that was held for it goes out; 409 if it is not paused.
    """
    command = SwitchAgencyOn(agency_key=agency, reason=body["reason"])
    return {"deliveries": engine().carry_out(command, actor=actor())}


@calls.call("GET", "/agencies/<key:agency>/switches", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, SwitchList, example={"items": [SWITCH]})
def list_switches(agency: str) -> object:
    """List when an agency was switched.

    For operators and auditors: who paused it and switched it on, newest first.
    """
    return {"items": engine().ask(ListSwitches(agency_key=agency), actor=actor())}
