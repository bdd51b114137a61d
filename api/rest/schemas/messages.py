"""Bodies about messages."""

import marshmallow as ma
from marshmallow import fields

from api.http.fields import FreeData, Text, Whole

LONGEST_TTL = 90 * 86_400


class MessageBody(ma.Schema):
    """A message for the case that waits for it."""

    name = Text(most=200, required=True, example="payment_received")
    correlation_key = Text(most=200, least=0, load_default="", means="What the diagram correlates by.")
    data = FreeData(means="The payload.", load_default=dict)
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
