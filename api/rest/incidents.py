"""Incidents: cases that could not go on, and what a person does about them."""

from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.arguments import expected_version, slice_of
from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Choice, ComposedShape, FreeData, Moment, PageQuery, Text, WholeInQuery, page_of
from api.rest.case_bodies import CASE, CaseBody
from engine.cases.changeset import CaseState
from engine.incidents.model import AttemptKind, IncidentFilter
from engine.incidents.queries import ListIncidents, ShowVariables
from engine.incidents.repair import CorrectVariable, MoveToken, RetryIncident
from engine.kernel.actor import Scope
from engine.kernel.refusal import Conflict

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


class IncidentShape(ComposedShape):
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
    version = WholeInQuery(least=1, most=999_999, load_default=None, means="A version of the procedure.")
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


calls = Calls(
    "incidents",
    about="An incident says why a case could not go on, and keeps what was sent to it until it has.",
)

_CASE = {**CASE, "tasks": [], "service_tasks": []}
_REFUSES = [404, 409]


@calls.call("GET", "/incidents", scope=Scope.CASES_READ, refuses=[422])
@calls.arguments(IncidentQuery, location="query")
@calls.response(200, IncidentPage, example={"items": [INCIDENT], "next": None})
def list_incidents(query: dict[str, Any]) -> Any:
    """List incidents.

    Newest first: a manager sees those of the branch, an operator all.
    """
    wanted = IncidentFilter(
        is_open=query["state"] == "open",
        code=query["code"],
        procedure=query["procedure"],
        version=query["version"],
        case_id=query["case"],
    )
    return engine().ask(ListIncidents(wanted=wanted, part=slice_of(query)), actor=actor())


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
@calls.response(200, VariablesShape, example={"variables": {"applicant": {"family_name": "Δημητρίου"}}})
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
@calls.arguments(CorrectionBody)
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
@calls.arguments(MoveBody)
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


def require_repaired(state: CaseState, incident_id: UUID) -> None:
    """Refuse when the case has stopped at the same place again; the incident counts the attempt."""
    if any(incident.id == incident_id for incident in state.incidents):
        raise Conflict("The case has stopped there again.", code="incident_open")
