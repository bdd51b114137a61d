"""Callers: which case somebody on the telephone means, and whether it is theirs."""

from typing import Any
from uuid import UUID

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.pages import part_of
from api.rest.schemas import callers as bodies
from engine.cases.callers import ENOUGH, AskCaller, IdentifyCaller, SearchTracking
from engine.kernel.actor import Scope

calls = Calls("callers", about="For the call centre: who calls is told nothing before they are recognised.")


@calls.call("GET", "/callers/cases", scope=Scope.CASES_READ, refuses=[422])
@calls.arguments(bodies.CallerQuery, location="query")
@calls.response(200, bodies.FoundPage, example={"items": [bodies.FOUND], "next": None})
def search_tracking(query: dict[str, Any]) -> object:
    """Find the case that a caller means.

    By number, name or phone, newest first; an agent of the call centre does this.
    """
    return engine().ask(SearchTracking(text=query["q"], part=part_of(query)), actor=actor())


@calls.call("GET", "/callers/cases/<uuid:case_id>/questions", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, bodies.Questions, example={"facts": ["afm", "birth_date"], "enough": ENOUGH})
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
@calls.arguments(bodies.CallerBody, example={"answers": {"afm": "094014201", "birth_date": "1980-01-01"}})
@calls.response(200, bodies.CallerShape, example={"recognised": True})
def identify_caller(body: dict[str, Any], case_id: UUID) -> object:
    """Identify a caller.

    Whether all that they named is right, and never which part was wrong. The journal notes it.
    """
    command = IdentifyCaller(case_id=case_id, answers=body["answers"])
    return {"recognised": engine().carry_out(command, actor=actor())}
