"""Cases: opening, finding and showing them, their journal and diagram, and stopping them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import request
from marshmallow import fields

from api.http.arguments import expected_version, slice_of
from api.http.calls import ETAG, JSON, Calls, View
from api.http.context import actor, engine
from api.http.fields import (
    Choice,
    ComposedShape,
    FreeData,
    Moment,
    PageQuery,
    Shape,
    Text,
    WholeInQuery,
    page_of,
)
from api.http.idempotency import once
from api.http.responses import etag_of, with_etag
from api.rest.case_bodies import CASE, NEW_CASE, OPENED, CaseBody, ListedCase, NewCase, OpenedCase
from api.rest.incidents import IncidentShape
from engine.cases.lifecycle import ResumeCase, SuspendCase, WithdrawCase
from engine.cases.model import Notify
from engine.cases.open import OpenCase
from engine.cases.queries import DrawCase, FindCases, ReadJournal, ShowCase
from engine.cases.transfer import TransferCase
from engine.kernel.actor import ActorKind, Scope
from engine.kernel.bilingual import Language
from engine.kernel.vocabulary import CaseStatus, PartyRole, Person

calls = Calls("cases", about="A case is one request of one citizen, running one version of one procedure.")

_CASE = {**CASE, "tasks": [], "service_tasks": []}


class ReasonBody(ma.Schema):
    """Why it is done; the journal keeps it."""

    reason = Text(most=1000, required=True, example="Ο πολίτης απέσυρε την αίτησή του.")


class TransferBody(ReasonBody):
    """Which branch works on the case from now on, and why."""

    branch = Text(most=4, required=True, means="The code of the branch.", example="0010")


class CaseQuery(PageQuery):
    """Which cases are wanted."""

    number = Text(most=30, load_default=None, means="A whole case number, with or without hyphens.")
    q = Text(
        most=200,
        load_default=None,
        means="A case number, or words of a name, an AFM, an AMKA or a phone number.",
    )
    status = Choice(CaseStatus, load_default=None)
    procedure = Text(most=64, load_default=None, means="The key of a procedure.")
    version = WholeInQuery(least=1, most=999_999, load_default=None, means="A version of the procedure.")
    branch = Text(most=4, load_default=None, means="The code of a branch.")
    decided = fields.Boolean(
        load_default=False,
        metadata={"description": "Only those that were decided and are under way still, as for an appeal."},
    )


class PersonShape(Shape):
    """A person."""

    given_name = fields.String(required=True)
    family_name = fields.String(required=True)
    patronymic = fields.String(required=True, allow_none=True)
    matronymic = fields.String(required=True, allow_none=True)
    birth_name = fields.String(required=True, allow_none=True)
    birth_date = fields.String(required=True, allow_none=True)
    afm = fields.String(required=True, allow_none=True)
    amka = fields.String(required=True, allow_none=True)
    identity_document = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)


class PartyShape(Shape):
    """A person with their role in a case."""

    role = Choice(PartyRole, required=True)
    declared_role = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What the procedure calls them, where it declares parties."},
    )
    person = fields.Nested(PersonShape, required=True)


class NotifyShape(Shape):
    """How the citizen wants to be told."""

    sms = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    language = Choice(Language, required=True, means="The language of the messages.")


class WholeCase(CaseBody):
    """A case with what is open in it and who is in it."""

    parties = fields.List(fields.Nested(PartyShape), required=True)
    notify = fields.Nested(NotifyShape, required=True)
    incidents = fields.List(fields.Nested(IncidentShape), required=True)


class JournalActor(Shape):
    """Who did it."""

    kind = Choice(ActorKind, required=True, attribute="actor_kind")
    name = fields.String(required=True, attribute="actor_name")


class JournalLine(ComposedShape):
    """One line of a journal."""

    number = fields.Integer(required=True)
    at = Moment(required=True)
    actor = fields.Nested(JournalActor, required=True)
    branch = fields.String(required=True, allow_none=True, attribute="branch_code")
    action = fields.String(required=True)
    detail = FreeData(means="What the line is about; never form data.", required=True)
    reason = fields.String(required=True, allow_none=True)
    previous_hash = fields.String(required=True)
    hash = fields.String(
        required=True, metadata={"description": "SHA-256 over the line and the hash before."}
    )

    def value_of(self, thing: Any, name: str) -> Any:
        """Who did it stands in several fields of the line."""
        return thing if name == "actor" else super().value_of(thing, name)


class Diagram(ComposedShape):
    """A case's BPMN with what is done and what is under way."""

    bpmn = fields.String(required=True, metadata={"description": "The BPMN file's text."})
    completed = fields.List(fields.String(), required=True, metadata={"description": "Element ids."})
    active = fields.List(fields.String(), required=True, metadata={"description": "Element ids."})

    def value_of(self, thing: Any, name: str) -> Any:
        """The ids to mark come from the marks."""
        return thing.bpmn if name == "bpmn" else getattr(thing.marks, name)


