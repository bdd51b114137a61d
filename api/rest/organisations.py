"""Organisations: which there are on a day, their history, and what is changed or closed from a day on."""

from datetime import date
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Text
from api.rest.organisation_bodies import (
    KINDS,
    LISTED,
    PLACED,
    STATUSES,
    VERSION,
    ChangeBody,
    ClosingBody,
    EnteringBody,
    OrganisationPage,
    OrganisationShape,
    TreeShape,
    WithdrawalBody,
    as_listed,
    as_organisation,
    as_tree,
    changes_of,
    decision_of,
)
from engine.kernel.actor import Scope
from engine.kernel.clock import identifier_at
from engine.organisation.changes import ChangeOrganisation, EnterOrganisation, WithdrawChange
from engine.organisation.closing import CloseOrganisation
from engine.organisation.organisation import OrganisationKind, OrganisationStatus, Particulars
from engine.organisation.queries import CompareDays, ListOrganisations, ShowOrganisation
from engine.organisation.tree_view import ShowTree

_ONE: dict[str, Any] = {
    **LISTED,
    "revision": 3,
    "day": "2026-11-30",
    "line": [LISTED["id"], LISTED["parent_id"]],
    "versions": [VERSION],
}


_PAGE: dict[str, Any] = {"items": [LISTED], "number": 1, "next": None, "day": "2026-11-30"}


class _ListQuery(ma.Schema):
    on = fields.Date(load_default=None, metadata={"description": "As they are on that day; today."})
    q = Text(most=200, least=0, load_default="", means="Words of names, addresses and codes.")
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    after = Text(most=64, load_default=None, means="`next` of the answer before.")
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 100))


class _TreeQuery(ma.Schema):
    on = fields.Date(load_default=None, metadata={"description": "As it is on that day; today."})
    q = Text(most=200, least=0, load_default="", means="Words of names and codes.")


class _DayQuery(ma.Schema):
    on = fields.Date(load_default=None, metadata={"description": "As it is on that day; today."})


class _DaysQuery(ma.Schema):
    before = fields.Date(required=True)
    after = fields.Date(required=True)


class _Differences(ma.Schema):
    """The names of what is not the same on both days."""

    differs = fields.List(fields.String(), required=True)


class _Changed(ma.Schema):
    """The revision at which the organisation is now."""

    revision = fields.Integer(required=True)


