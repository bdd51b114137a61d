"""Bodies about messages to citizens."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.fields import Choice, Moment, Shape
from engine.kernel.noticing import NoticeChannel
from engine.notices.model import NoticeState, Occasion

NOTICE: dict[str, Any] = {
    "id": "01936b2e-8000-7aaa-8bbb-0123456789ad",
    "channel": "sms",
    "occasion": "ready_for_pickup",
    "state": "sent",
    "recipient": "•••678",
    "created_at": "2026-03-12T09:30:00Z",
    "at": "2026-03-12T09:30:01Z",
    "attempts": 1,
    "last_error": None,
}


class NoticeShape(Shape):
    """A message to the citizen."""

    id = fields.UUID(required=True)
    channel = Choice(NoticeChannel, required=True, means="On which way.")
    occasion = Choice(Occasion, required=True, means="What it says.")
    state = Choice(NoticeState, required=True, means="`dropped` is one that was no longer true.")
    recipient = fields.String(
        required=True, metadata={"description": "A part of the number or address, enough to recognise it."}
    )
    created_at = Moment(required=True)
    at = Moment(required=True, means="When it was sent, given up or dropped; while it waits, when it arose.")
    attempts = fields.Integer(required=True)
    last_error = fields.String(
        required=True, allow_none=True, metadata={"description": "Why the last attempt was in vain."}
    )


class Notices(ma.Schema):
    """The messages to the citizen of a case."""

    items = fields.List(fields.Nested(NoticeShape), required=True)
