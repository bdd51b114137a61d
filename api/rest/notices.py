"""Notices: the messages to the citizen of a case."""

from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.calls import Calls
from api.http.context import actor, engine
from api.http.fields import Choice, Moment, Shape
from engine.kernel.actor import Scope
from engine.kernel.noticing import NoticeChannel
from engine.notices.model import NoticeState, Occasion
from engine.notices.queries import ListNotices

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


calls = Calls("notices", about="Messages to the citizen of a case.")


@calls.call("GET", "/cases/<uuid:case_id>/notices", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, Notices, example={"items": [NOTICE]})
def list_notices(case_id: UUID) -> object:
    """List the messages to the citizen of a case.

    At most a hundred, newest first. Of the number or address they say the end or the beginning.
    """
    return {"items": engine().ask(ListNotices(case_id=case_id), actor=actor())}
