"""Bodies about callers."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.fields import Choice, Moment, PageQuery, Shape, Text, TwoLanguages, page_of
from engine.cases.callers import ENOUGH, Fact

FOUND: dict[str, Any] = {
    "id": "01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b",
    "number": "0009-26-000123-4",
    "procedure": {"el": "Βεβαίωση μόνιμης κατοικίας", "en": "Permanent residence certificate"},
    "branch": "0009",
    "opened_at": "2026-03-09T10:00:00Z",
}


class CallerQuery(PageQuery):
    """What the caller says of the case."""

    q = Text(most=200, required=True, means="A case number, words of a name, or a phone number.")


class FoundShape(Shape):
    """A case that a caller may mean: nothing that gives it away."""

    id = fields.UUID(required=True, attribute="case_id")
    number = fields.String(required=True)
    procedure = fields.Nested(TwoLanguages, required=True)
    branch = fields.String(required=True, attribute="branch_code")
    opened_at = Moment(required=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """The title in both languages."""
        if name == "procedure":
            return {"el": thing.procedure_title, "en": thing.procedure_title_en}
        return getattr(thing, name)


class Questions(ma.Schema):
    """What a caller can be asked."""

    facts = fields.List(Choice(Fact), required=True)
    enough = fields.Integer(
        required=True, metadata={"description": "How many the caller has to name rightly."}
    )


class CallerBody(ma.Schema):
    """The facts as the caller names them."""

    answers = fields.Dict(
        keys=Choice(Fact),
        values=Text(most=200, least=0),
        required=True,
        validate=ma.validate.Length(min=ENOUGH, max=len(Fact)),
        metadata={"description": "What the caller says, by fact.", "additionalProperties": True},
    )


class CallerShape(ma.Schema):
    """Whether the caller is who they say."""

    recognised = fields.Boolean(required=True)


FoundPage = page_of(FoundShape)