class _Entered(ma.Schema):
    """The new organisation."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    revision = fields.Integer(required=True)


calls = Calls(
    "organisations",
    about="Ministries, municipalities, agencies and branches: what is true of them from a day on. An "
    "administrator has the organisation in which they act, and what is below it, and sees no other.",
)


@calls.call("GET", "/organisations", scope=Scope.CASES_READ)
@calls.arguments(_ListQuery, location="query")
@calls.response(
    200, OrganisationPage, example={"items": [LISTED], "number": 1, "next": None, "day": "2026-11-30"}
)
def list_organisations(query: dict[str, Any]) -> object:
    """List organisations.

    For administrators and operators, by code, as they are on a day.
    """
    question = ListOrganisations(
        on=query["on"],
        text=query["q"],
        kind=OrganisationKind(query["kind"]) if query["kind"] else None,
        status=OrganisationStatus(query["status"]) if query["status"] else None,
        after=query["after"],
        limit=query["limit"],
    )
    found = engine().ask(question, actor=actor())
    return {
        "items": [as_listed(one) for one in found.items],
        "number": found.number,
        "next": found.next,
        "day": found.day,
    }


@calls.call("GET", "/organisations/tree", scope=Scope.CASES_READ)
@calls.arguments(_TreeQuery, location="query")
@calls.response(200, TreeShape, example={"items": [PLACED], "day": "2026-11-30"})
def show_tree(query: dict[str, Any]) -> object:
    """Show the tree of organisations.

    Those that you administer, each after what it is below, as they are on a day; with words those that have
    them, and all above them.
    """
    view = engine().ask(ShowTree(on=query["on"], text=query["q"]), actor=actor())
    return {"items": as_tree(view.tops), "day": view.day}


@calls.call("POST", "/organisations", scope=Scope.CASES_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(EnteringBody)
@calls.response(201, _Entered, example={"id": LISTED["id"], "code": "0009", "revision": 1})
def enter_organisation(body: dict[str, Any]) -> object:
    """Enter an organisation.

    It comes into being on that day; its kind and code stay for ever. For operators, and for administrators of
    the ministry below it. 409 if the code is taken.
    """
    command = EnterOrganisation(
        id=identifier_at(engine().clock.now()),
        kind=OrganisationKind(body["kind"]),
        code=body["code"],
        particulars=Particulars(**changes_of(body["particulars"])),
        from_day=body["from_day"],
        reason=body["reason"],
        decision=decision_of(body["decision"]),
    )
    engine().carry_out(command, actor=actor())
    return {"id": command.id, "code": command.code, "revision": 1}


@calls.call("GET", "/organisations/<key:code>", scope=Scope.CASES_READ, refuses=[404])
@calls.arguments(_DayQuery, location="query")
@calls.response(200, OrganisationShape, example=_ONE)
def read_organisation(query: dict[str, date | None], code: str) -> object:
    """Read an organisation.

    As it is on a day, with its versions: what was, is and is planned.
    """
    return as_organisation(engine().ask(ShowOrganisation(code=code, on=query["on"]), actor=actor()))


@calls.call("GET", "/organisations/<key:code>/differences", scope=Scope.CASES_READ, refuses=[404])
@calls.arguments(_DaysQuery, location="query")
@calls.response(200, _Differences, example={"differs": ["address", "phone"]})
def compare_days(query: dict[str, date], code: str) -> object:
    """Compare an organisation on two days."""
    found = engine().ask(CompareDays(code=code, **query), actor=actor())
    return {"differs": [one.name for one in found]}


@calls.call(
    "POST", "/organisations/<key:code>/changes", scope=Scope.CASES_WRITE, takes=JSON, refuses=[404, 409]
)
@calls.arguments(ChangeBody)
@calls.response(200, _Changed, example={"revision": 4})
def change_organisation(body: dict[str, Any], code: str) -> object:
    """Change an organisation from a day on.

    Today or later. What is planned for later keeps what it says itself, and takes over the rest. 409 if
    somebody changed it since you saw it.
    """
    command = ChangeOrganisation(
        code=code,
        changes=changes_of(body["changes"]),
        from_day=body["from_day"],
        reason=body["reason"],
        seen=body["seen"],
        decision=decision_of(body["decision"]),
    )
    engine().carry_out(command, actor=actor())
    return {"revision": body["seen"] + 1}


@calls.call(
    "POST",
    "/organisations/<key:code>/changes/<uuid:version_id>/withdraw",
    scope=Scope.CASES_WRITE,
    takes=JSON,
    refuses=[404, 409],
)
@calls.arguments(WithdrawalBody)
@calls.response(200, _Changed, example={"revision": 4})
def withdraw_change(body: dict[str, Any], code: str, version_id: Any) -> object:
    """Take a planned change back, before its day has come."""
    command = WithdrawChange(code=code, version_id=version_id, reason=body["reason"], seen=body["seen"])
    engine().carry_out(command, actor=actor())
    return {"revision": body["seen"] + 1}


@calls.call(
    "POST", "/organisations/<key:code>/close", scope=Scope.CASES_WRITE, takes=JSON, refuses=[404, 409]
)
@calls.arguments(ClosingBody)
@calls.response(200, _Changed, example={"revision": 4})
def close_organisation(body: dict[str, Any], code: str) -> object:
    """Close an organisation for good from a day on.

    By an administrator of what is above it. The successor of a branch takes over its cases and people as the
    day begins; appointments from that day on go to it at once where it can receive them at the same time, and
    are cancelled where it cannot.
    """
    command = CloseOrganisation(
        code=code,
        from_day=body["from_day"],
        successor=body["successor"],
        reason=body["reason"],
        seen=body["seen"],
        decision=decision_of(body["decision"]),
    )
    engine().carry_out(command, actor=actor())
    return {"revision": body["seen"] + 1}
