"""What stands beside the journal of a case: notes, what it waits for, the citizen's other cases."""

from typing import Any
from uuid import UUID

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import PageQuery
from api.http.once import once
from api.http.pages import part_of
from api.rest.schemas import casebook as bodies
from api.rest.schemas.cases import CASE
from engine.cases.case_details import ListNotes, ListRelatedCases, ShowNextSteps
from engine.cases.notes import AddNote
from engine.kernel.actor import Scope

calls = Calls("casebook", about="What people know of a case beside its record.")

_NOTES = "/cases/<uuid:case_id>/notes"


@calls.call("GET", _NOTES, scope=Scope.CASES_READ, refuses=[404, 422])
@calls.arguments(PageQuery, location="query")
@calls.response(200, bodies.NotePage, example={"items": [bodies.NOTE], "next": None})
def list_notes(query: dict[str, Any], case_id: UUID) -> object:
    """List the notes on a case.

    Newest first; they are for the people of its branch.
    """
    return engine().ask(ListNotes(case_id=case_id, part=part_of(query)), actor=actor())


@calls.call(
    "POST", _NOTES, scope=Scope.CASES_WRITE, takes=JSON, headers=["Idempotency-Key"], refuses=[404, 409]
)
@calls.arguments(bodies.NoteBody)
@calls.response(201, bodies.NoteShape, example=bodies.NOTE)
def add_note(body: dict[str, str], case_id: UUID) -> object:
    """Add a note to a case.

    The journal says that there is one, and not what it says.
    """
    return engine().carry_out(AddNote(case_id=case_id, text=body["text"]), actor=actor(), once=once())


@calls.call("GET", "/cases/<uuid:case_id>/next-steps", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, bodies.NextSteps, example={"items": [bodies.STEP]})
def show_next_steps(case_id: UUID) -> object:
    """Show the next steps of a case.

    What it waits for, and whose turn it is; nothing once it is closed.
    """
    return {"items": engine().ask(ShowNextSteps(case_id=case_id), actor=actor())}


@calls.call("GET", "/cases/<uuid:case_id>/related", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, bodies.RelatedCases, example={"items": [CASE]})
def list_related_cases(case_id: UUID) -> object:
    """List related cases.

    Other cases that you see, of a person with the same AFM or AMKA as the applicant, newest first.
    """
    return {"items": engine().ask(ListRelatedCases(case_id=case_id), actor=actor())}
