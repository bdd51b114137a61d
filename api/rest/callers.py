"""Callers: which case somebody on the telephone means, and whether it is theirs."""

from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.arguments import slice_of
from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Choice, Moment, PageQuery, Shape, Text, page_of
from api.rest.documents import DOCUMENT, DocumentShape
from api.rest.tracking import WHEREABOUTS, Whereabouts, whereabouts
from engine.cases.callers import ENOUGH, AskCaller, EndCall, IdentifyCaller, SearchTracking
from engine.kernel.actor import Scope
from engine.kernel.vocabulary import Fact
from engine.supplements.tracking import TrackForCaller

FOUND: dict[str, Any] = {
    "id": "01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b",
    "number": "0009-26-000123-4",
    "branch": "0009",
    "opened_at": "2026-03-09T10:00:00Z",
}


class CallerQuery(PageQuery):
    """What the caller says of the case."""

    q = Text(most=200, required=True, means="A case number, words of a name, or a phone number.")


class FoundShape(Shape):
    """A case that a caller may mean: what stands on every receipt, and not what it is about."""

    id = fields.UUID(required=True, attribute="case_id")
    number = fields.String(required=True)
    branch = fields.String(required=True, attribute="branch_code")
    opened_at = Moment(required=True)


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


class CallersCaseShape(Whereabouts):
    """A recognised caller's case."""

    applicant = fields.String(required=True)
    recognised_until = Moment(
        required=True, means="When the caller has to be recognised again at the latest."
    )
    documents = fields.List(
        fields.Nested(DocumentShape),
        required=True,
        allow_none=True,
        metadata={"description": "Null unless the caller named the code of the receipt."},
    )
    tracking_code = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Null unless the caller named two numbers of their identity papers."},
    )


FoundPage = page_of(FoundShape)


calls = Calls("callers", about="For the call centre: who calls is told nothing before they are recognised.")


@calls.call("GET", "/callers/cases", scope=Scope.CASES_READ, refuses=[422])
@calls.arguments(CallerQuery, location="query")
@calls.response(200, FoundPage, example={"items": [FOUND], "next": None})
def search_tracking(query: dict[str, Any]) -> object:
    """Find the case that a caller means.

    By number, name or phone, newest first; an agent of the call centre does this.
    """
    return engine().ask(SearchTracking(text=query["q"], part=slice_of(query)), actor=actor())


@calls.call("GET", "/callers/cases/<uuid:case_id>/questions", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, Questions, example={"facts": ["afm", "birth_date"], "enough": ENOUGH})
def ask_caller(case_id: UUID) -> object:
    """List what a caller can be asked.

    Which facts the case knows of its applicant, and not what they are.
    """
    return {"facts": engine().ask(AskCaller(case_id=case_id), actor=actor()), "enough": ENOUGH}


@calls.call(
    "POST",
    "/callers/cases/<uuid:case_id>/identify",
    scope=Scope.CASES_WRITE,
    takes=JSON,
    refuses=[404, 409],
)
@calls.arguments(CallerBody, example={"answers": {"afm": "094014201", "birth_date": "1980-01-01"}})
@calls.response(200, CallerShape, example={"recognised": True})
def identify_caller(body: dict[str, Any], case_id: UUID) -> object:
    """Identify a caller.

    Whether all that they named is right, and never which part was wrong. The journal notes it. If so, the
    case can be shown for this call: until you end it, identify another caller, or half an hour is over.
    """
    command = IdentifyCaller(case_id=case_id, answers=body["answers"])
    return {"recognised": engine().carry_out(command, actor=actor())}


@calls.call("GET", "/callers/cases/<uuid:case_id>", scope=Scope.CASES_READ, refuses=[404])
@calls.response(
    200,
    CallersCaseShape,
    example={
        **WHEREABOUTS,
        "applicant": "Ελένη Δημητρίου",
        "recognised_until": "2026-03-09T10:30:00Z",
        "documents": [DOCUMENT],
        "tracking_code": None,
    },
)
def show_callers_case(case_id: UUID) -> object:
    """Show a caller's case.

    What the citizen would be shown, once you have identified the caller in this call; 403 before and after.
    Documents and tracking code are there if what the caller named allows it.
    """
    found = engine().ask(TrackForCaller(case_id=case_id), actor=actor())
    return {
        **whereabouts(found.tracking),
        "applicant": found.applicant,
        "recognised_until": found.until,
        "documents": found.documents,
        "tracking_code": found.tracking_code,
    }


@calls.call("POST", "/callers/end", scope=Scope.CASES_WRITE)
@calls.response(204)
def end_call() -> None:
    """End the call.

    Put down the receiver: the caller's case is closed to you again. Nothing happens if there is no call.
    """
    engine().carry_out(EndCall(), actor=actor())