CasePage = page_of(ListedCase)
JournalPage = page_of(JournalLine)


@calls.call(
    "POST", "/cases", scope=Scope.CASES_WRITE, takes=JSON, headers=["Idempotency-Key"], refuses=[404, 409]
)
@calls.arguments(NewCase, example=NEW_CASE)
@calls.response(
    201,
    OpenedCase,
    example=OPENED,
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
        applicant_role=wanted["applicant_role"],
        parties=tuple(wanted["parties"]),
    )
    state = engine().carry_out(command, actor=actor(), once=once())
    return state, {"Location": f"{request.path}/{state.case.id}", "ETag": etag_of(state.case.row_version)}


@calls.call("GET", "/cases", scope=Scope.CASES_READ, refuses=[422])
@calls.arguments(CaseQuery, location="query")
@calls.response(200, CasePage, example={"items": [CASE], "next": None})
def find_cases(query: dict[str, Any]) -> object:
    """Find cases.

    Those that you may see, newest first.
    """
    question = FindCases(
        number=query["number"],
        text=query["q"],
        status=query["status"],
        procedure=query["procedure"],
        version=query["version"],
        branch_code=query["branch"],
        decided=query["decided"],
        part=slice_of(query),
    )
    return engine().ask(question, actor=actor())


@calls.call("GET", "/cases/<uuid:case_id>", scope=Scope.CASES_READ, headers=["If-None-Match"], refuses=[404])
@calls.response(
    200,
    WholeCase,
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
    return with_etag(view, etag_of(view.case.row_version))


@calls.call("GET", "/cases/<uuid:case_id>/journal", scope=Scope.CASES_READ, refuses=[404, 422])
@calls.arguments(PageQuery, location="query")
@calls.response(200, JournalPage)
def read_journal(query: dict[str, Any], case_id: UUID) -> object:
    """Read the journal of a case.

    Who did what, when, where and why, each line bound by its hash to the one before.
    """
    return engine().ask(ReadJournal(case_id=case_id, part=slice_of(query)), actor=actor())


@calls.call("GET", "/cases/<uuid:case_id>/diagram", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, Diagram)
def draw_case(case_id: UUID) -> object:
    """Draw a case.

    The diagram, and which elements are done and under way.
    """
    return engine().ask(DrawCase(case_id=case_id), actor=actor())


def _stopping(path: str) -> Callable[[View], View]:
    def with_reason(view: View) -> View:
        answered = calls.response(200, CaseBody, example=_CASE)(view)
        taking = calls.arguments(ReasonBody)(answered)
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


@calls.call(
    "POST",
    "/cases/<uuid:case_id>/transfer",
    scope=Scope.CASES_WRITE,
    takes=JSON,
    headers=["If-Match"],
    refuses=[404, 409],
)
@calls.arguments(TransferBody, example={"branch": "0010", "reason": "Ο πολίτης μετακόμισε."})
@calls.response(200, CaseBody, example=_CASE)
def transfer_case(body: dict[str, str], case_id: UUID) -> object:
    """Transfer a case.

    Another branch works on it from now on: open tasks are nobody's, and its terms are counted on the calendar
    of that branch. For the manager of its branch, and for operators.
    """
    command = TransferCase(
        case_id=case_id, branch=body["branch"], reason=body["reason"], expected_version=expected_version()
    )
    return engine().carry_out(command, actor=actor())
