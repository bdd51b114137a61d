"""Bodies about what stands beside the journal of a case."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.fields import Choice, Moment, Shape, Text, page_of
from api.rest.schemas.cases import ListedCase
from engine.cases.expectations import WaitsFor
from engine.cases.notes import LONGEST
from engine.kernel.case_words import Flag

NOTE: dict[str, Any] = {
    "id": "01936b2e-8000-7aaa-8bbb-0123456789ab",
    "author": "maria",
    "written_at": "2026-03-09T10:00:00Z",
    "text": "Θα φέρει το πρωτότυπο την Πέμπτη.",
}
STEP: dict[str, Any] = {
    "waits_for": "agency",
    "what": "Αίτημα στο δημοτολόγιο",
    "who": "municipality",
    "since": "2026-03-09T10:00:00Z",
    "due_at": None,
    "flag": "awaiting_agency",
    "wanted": None,
    "task": None,
    "service_task": "01936b2e-8000-7aaa-8bbb-0123456789ac",
}


class NoteShape(Shape):
    """A note on a case."""

    id = fields.UUID(required=True)
    author = fields.String(required=True, attribute="author_name")
    written_at = Moment(required=True)
    text = fields.String(required=True)


class NoteBody(ma.Schema):
    """What a note says."""

    text = Text(most=LONGEST, required=True, example=NOTE["text"])


class NextStep(Shape):
    """One thing that a case waits for."""

    waits_for = Choice(WaitsFor, required=True, means="Whose turn it is.")
    what = fields.String(required=True, metadata={"description": "The task, service task or message."})
    who = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "A user name or the key of an agency; null where nobody has it yet."},
    )
    since = Moment(required=True, allow_none=True)
    due_at = Moment(required=True, allow_none=True)
    flag = Choice(Flag, required=True, allow_none=True)
    wanted = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What an agency asks the citizen to bring."},
    )
    task = fields.UUID(required=True, allow_none=True, attribute="task_id")
    service_task = fields.UUID(required=True, allow_none=True, attribute="service_task_id")


class NextSteps(ma.Schema):
    """Everything that a case waits for."""

    items = fields.List(fields.Nested(NextStep), required=True)


class RelatedCases(ma.Schema):
    """The other cases of a case's applicant."""

    items = fields.List(fields.Nested(ListedCase), required=True)


NotePage = page_of(NoteShape)
