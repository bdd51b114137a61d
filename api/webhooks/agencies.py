"""Webhooks of agencies: a signed message that answers one service task (Standard Webhooks 1.0.0)."""

import hashlib

from flask import request
from flask.typing import ResponseReturnValue

from api.http.calls import JSON, Calls
from api.http.context import engine
from api.http.identity import count_address
from api.http.problems import Problem
from api.http.strict_json import read
from api.http.stuck import require_moved
from api.webhooks.bodies import ANSWERED, AgencyMessage, Taken, command_of
from engine.dispatch import Once
from engine.jobs.connectors.signatures import SignatureRefused, verify
from engine.kernel.actor import SYSTEM, Actor, ActorKind
from engine.organisation.model import Agency
from engine.organisation.queries import WhoSends
from engine.service_tasks.answer import AnswerServiceTask

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
    command = command_of(read(body))
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
        count_address("signature")
        raise Problem("signature_refused", str(refused)) from refused
    if sender is None or len(webhook_id) > LONGEST_ID:
        raise Problem("signature_refused", f"Expected a webhook-id of at most {LONGEST_ID} characters.")
    return sender, webhook_id
