"""Bodies about incidents and repairs."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.fields import Choice, FreeData, Moment, PageQuery, Shape, Text, page_of
from engine.incidents.model import AttemptKind

INCIDENT: dict[str, Any] = {
    "id": "01936b2e-a000-7aaa-8bbb-0123456789ab",
    "case_id": "01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b",
    "case_number": "0009-26-000123-4",
    "procedure": "residence-certificate",
    "code": "undecidable_expression",
    "element": "papers_complete",
    "variable": "papers_verdict",
    "message": "Expected true or false from 'papers_verdict = \"complete\"' but found null",
    "attempted": "complete",
    "attempts": 1,
    "opened_at": "2026-03-09T10:00:00Z",
    "last_at": "2026-03-09T10:00:00Z",
    "resolved_at": None,
    "resolved_by": None,
}


class IncidentShape(Shape):
    """Why a case could not go on. What was sent to it is kept, and not shown."""

    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    case_number = fields.String(required=True)
    procedure = fields.String(required=True, attribute="procedure_key")
    code = fields.String(required=True, metadata={"description": "Stable: `no_flow_chosen` and its like."})
    element = fields.String(required=True, allow_none=True, attribute="element_id")
    variable = fields.String(
        required=True, allow_none=True, metadata={"description": "The variable to look at."}
    )
    message = fields.String(required=True)
    attempted = Choice(AttemptKind, required=True, means="What was to move the case on.")
    attempts = fields.Integer(required=True)
    opened_at = Moment(required=True)
    last_at = Moment(required=True)
    resolved_at = Moment(required=True, allow_none=True)
    resolved_by = fields.String(required=True, allow_none=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """What was attempted is told by its kind alone."""
        return thing.attempt.kind if name == "attempted" else super().value_of(thing, name)


class IncidentQuery(PageQuery):
    """Which incidents are wanted."""

    state = fields.String(
        load_default="open",
        validate=ma.validate.OneOf(["open", "resolved"]),
        metadata={"description": "Open until the case has moved on."},
    )
    code = Text(most=100, load_default=None, means="A kind of incident.")
    procedure = Text(most=64, load_default=None, means="The key of a procedure.")
    case = fields.UUID(load_default=None, metadata={"description": "The id of a case."})


class CorrectionBody(ma.Schema):
    """Another value for a variable."""

    path = Text(
        most=500,
        required=True,
        means="The variable; full stops lead into contexts.",
        example="applicant.afm",
    )
    value = fields.Raw(required=True, allow_none=True, metadata={"description": "Any JSON value."})
    reason = Text(most=1000, required=True, example="Ο ΑΦΜ είχε γραφτεί με λάθος ψηφίο.")


class MoveBody(ma.Schema):
    """Where the case shall stand instead."""

    source = Text(
        most=200, required=True, data_key="from", means="The element it stands at.", example="check_papers"
    )
    target = Text(most=200, required=True, data_key="to", means="An element beside it.", example="hand_over")
    reason = Text(most=1000, required=True, example="Ο έλεγχος έγινε με το χέρι.")


class VariablesShape(ma.Schema):
    """The variables of a case."""

    variables = FreeData(means="As they are now on all branches of the case.", required=True)


IncidentPage = page_of(IncidentShape)
