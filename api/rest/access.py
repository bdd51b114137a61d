"""Access: who read what of people's cases, and the cases that were opened for a reason."""

from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.arguments import slice_of
from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Choice, Moment, PageQuery, Shape, Text, page_of
from api.http.idempotency import once
from engine.access.exceptions import OpenExceptionally, ReviewConcern
from engine.access.model import AccessFilter, ConcernKind
from engine.access.queries import ListAccess, ListConcerns
from engine.kernel.actor import ActorKind, Role, Scope
from engine.kernel.disclosure import Purpose, Shown

RECORD: dict[str, Any] = {
    "id": "01936b2e-9000-7aaa-8bbb-0123456789ab",
    "at": "2026-03-09T10:00:00Z",
    "reader_kind": "user",
    "reader": "maria",
    "role": "clerk",
    "branch_code": "0009",
    "agency_key": None,
    "shown": "case",
    "case_id": "01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b",
    "case_number": "0009-26-000123-4",
    "object_id": None,
    "people": 1,
    "purpose": "task",
    "concern_id": None,
}
CONCERN: dict[str, Any] = {
    "id": "01936b2e-9100-7aaa-8bbb-0123456789ab",
    "kind": "exception",
    "at": "2026-03-09T10:00:00Z",
    "reader_kind": "user",
    "reader": "sofia",
    "branch_code": "0009",
    "case_id": "01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b",
    "reason": "Έλεγχος 14/2026.",
    "until": "2026-03-09T18:00:00Z",
    "count": 1,
    "reviewed_at": None,
    "reviewed_by": None,
    "note": None,
}
_REASON = "Έλεγχος 14/2026."
_NUMBER = "0009-26-000123-4"


class RecordShape(Shape):
    """That somebody was shown something."""

    id = fields.UUID(required=True)
    at = Moment(required=True)
    reader_kind = Choice(ActorKind, required=True)
    reader = fields.String(required=True, metadata={"description": "A user name or an agency's key."})
    role = Choice(Role, required=True, allow_none=True, means="In which a user read.")
    branch_code = fields.String(required=True, allow_none=True)
    agency_key = fields.String(required=True, allow_none=True)
    shown = Choice(Shown, required=True)
    case_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Null for a list."})
    case_number = fields.String(required=True, allow_none=True)
    object_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The document, task or service task."}
    )
    people = fields.Integer(required=True, metadata={"description": "How many a list named."})
    purpose = Choice(Purpose, required=True)
    concern_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The exceptional access it was read by."}
    )


class ConcernShape(Shape):
    """Something that the data protection officer looks into."""

    id = fields.UUID(required=True)
    kind = Choice(ConcernKind, required=True)
    at = Moment(required=True)
    reader_kind = Choice(ActorKind, required=True)
    reader = fields.String(required=True)
    branch_code = fields.String(required=True, allow_none=True)
    case_id = fields.UUID(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    until = Moment(required=True, allow_none=True, means="When an exceptional access is over.")
    count = fields.Integer(
        required=True, metadata={"description": "How many cases, or people in lists, were read in an hour."}
    )
    reviewed_at = Moment(required=True, allow_none=True)
    reviewed_by = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class ListedConcern(ConcernShape):
    """It, with the number of its case."""

    case_number = fields.String(required=True, allow_none=True)


class RecordQuery(PageQuery):
    """Which records are wanted."""

    case = Text(most=40, load_default=None, means="The number of a case.")
    reader = Text(most=100, load_default=None, means="A user name or an agency's key.")
    branch = Text(most=4, load_default=None, means="The code of the reader's branch.")
    exceptional = fields.Boolean(
        truthy={"true"},
        falsy={"false"},
        load_default=False,
        metadata={"description": "Only what was read by an exceptional access."},
    )
    since = Moment(load_default=None)
    until = Moment(load_default=None, means="Only what was read before this moment.")


class ConcernQuery(PageQuery):
    """Which concerns are wanted."""

    state = fields.String(
        load_default="open",
        validate=ma.validate.OneOf(["open", "reviewed", "all"]),
        metadata={"description": "Open until somebody has reviewed it."},
    )


class ExceptionBody(ma.Schema):
    """Why a case is opened that one's work does not need."""

    case = Text(most=40, required=True, means="Its number.", example=_NUMBER)
    reason = Text(most=1000, required=True, example=_REASON)


class ReviewBody(ma.Schema):
    """What came of looking into it."""

    note = Text(most=1000, required=True, example="Σύμφωνα με το πρόγραμμα ελέγχων.")


RecordPage = page_of(RecordShape)
ConcernPage = page_of(ListedConcern)

calls = Calls("access", about="Who read what of people's cases, kept apart from the journals of the cases.")

_STATES = {"open": True, "reviewed": False, "all": None}


@calls.call("GET", "/access/records", scope=Scope.CASES_READ, refuses=[422])
@calls.arguments(RecordQuery, location="query")
@calls.response(200, RecordPage, example={"items": [RECORD], "next": None})
def list_access_records(query: dict[str, Any]) -> object:
    """List who read what.

    For auditors and the data protection officer, newest first.
    """
    wanted = AccessFilter(
        reader=query["reader"],
        branch_code=query["branch"],
        exceptional=query["exceptional"],
        since=query["since"],
        until=query["until"],
    )
    question = ListAccess(wanted=wanted, number=query["case"], part=slice_of(query))
    found = engine().ask(question, actor=actor())
    return {"items": [_with_number(one, found.numbers) for one in found.page.items], "next": found.page.next}


@calls.call("GET", "/access/concerns", scope=Scope.CASES_READ, refuses=[422])
@calls.arguments(ConcernQuery, location="query")
@calls.response(200, ConcernPage, example={"items": [{**CONCERN, "case_number": _NUMBER}], "next": None})
def list_access_concerns(query: dict[str, Any]) -> object:
    """List what is to be looked into.

    Cases that were opened for a reason, and people who read unusually much; for auditors and the data
    protection officer, newest first.
    """
    question = ListConcerns(are_open=_STATES[query["state"]], part=slice_of(query))
    found = engine().ask(question, actor=actor())
    return {"items": [_with_number(one, found.numbers) for one in found.page.items], "next": found.page.next}


@calls.call(
    "POST",
    "/access/exceptions",
    scope=Scope.CASES_READ,
    takes=JSON,
    headers=["Idempotency-Key"],
    refuses=[404],
)
@calls.arguments(ExceptionBody)
@calls.response(201, ConcernShape, example=CONCERN)
def open_exceptionally(body: dict[str, str]) -> object:
    """Open a case with a reason.

    For clerks and managers of another branch, supervisors and auditors: the case is open to them for a while,
    to read. The data protection officer reviews each such access.
    """
    command = OpenExceptionally(case=body["case"], reason=body["reason"])
    return engine().carry_out(command, actor=actor(), once=once())


@calls.call(
    "POST",
    "/access/concerns/<uuid:concern_id>/review",
    scope=Scope.CASES_WRITE,
    takes=JSON,
    refuses=[404, 409],
)
@calls.arguments(ReviewBody)
@calls.response(200, ConcernShape, example={**CONCERN, "note": "Σύμφωνα με το πρόγραμμα ελέγχων."})
def review_concern(body: dict[str, str], concern_id: UUID) -> object:
    """Review a concern.

    For the data protection officer: what came of looking into it. 409 if somebody did so before.
    """
    return engine().carry_out(ReviewConcern(concern_id=concern_id, note=body["note"]), actor=actor())


def _with_number(thing: Any, numbers: Any) -> dict[str, Any]:
    return {**vars(thing), "case_number": numbers.get(thing.case_id)}
