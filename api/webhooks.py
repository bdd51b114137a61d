"""Webhooks of agencies: a signed message that answers one service task (Standard Webhooks 1.0.0)."""

import hashlib
from typing import Any

import marshmallow as ma
from flask import request
from flask.typing import ResponseReturnValue
from marshmallow import fields

from api.http.arguments import fields_refused, read_json
from api.http.calls import JSON, Calls
from api.http.context import engine
from api.http.fields import FreeData, Moment, Text
from api.http.identity import count_guess
from api.http.problems import Problem
from api.rest.service_tasks import require_moved
from engine.dispatch import Once
from engine.jobs.connectors.signatures import SignatureRefused, verify
from engine.kernel.actor import SYSTEM, Actor, ActorKind
from engine.organisation.model import Agency
from engine.organisation.registers import WhoSends
from engine.service_tasks.answer import AnswerServiceTask
from engine.service_tasks.fail import FailServiceTask

COMPLETED, FAILED = "service_task.completed", "service_task.failed"
ANSWERED: dict[str, Any] = {
    "type": COMPLETED,
    "timestamp": "2026-03-09T11:00:00Z",
    "data": {"id": "01936b2e-9000-7aaa-8bbb-0123456789ab", "data": {"confirmed": True}},
}


class AgencyAnswer(ma.Schema):
    """Which service task is answered, and how."""

    id = fields.UUID(required=True, metadata={"description": "The service task."})
    data = FreeData(means="What the diagram takes over.", load_default=dict)
    code = Text(
        most=100, load_default=None, allow_none=True, means="Of a failure: the BPMN error that it raises."
    )
    message = Text(
        most=1000, load_default=None, allow_none=True, means="Of a failure: a sentence for the clerk."
    )


class AgencyMessage(ma.Schema):
    """A webhook of an agency."""

    type = fields.String(required=True, validate=ma.validate.OneOf([COMPLETED, FAILED]))
    timestamp = Moment(means="When it happened.", load_default=None)
    data = fields.Nested(AgencyAnswer, required=True)

    @ma.validates_schema(skip_on_field_errors=True)
    def _failures_say_why(self, message: dict[str, Any], **_: Any) -> None:
        missing = [name for name in ("code", "message") if message["data"][name] is None]
        given = [name for name in ("code", "message") if message["data"][name] is not None]
        if message["type"] == FAILED and missing:
            raise ma.ValidationError({"data": {name: ["A failure needs it."] for name in missing}})
        if message["type"] == COMPLETED and given:
            raise ma.ValidationError({"data": {name: ["Only a failure has it."] for name in given}})


class Taken(ma.Schema):
    """That the message was taken."""

    status = fields.String(required=True, validate=ma.validate.OneOf(["taken"]))
    left_out = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "What the answer held besides what its form asks, by path: it is not kept."},
    )


_MESSAGE = AgencyMessage()


def command_of(message: Any) -> AnswerServiceTask | FailServiceTask:
    """The command that a message stands for; `Problem` with every field that is wrong."""
    try:
        read = _MESSAGE.load(message)
    except ma.ValidationError as error:
        raise fields_refused([error.messages]) from error
    answer = read["data"]
    if read["type"] == COMPLETED:
        return AnswerServiceTask(service_task_id=answer["id"], data=answer["data"])
    return FailServiceTask(
        service_task_id=answer["id"], code=answer["code"], message=answer["message"], data=answer["data"]
    )


calls = Calls("webhooks", about="What agencies call when they have an answer, signed with their secret.")

LONGEST_ID = 256
"""Characters of a webhook-id."""

_SIGNED = [
    {"in": "header", "name": name, "required": True, "schema": {"type": "string"}, "description": about}
    for name, about in {
        "webhook-id": "The same over all retries of one message.",
        "webhook-timestamp": "Seconds since 1970, within 5 minutes of the present.",
        "webhook-signature": (
            "`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64; several while keys rotate."
        ),
    }.items()
]


@calls.call("POST", "/webhooks/agencies/<key:agency>", scope=None, takes=JSON, refuses=[401, 404, 409])
@calls.doc(
    parameters=_SIGNED,
    requestBody={"required": True, "content": {JSON: {"schema": AgencyMessage, "example": ANSWERED}}},
)
@calls.response(200, Taken, example={"status": "taken", "left_out": []})
def take_message(agency: str) -> ResponseReturnValue:
    """Take an agency's answer to a service task.

    The same `webhook-id` again gives the same answer and changes nothing. 422 if the answer does not fit its
    form: correct it and send it with another id. 409 if the case cannot go on now: send the same message
    again later.
    """
    body = request.get_data()
    sender, webhook_id = _proven(agency, body)
    command = command_of(read_json(body))
    once = Once(owner=f"webhook:{agency}", key=webhook_id, fingerprint=hashlib.sha256(body).digest())
    acting = Actor(kind=ActorKind.AGENCY, id=sender.id, name=sender.key)
    left_out: tuple[str, ...] = ()
    if isinstance(command, AnswerServiceTask):
        answered = engine().carry_out(command, actor=acting, once=once)
        left_out = answered.left_out
        require_moved(answered, command.service_task_id)
    else:
        require_moved(engine().carry_out(command, actor=acting, once=once), command.service_task_id)
    return {"status": "taken", "left_out": left_out}


def _proven(agency_key: str, body: bytes) -> tuple[Agency, str]:
    """The agency and the webhook-id, if the message is proven to be the agency's.

    An unknown agency cannot be told from a wrong secret.
    """
    sender = engine().ask(WhoSends(agency_key=agency_key), actor=SYSTEM)
    try:
        webhook_id = verify(
            headers=dict(request.headers),
            body=body,
            secrets=sender.secrets if sender else (),
            now=engine().clock.now(),
        )
    except SignatureRefused as refused:
        count_guess("signature")
        raise Problem("signature_refused", str(refused)) from refused
    if sender is None or len(webhook_id) > LONGEST_ID:
        raise Problem("signature_refused", f"Expected a webhook-id of at most {LONGEST_ID} characters.")
    return sender, webhook_id
