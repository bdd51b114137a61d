"""Bodies about documents."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.fields import Moment, Shape, Text

DOCUMENT: dict[str, Any] = {
    "id": "01936b2e-9000-7ddd-8eee-0123456789ab",
    "case_id": "01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b",
    "name": "λογαριασμός.pdf",
    "media_type": "application/pdf",
    "size": 48213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "added_at": "2026-03-09T10:00:00Z",
    "added_by": "maria",
}


class DocumentShape(Shape):
    """A document without its content."""

    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    name = fields.String(required=True)
    media_type = fields.String(required=True, metadata={"description": "What its content is."})
    size = fields.Integer(required=True, metadata={"description": "In bytes."})
    sha256 = fields.String(required=True, metadata={"description": "Of the content, in hexadecimal."})
    added_at = Moment(required=True)
    added_by = fields.String(required=True)


class DocumentList(ma.Schema):
    """The documents of a case."""

    items = fields.List(fields.Nested(DocumentShape), required=True)


class DocumentName(ma.Schema):
    """What a document is called."""

    name = Text(most=300, load_default="", means="The file's name; it is cleaned.", example="λογαριασμός.pdf")
