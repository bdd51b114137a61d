"""The actions of a case: what its diagram offers to whoever asks now, and taking one."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import FreeData, Shape, Text, TwoLanguages, page_of
from api.http.idempotency import given_key, once
from api.http.identity import count_guess
from api.rest.tracking import TrackQuery
from api.supplies import count_receipt, receipt_owner
from engine.dispatch import Once
from engine.kernel.actor import CITIZEN, Scope
from engine.kernel.bilingual import Bilingual
from engine.kernel.refusal import LONGEST
from engine.messages.desk_actions import (
    ListActions,
    ListCitizensActions,
    OpenAction,
    TakeAction,
    TakeActionFromCitizen,
)


class ActionShape(Shape):
    """An action that is open for you now."""

    name = fields.String(required=True)
    label = fields.Nested(TwoLanguages, required=True)
    says = fields.Nested(
        TwoLanguages, required=True, allow_none=True, metadata={"description": "What it leads to."}
    )
    law = fields.String(required=True, allow_none=True)
    needs_reason = fields.Boolean(required=True)
    form = fields.Dict(
        required=True, allow_none=True, metadata={"description": "What it asks for, as a form-js schema."}
    )


ActionPage = page_of(ActionShape)


class ActionBody(ma.Schema):
    """What the action is taken with."""

    data = FreeData(means="The fields of its form.", load_default=dict)
    reason = Text(most=LONGEST, least=0, load_default="", means="Why, where the action wants to know.")


class CitizensActionBody(ActionBody):
    """What the citizen takes the action with."""

    code = Text(
        most=40, required=True, means="The tracking code on the receipt.", example="K7QX-9PAB-2MRT-4WZE"
    )


class TakenShape(ma.Schema):
    """That the case has it."""

    result = fields.String(required=True, validate=ma.validate.OneOf(["taken"]))


_ACTION = {
    "name": "appeal",
    "label": {"el": "Υποβολή ένστασης", "en": "Appeal"},
    "says": {"el": "Η απόφαση εξετάζεται ξανά.", "en": "The decision is examined once more."},
    "law": "ν. 2690/1999 άρθρο 24",
    "needs_reason": False,
    "form": None,
}
_BODY = {"data": {"grounds": "Κατατέθηκαν νέα στοιχεία."}, "reason": ""}

calls = Calls("actions", about="What a case's diagram offers to be done now: appeal, withdraw, correct.")


@calls.call("GET", "/cases/<uuid:case_id>/actions", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, ActionPage, example={"items": [_ACTION], "next": None})
def list_actions(case_id: UUID) -> object:
    """List the actions of a case that are open for you.

    Those whose event waits now, and that the diagram offers to your role (`stoa:action-roles`) and takes from
    you (`stoa:message-from`). For an agency that is offered none there is no such case.
    """
    return _listed(engine().ask(ListActions(case_id=case_id), actor=actor()))


@calls.call(
    "POST",
    "/cases/<uuid:case_id>/actions/<action>",
    scope=Scope.MESSAGES,
    takes=JSON,
    headers=["Idempotency-Key"],
    refuses=[404, 409, 422],
)
@calls.arguments(ActionBody, example=_BODY)
@calls.response(200, TakenShape, example={"result": "taken"})
def take_action(body: dict[str, Any], case_id: UUID, action: str) -> object:
    """Take an action of a case.

    409 if it is not open for you now: somebody was faster, or the case went on. The journal has your name.
    """
    command = TakeAction(case_id=case_id, name=action, data=body["data"], reason=body["reason"])
    engine().carry_out(command, actor=actor(), once=once())
    return {"result": "taken"}


@calls.call("GET", "/track/<number>/actions", scope=None, refuses=[404, 422])
@calls.arguments(TrackQuery, location="query")
@calls.response(200, ActionPage, example={"items": [_ACTION], "next": None})
def list_citizens_actions(query: dict[str, str], number: str) -> object:
    """List what you can do in your own case.

    With the number and the code on the receipt; a wrong code and an unknown number look alike.
    """
    count_guess("track")
    return _listed(engine().ask(ListCitizensActions(number=number, code=query["code"]), actor=CITIZEN))


@calls.call(
    "POST",
    "/track/<number>/actions/<action>",
    scope=None,
    takes=JSON,
    headers=["Idempotency-Key"],
    refuses=[404, 409, 422],
)
@calls.arguments(CitizensActionBody, example={"code": "K7QX-9PAB-2MRT-4WZE", **_BODY})
@calls.response(200, TakenShape, example={"result": "taken"})
def take_citizens_action(body: dict[str, Any], number: str, action: str) -> object:
    """Take an action of your own case.

    With the number and the code on the receipt, which also say which case it is.
    """
    count_guess("supply")
    count_receipt(number, body["code"])
    command = TakeActionFromCitizen(
        number=number, code=body["code"], name=action, data=body["data"], reason=body["reason"]
    )
    engine().carry_out(command, actor=CITIZEN, once=_once(command))
    return {"result": "taken"}


def _once(command: TakeActionFromCitizen) -> Once | None:
    key = given_key()
    if key is None:
        return None
    asked = hashlib.sha256(repr((command.name, command.reason, command.data)).encode()).digest()
    return Once(owner=receipt_owner(command.number, command.code), key=key, fingerprint=asked)


def _listed(found: Sequence[OpenAction]) -> dict[str, Any]:
    return {"items": [_shape(one) for one in found], "next": None}


def _shape(one: OpenAction) -> dict[str, Any]:
    action = one.action
    return {
        "name": action.name,
        "label": _both(action.label),
        "says": _both(action.says) if action.says else None,
        "law": action.law,
        "needs_reason": action.needs_reason,
        "form": one.form.schema if one.form else None,
    }


def _both(words: Bilingual) -> dict[str, str]:
    return {"el": words.el, "en": words.en}
