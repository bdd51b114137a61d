"""Messages: from outside to the case that waits for them."""

from datetime import timedelta
from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import FreeData, Text, Whole
from api.http.idempotency import once
from engine.kernel.actor import Scope
from engine.messages.deliver import DeliverMessage

LONGEST_TTL = 90 * 86_400


class MessageBody(ma.Schema):
    """A message for the case that waits for it."""

    name = Text(most=200, required=True, example="payment_received")
    correlation_key = Text(
        most=200,
        least=0,
        load_default="",
        means="What the diagram correlates by: best a reference that was given to the sender alone.",
    )
    data = FreeData(
        means="The payload; only what the diagram maps of it becomes a variable.", load_default=dict
    )
    ttl_seconds = Whole(
        least=0, most=LONGEST_TTL, load_default=0, means="How long to keep it if nobody waits."
    )


class MessageReceiptBody(ma.Schema):
    """What became of a message."""

    result = fields.String(
        required=True,
        validate=ma.validate.OneOf(["delivered", "kept", "dropped"]),
        metadata={"examples": ["delivered"]},
    )


calls = Calls("messages", about="A message reaches the case that waits for its name and correlation key.")


@calls.call(
    "POST", "/messages", scope=Scope.MESSAGES, takes=JSON, headers=["Idempotency-Key"], refuses=[404, 409]
)
@calls.arguments(
    MessageBody,
    example={
        "name": "payment_received",
        "correlation_key": "9f2b7c1e-4a58-4f0d-8d3b-6f1f0a7c55e2",
        "data": {"cents": 800},
    },
)
@calls.response(200, MessageReceiptBody, example={"result": "delivered"})
def deliver_message(body: dict[str, Any]) -> object:
    """Deliver a message.

    To the oldest case that waits for it and takes it from you; else it begins a case of a procedure that
    starts with it; else it is kept for a while, or dropped. Diagrams say who may send a message
    (`stoa:message-from`): 403 if none lets you, whether a case waits for it or not. A case that does not take
    it from you is passed over as if there were none.
    """
    command = DeliverMessage(
        name=body["name"],
        correlation_key=body["correlation_key"],
        data=body["data"],
        ttl=timedelta(seconds=body["ttl_seconds"]),
    )
    receipt = engine().carry_out(command, actor=actor(), once=once())
    if receipt.case_id is not None:
        return {"result": "delivered"}
    return {"result": "kept" if receipt.message_id is not None else "dropped"}
