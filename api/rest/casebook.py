"""The casebook: notes on a case, what it waits for, the citizen's other cases."""

from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.arguments import slice_of
from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Choice, Moment, PageQuery, Shape, Text, page_of
from api.http.idempotency import once
from api.rest.case_bodies import CASE, ListedCase
from engine.cases.case_details import ListNotes, ListRelatedCases, ShowNextSteps
from engine.cases.expectations import WaitsFor
from engine.cases.notes import LONGEST, AddNote
from engine.kernel.actor import Scope
from engine.kernel.vocabulary import Flag

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


calls = Calls("casebook", about="What people know of a case beside its record.")

_NOTES = "/cases/<uuid:case_id>/notes"


@calls.call("GET", _NOTES, scope=Scope.CASES_READ, refuses=[404, 422])
@calls.arguments(PageQuery, location="query")
@calls.response(200, NotePage, example={"items": [NOTE], "next": None})
def list_notes(query: dict[str, Any], case_id: UUID) -> object:
    """List the notes on a case.

    Newest first; they are for the people of its branch.
    """
    return engine().ask(ListNotes(case_id=case_id, part=slice_of(query)), actor=actor())


@calls.call(
    "POST", _NOTES, scope=Scope.CASES_WRITE, takes=JSON, headers=["Idempotency-Key"], refuses=[404, 409]
)
@calls.arguments(NoteBody)
@calls.response(201, NoteShape, example=NOTE)
def add_note(body: dict[str, str], case_id: UUID) -> object:
    """Add a note to a case.

    The journal says that there is one, and not what it says.
    """
    return engine().carry_out(AddNote(case_id=case_id, text=body["text"]), actor=actor(), once=once())


@calls.call("GET", "/cases/<uuid:case_id>/next-steps", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, NextSteps, example={"items": [STEP]})
def show_next_steps(case_id: UUID) -> object:
    """Show the next steps of a case.

    What it waits for, and whose turn it is; nothing once it is closed.
    """
    return {"items": engine().ask(ShowNextSteps(case_id=case_id), actor=actor())}


@calls.call("GET", "/cases/<uuid:case_id>/related", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, RelatedCases, example={"items": [CASE]})
def list_related_cases(case_id: UUID) -> object:
    """List related cases.

    Other cases that you see, of a person with the same AFM or AMKA as the applicant, newest first.
    """
    return {"items": engine().ask(ListRelatedCases(case_id=case_id), actor=actor())}
