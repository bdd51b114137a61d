"""Cases: opening, finding and showing them, their journal and diagram, and stopping them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request

from api.http.calls import JSON, Calls, View
from api.http.context import actor, engine
from api.http.documentation import ETAG
from api.http.fields import PageQuery
from api.http.once import once
from api.http.pages import part_of, tagged
from api.http.preconditions import expected_version, tag
from api.rest.schemas import cases as bodies
from engine.cases.lifecycle import ResumeCase, SuspendCase, WithdrawCase
from engine.cases.model import Notify
from engine.cases.open import OpenCase
from engine.cases.queries import DrawCase, FindCases, ReadJournal, ShowCase
from engine.kernel.actor import Scope
from engine.kernel.person import Person

calls = Calls("cases", about="A case is one request of one citizen, running one version of one procedure.")

_CASE = {**bodies.CASE, "tasks": [], "service_tasks": []}


@calls.call(
    "POST", "/cases", scope=Scope.CASES_WRITE, takes=JSON, headers=["Idempotency-Key"], refuses=[404, 409]
)
@calls.arguments(bodies.NewCase, example=bodies.NEW_CASE)
@calls.response(
    201,
    bodies.OpenedCase,
    example=bodies.OPENED,
    headers={**ETAG, "Location": {"schema": {"type": "string"}, "description": "The case."}},
)
def open_case(wanted: dict[str, Any]) -> object:
    """Open a case.

    `data` is checked against the procedure's start form, `branch` is your own if left out. The answer has the
    number and the tracking code for the citizen's receipt.
    """
    representative = wanted["representative"]
    command = OpenCase(
        procedure=wanted["procedure"],
        channel=wanted["channel"],
        applicant=Person(**wanted["applicant"]),
        representative=Person(**representative) if representative else None,
        branch=wanted["branch"],
        data=wanted["data"],
        notify=Notify(**wanted["notify"]),
        reception=wanted["reception"],
    )
    state = engine().carry_out(command, actor=actor(), once=once())
    return state, {"Location": f"{request.path}/{state.case.id}", "ETag": tag(state.case.row_version)}


@calls.call("GET", "/cases", scope=Scope.CASES_READ, refuses=[422])
@calls.arguments(bodies.CaseQuery, location="query")
@calls.response(200, bodies.CasePage, example={"items": [bodies.CASE], "next": None})
def find_cases(query: dict[str, Any]) -> object:
    """Find cases.

    Those that you may see, newest first.
    """
    question = FindCases(
        number=query["number"],
        text=query["q"],
        status=query["status"],
        procedure=query["procedure"],
        branch_code=query["branch"],
        part=part_of(query),
    )
    return engine().ask(question, actor=actor())


@calls.call("GET", "/cases/<uuid:case_id>", scope=Scope.CASES_READ, headers=["If-None-Match"], refuses=[404])
@calls.response(
    200,
    bodies.WholeCase,
    headers=ETAG,
    example={
        **_CASE,
        "parties": [],
        "notify": {"sms": None, "email": None, "language": "el"},
        "incidents": [],
    },
)
def show_case(case_id: UUID) -> object:
    """Show a case.

    With what is open in it and who is in it.
    """
    view = engine().ask(ShowCase(case_id=case_id), actor=actor())
    return tagged(view, tag(view.case.row_version))


@calls.call("GET", "/cases/<uuid:case_id>/journal", scope=Scope.CASES_READ, refuses=[404, 422])
@calls.arguments(PageQuery, location="query")
@calls.response(200, bodies.JournalPage)
def read_journal(query: dict[str, Any], case_id: UUID) -> object:
    """Read the journal of a case.

    Who did what, when, where and why, each line bound by its hash to the one before.
    """
    return engine().ask(ReadJournal(case_id=case_id, part=part_of(query)), actor=actor())


@calls.call("GET", "/cases/<uuid:case_id>/diagram", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, bodies.Diagram)
def draw_case(case_id: UUID) -> object:
    """Draw a case.

    The diagram, and which elements are done and under way.
    """
    return engine().ask(DrawCase(case_id=case_id), actor=actor())


def _stopping(path: str) -> Callable[[View], View]:
    def with_reason(view: View) -> View:
        answered = calls.response(200, bodies.CaseBody, example=_CASE)(view)
        taking = calls.arguments(bodies.ReasonBody)(answered)
        route = calls.call(
            "POST",
            f"/cases/<uuid:case_id>/{path}",
            scope=Scope.CASES_WRITE,
            takes=JSON,
            headers=["If-Match"],
            refuses=[404, 409],
        )
        return route(taking)

    return with_reason


@_stopping("withdraw")
def withdraw_case(body: dict[str, str], case_id: UUID) -> object:
    """Withdraw a case.

    The citizen does not want it any more. What is open in it is cancelled.
    """
    command = WithdrawCase(case_id=case_id, reason=body["reason"], expected_version=expected_version())
    return engine().carry_out(command, actor=actor())


@_stopping("suspend")
def suspend_case(body: dict[str, str], case_id: UUID) -> object:
    """Suspend a case.

    Its tasks and clocks rest.
    """
    command = SuspendCase(case_id=case_id, reason=body["reason"], expected_version=expected_version())
    return engine().carry_out(command, actor=actor())


@_stopping("resume")
def resume_case(body: dict[str, str], case_id: UUID) -> object:
    """Resume a case.

    Its term, due dates and timers have moved by the time it rested.
    """
    command = ResumeCase(case_id=case_id, reason=body["reason"], expected_version=expected_version())
    return engine().carry_out(command, actor=actor())
