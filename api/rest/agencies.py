"""Agencies: how they are connected, and those that are paused until somebody switches them on again."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Moment, Shape, Text
from engine.context import Command
from engine.kernel.actor import Scope
from engine.kernel.clock import identifier_at
from engine.organisation.connect import (
    LONGEST_NAME,
    AddKey,
    ChangeEndpoint,
    EndKey,
    EnterAgency,
    ServeTopics,
)
from engine.organisation.model import Agency
from engine.service_tasks.agency_desk import AgencySheet, ListAgencies, ListedAgency, ShowAgency
from engine.service_tasks.pings import PingAgency
from engine.service_tasks.switching import ListPausedAgencies, ListSwitches, PauseAgency, SwitchAgencyOn

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


AGENCY: dict[str, Any] = {
    "key": "municipality",
    "name": "Δήμος Αθηναίων",
    "name_en": "City of Athens",
    "endpoint": "https://athens.example/stoa",
    "topics": ["municipality.residence"],
    "paused_since": None,
    "waiting": 12,
}
KEY: dict[str, Any] = {
    "fingerprint": "3f5a9c01d2e4",
    "added_at": "2026-03-09T10:00:00Z",
    "added_by": "olga",
    "ends_at": None,
}
PING: dict[str, Any] = {
    "asked_at": "2026-03-09T10:00:00Z",
    "done_at": "2026-03-09T10:00:01Z",
    "result": "accepted",
    "detail": "",
}
CHANGE: dict[str, Any] = {
    "at": "2026-03-09T10:00:00Z",
    "by": "olga",
    "what": "key_added",
    "detail": {"key": KEY["fingerprint"]},
}
SHEET = {**AGENCY, "keys": [KEY], "officers": ["stelios"], "pings": [PING], "changes": [CHANGE]}


class AgencyShape(Shape):
    """An agency, without its secrets."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    endpoint = fields.String(required=True, allow_none=True)
    topics = fields.List(fields.String(), required=True)
    paused_since = Moment(required=True, allow_none=True)
    waiting = fields.Integer(required=True, metadata={"description": "Open requests that it is asked."})


class AgencyList(ma.Schema):
    """The agencies that you connect, by key."""

    items = fields.List(fields.Nested(AgencyShape), required=True)


class KeyShape(Shape):
    """A key that signs; its secret was shown once."""

    fingerprint = fields.String(required=True)
    added_at = Moment(required=True, allow_none=True)
    added_by = fields.String(required=True, allow_none=True)
    ends_at = Moment(required=True, allow_none=True)


class PingShape(Shape):
    """A call that tried the connection."""

    asked_at = Moment(required=True)
    done_at = Moment(required=True, allow_none=True)
    result = fields.String(required=True, allow_none=True, metadata={"description": "Null until then."})
    detail = fields.String(required=True)


class AgencyChangeShape(Shape):
    """That somebody changed the connection."""

    at = Moment(required=True)
    by = fields.String(required=True)
    what = fields.String(required=True)
    detail = fields.Dict(required=True)


class AgencySheetShape(AgencyShape):
    """An agency with how it is connected."""

    keys = fields.List(fields.Nested(KeyShape), required=True)
    officers = fields.List(fields.String(), required=True)
    pings = fields.List(fields.Nested(PingShape), required=True)
    changes = fields.List(fields.Nested(AgencyChangeShape), required=True)


class EnterBody(ma.Schema):
    """A new agency."""

    key = Text(most=64, required=True, example="municipality")
    name = Text(most=LONGEST_NAME, required=True, means="In Greek.")
    name_en = Text(most=LONGEST_NAME, required=True, means="In English.")


class EndpointBody(ma.Schema):
    """Where requests are sent."""

    endpoint = Text(
        most=2000, required=True, allow_none=True, means="An https address; null if the agency polls."
    )


class TopicsBody(ma.Schema):
    """Which topics an agency serves."""

    topics = fields.List(Text(most=100), required=True, validate=ma.validate.Length(max=1000))


class EndKeyBody(ma.Schema):
    """Which key ends, and when."""

    fingerprint = Text(most=64, required=True, example=KEY["fingerprint"])
    at = Moment(load_default=None, allow_none=True, means="Null means now.")


class PauseAgencyBody(ma.Schema):
    """Why an agency is paused."""

    reason = Text(most=1000, required=True)


class NewKeyShape(Shape):
    """A key with its secret, which is shown this once."""

    fingerprint = fields.String(required=True)
    secret = fields.String(required=True)


