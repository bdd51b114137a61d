"""The bodies about "where is my case?", and about what its citizen sends from home."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.fields import Choice, Moment, Shape, Text, TwoLanguages
from engine.kernel.case_words import CaseStatus
from engine.supplements.model import LONGEST_NOTE

BROUGHT: dict[str, Any] = {
    "media_type": "application/pdf",
    "size": 48213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "added_at": "2026-03-09T10:00:00Z",
}


class TrackQuery(ma.Schema):
    """The code on the receipt."""

    code = Text(most=40, required=True, means="The tracking code on the receipt.", example="K7QX9PAB")


class SupplyForm(ma.Schema):
    """What comes with the files."""

    code = Text(most=40, required=True)
    awaited = fields.UUID(required=True)
    note = Text(most=LONGEST_NOTE, least=0, load_default="")


class AwaitedShape(ma.Schema):
    """Something that the citizen has to bring."""

    id = fields.UUID(required=True, metadata={"description": "What it is sent to."})
    wanted = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What the agency asks for; null where the service centre asked in person."},
    )


class BroughtShape(Shape):
    """A document that the citizen sent; not what it is called, which may be personal."""

    media_type = fields.String(required=True, metadata={"description": "What its content is."})
    size = fields.Integer(required=True, metadata={"description": "In bytes."})
    sha256 = fields.String(required=True, metadata={"description": "Of the content, in hexadecimal."})
    added_at = Moment(required=True)


class SupplyShape(Shape):
    """What was received."""

    at = Moment(required=True)
    documents = fields.List(fields.Nested(BroughtShape), required=True)


class Whereabouts(ma.Schema):
    """Where a case is, and what is expected of the citizen; nothing personal."""

    number = fields.String(required=True)
    procedure = fields.Nested(TwoLanguages, required=True)
    status = Choice(CaseStatus, required=True)
    flags = fields.List(fields.String(), required=True)
    opened_at = Moment(required=True)
    due_at = Moment(required=True, allow_none=True)
    closed_at = Moment(required=True, allow_none=True)
    outcome = fields.Nested(TwoLanguages, required=True, allow_none=True)
    expected = fields.Nested(
        TwoLanguages, required=True, metadata={"description": "What is expected of the citizen."}
    )
    awaited = fields.List(fields.Nested(AwaitedShape), required=True)
    brought = fields.List(fields.Nested(BroughtShape), required=True)
