"""The body that answers "where is my case?"."""

import marshmallow as ma
from marshmallow import fields

from api.gate.fields import Choice, Moment, Text, TwoLanguages
from engine.domain.case import CaseStatus


class TrackQuery(ma.Schema):
    """The code on the receipt."""

    code = Text(most=40, required=True, means="The tracking code on the receipt.", example="K7QX9PAB")


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