calls = Calls(
    "agencies",
    about="Agencies answer requests: their address, keys and topics. One whose endpoint is gone is paused.",
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

    For who connects it. Everything that was held for it goes out; 409 if it is not paused.
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


@calls.call("GET", "/agencies", scope=Scope.CASES_READ)
@calls.response(200, AgencyList, example={"items": [AGENCY]})
def list_agencies() -> object:
    """List agencies.

    Those that you connect: an operator all, an administrator those that they administer.
    """
    return {"items": [_agency(one) for one in engine().ask(ListAgencies(), actor=actor())]}


@calls.call("POST", "/agencies", scope=Scope.CASES_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(EnterBody)
@calls.response(201, AgencySheetShape, example=SHEET)
def enter_agency(body: dict[str, str]) -> object:
    """Enter an agency.

    For operators. It is connected by the calls below.
    """
    agency = Agency(
        id=identifier_at(engine().clock.now()),
        key=body["key"],
        name=body["name"],
        name_en=body["name_en"],
        topics=(),
    )
    return _changed(agency.key, EnterAgency(agency=agency))


@calls.call("GET", "/agencies/<key:agency>", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, AgencySheetShape, example=SHEET)
def show_agency(agency: str) -> object:
    """Show an agency.

    With its keys, without their secrets, the calls that tried it, and who changed what.
    """
    return _sheet(engine().ask(ShowAgency(agency_key=agency), actor=actor()))


@calls.call("PUT", "/agencies/<key:agency>/endpoint", scope=Scope.CASES_WRITE, takes=JSON, refuses=[404])
@calls.arguments(EndpointBody)
@calls.response(200, AgencySheetShape, example=SHEET)
def change_endpoint(body: dict[str, Any], agency: str) -> object:
    """Change where requests are sent.

    It needs a key first, as what is sent is signed.
    """
    return _changed(agency, ChangeEndpoint(agency_key=agency, endpoint=body["endpoint"]))


@calls.call("PUT", "/agencies/<key:agency>/topics", scope=Scope.CASES_WRITE, takes=JSON, refuses=[404])
@calls.arguments(TopicsBody)
@calls.response(200, AgencySheetShape, example=SHEET)
def serve_topics(body: dict[str, Any], agency: str) -> object:
    """Say which topics an agency serves.

    For operators. They are registered ones; held requests are sent then.
    """
    return _changed(agency, ServeTopics(agency_key=agency, topics=body["topics"]))


@calls.call("POST", "/agencies/<key:agency>/keys", scope=Scope.CASES_WRITE, refuses=[404, 409])
@calls.response(201, NewKeyShape, example={"fingerprint": KEY["fingerprint"], "secret": "whsec_…"})
def add_key(agency: str) -> object:
    """Make a key.

    The answer has its secret, which is shown this once. It signs beside the earlier ones until these end.
    """
    return engine().carry_out(AddKey(agency_key=agency), actor=actor())


@calls.call(
    "POST", "/agencies/<key:agency>/keys/end", scope=Scope.CASES_WRITE, takes=JSON, refuses=[404, 409]
)
@calls.arguments(EndKeyBody)
@calls.response(200, AgencySheetShape, example=SHEET)
def end_key(body: dict[str, Any], agency: str) -> object:
    """End a key.

    Now, or at a moment. 409 for the last key of an agency with an endpoint.
    """
    return _changed(agency, EndKey(agency_key=agency, **body))


@calls.call("POST", "/agencies/<key:agency>/ping", scope=Scope.CASES_WRITE, refuses=[404, 409])
@calls.response(202, PingShape, example={**PING, "done_at": None, "result": None})
def ping_agency(agency: str) -> object:
    """Try the connection.

    The worker makes one call of the type `ping`, without personal data; what came of it is in the sheet.
    """
    return engine().carry_out(PingAgency(agency_key=agency), actor=actor())


@calls.call("POST", "/agencies/<key:agency>/pause", scope=Scope.CASES_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(PauseAgencyBody)
@calls.response(200, AgencySheetShape, example=SHEET)
def pause_agency(body: dict[str, str], agency: str) -> object:
    """Pause an agency.

    Nothing is sent to it until it is switched on.
    """
    return _changed(agency, PauseAgency(agency_key=agency, reason=body["reason"]))


def _changed(key: str, command: Command[Any]) -> dict[str, Any]:
    engine().carry_out(command, actor=actor())
    return _sheet(engine().ask(ShowAgency(agency_key=key), actor=actor()))


def _agency(listed: ListedAgency) -> dict[str, Any]:
    agency = listed.agency
    return {
        "key": agency.key,
        "name": agency.name,
        "name_en": agency.name_en,
        "endpoint": agency.endpoint,
        "topics": list(agency.topics),
        "paused_since": agency.disabled_at,
        "waiting": listed.waiting,
    }


def _sheet(sheet: AgencySheet) -> dict[str, Any]:
    return {
        **_agency(sheet.listed),
        "keys": sheet.keys,
        "officers": [one.username for one in sheet.officers],
        "pings": sheet.pings,
        "changes": sheet.changes,
    }
