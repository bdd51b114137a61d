"""Decisions: the DMN decisions of a version, explained with values given by hand or with those of a case."""

from typing import Any
from uuid import UUID

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.rest.schemas import decisions as bodies
from engine.cases.decisions import ExplainCaseDecision, ExplainDecision, ListDecisions
from engine.kernel.actor import Scope

calls = Calls(
    "decisions", about="Why a decision comes out as it does: every table, rule and cell on the way."
)

_DECISIONS = "/procedures/<key:key>/versions/<int(min=1,max=999999):number>/decisions"


@calls.call("GET", _DECISIONS, scope=Scope.PROCEDURES_READ, refuses=[404])
@calls.response(200, bodies.DecisionList, example={"items": [bodies.SUMMARY]})
def list_decisions(key: str, number: int) -> object:
    """List the decisions of a version.

    With the names of the inputs that each needs.
    """
    return {"items": engine().ask(ListDecisions(key=key, number=number), actor=actor())}


@calls.call(
    "POST", f"{_DECISIONS}/<decision>/explain", scope=Scope.PROCEDURES_READ, takes=JSON, refuses=[404]
)
@calls.arguments(bodies.InputsBody, example={"inputs": bodies.INPUTS})
@calls.response(200, bodies.ExplanationBody, example=bodies.EXPLANATION)
def explain_decision(body: dict[str, Any], key: str, number: int, decision: str) -> object:
    """Try a decision.

    It is taken with the inputs given here, and changes nothing. An input that is left out is null.
    """
    question = ExplainDecision(key=key, number=number, decision=decision, inputs=body["inputs"])
    return engine().ask(question, actor=actor()).as_json()


@calls.call("GET", "/cases/<uuid:case_id>/decisions/<decision>", scope=Scope.CASES_READ, refuses=[404, 409])
@calls.response(200, bodies.ExplanationBody, example=bodies.EXPLANATION)
def explain_case_decision(case_id: UUID, decision: str) -> object:
    """Explain a decision for a case.

    It is taken anew with what the case knows now; the journal says which rules decided when it was passed.
    """
    return engine().ask(ExplainCaseDecision(case_id=case_id, decision=decision), actor=actor()).as_json()
