"""Callers: which case somebody on the telephone means, and whether it is theirs."""

from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.arguments import slice_of
from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Choice, ComposedShape, Moment, PageQuery, Text, TwoLanguages, page_of
from engine.cases.callers import ENOUGH, AskCaller, Fact, IdentifyCaller, SearchTracking
from engine.kernel.actor import Scope

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


class FoundShape(ComposedShape):
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

    Whether all that they named is right, and never which part was wrong. The journal notes it.
    """
    command = IdentifyCaller(case_id=case_id, answers=body["answers"])
    return {"recognised": engine().carry_out(command, actor=actor())}
