"""Incidents: cases that could not go on, and what a person does about them."""

from typing import Any
from uuid import UUID

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.pages import part_of
from api.http.preconditions import expected_version
from api.http.stuck import require_repaired
from api.rest.schemas import incidents as bodies
from api.rest.schemas.cases import CASE, CaseBody
from engine.incidents.model import IncidentFilter
from engine.incidents.queries import ListIncidents, ShowVariables
from engine.incidents.repair import CorrectVariable, MoveToken, RetryIncident
from engine.kernel.actor import Scope

calls = Calls(
    "incidents",
    about="An incident says why a case could not go on, and keeps what was sent to it until it has.",
)

_CASE = {**CASE, "tasks": [], "service_tasks": []}
_REFUSES = [404, 409]


@calls.call("GET", "/incidents", scope=Scope.CASES_READ, refuses=[422])
@calls.arguments(bodies.IncidentQuery, location="query")
@calls.response(200, bodies.IncidentPage, example={"items": [bodies.INCIDENT], "next": None})
def list_incidents(query: dict[str, Any]) -> Any:
    """List incidents.

    Newest first: a manager sees those of the branch, an operator all.
    """
    wanted = IncidentFilter(
        is_open=query["state"] == "open",
        code=query["code"],
        procedure=query["procedure"],
        case_id=query["case"],
    )
    return engine().ask(ListIncidents(wanted=wanted, part=part_of(query)), actor=actor())


@calls.call("POST", "/incidents/<uuid:incident_id>/retry", scope=Scope.CASES_WRITE, refuses=_REFUSES)
@calls.response(200, CaseBody, example=_CASE)
def retry_incident(incident_id: UUID) -> Any:
    """Try again.

    The same answer, form, message or timers; 409 if the case stops there again.
    """
    state = engine().carry_out(RetryIncident(incident_id=incident_id), actor=actor())
    require_repaired(state, incident_id)
    return state


@calls.call("GET", "/cases/<uuid:case_id>/variables", scope=Scope.CASES_READ, refuses=[404])
@calls.response(
    200, bodies.VariablesShape, example={"variables": {"applicant": {"family_name": "Δημητρίου"}}}
)
def show_variables(case_id: UUID) -> Any:
    """Show the variables of a case.

    For whoever may repair it.
    """
    return {"variables": engine().ask(ShowVariables(case_id=case_id), actor=actor())}


@calls.call(
    "POST",
    "/cases/<uuid:case_id>/correct",
    scope=Scope.CASES_WRITE,
    takes=JSON,
    headers=["If-Match"],
    refuses=_REFUSES,
)
@calls.arguments(bodies.CorrectionBody)
@calls.response(200, CaseBody, example=_CASE)
def correct_variable(body: dict[str, Any], case_id: UUID) -> Any:
    """Correct a variable of a case.

    Everything that waits in the case sees the value. The journal tells the path and the reason only.
    """
    command = CorrectVariable(
        case_id=case_id,
        path=body["path"],
        value=body["value"],
        reason=body["reason"],
        expected_version=expected_version(),
    )
    return engine().carry_out(command, actor=actor())


@calls.call(
    "POST",
    "/cases/<uuid:case_id>/move",
    scope=Scope.CASES_WRITE,
    takes=JSON,
    headers=["If-Match"],
    refuses=_REFUSES,
)
@calls.arguments(bodies.MoveBody)
@calls.response(200, CaseBody, example=_CASE)
def move_token(body: dict[str, str], case_id: UUID) -> Any:
    """Move a case to another element.

    From the one where it stands to one beside it, with its variables; what was open there is cancelled.
    """
    command = MoveToken(
        case_id=case_id,
        source=body["source"],
        target=body["target"],
        reason=body["reason"],
        expected_version=expected_version(),
    )
    return engine().carry_out(command, actor=actor())
