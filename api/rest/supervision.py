"""Supervision: how branches do, and the cases behind each figure."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.calls import Calls
from api.http.context import actor, engine
from api.http.fields import Choice, Moment, PageQuery, Shape, Text, page_of
from engine.kernel.actor import Scope
from engine.kernel.pages import Slice
from engine.kernel.vocabulary import CaseStatus
from engine.supervision.model import Figure
from engine.supervision.queries import ListFigureCases, Looking, ShowRoom

_FIGURES: dict[str, int] = {
    "opened": 412,
    "ended": 398,
    "running": 57,
    "in_time": 371,
    "late": 12,
    "overdue": 3,
    "appealed": 1,
}
_CASE: dict[str, Any] = {
    "id": "01936b2e-8000-7aaa-8bbb-0123456789ab",
    "number": "0009-26-000123-4",
    "branch": "0009",
    "procedure": "residence-certificate",
    "status": "open",
    "opened_at": "2026-03-09T10:00:00Z",
    "due_at": "2026-03-14T22:00:00Z",
    "closed_at": None,
}


class LookingQuery(ma.Schema):
    """What is looked over."""

    organisation = Text(most=100, load_default=None, means="A code; without one your own, or the country.")
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None, metadata={"description": "Today by itself, after four weeks."})


class FigureQuery(PageQuery, LookingQuery):
    """Which figure, over what."""

    figure = Choice(Figure, required=True)


class RoomFigures(Shape):
    """How many cases, by what is counted."""

    opened = fields.Integer(required=True)
    ended = fields.Integer(required=True)
    running = fields.Integer(required=True, metadata={"description": "All that have not ended."})
    in_time = fields.Integer(required=True)
    late = fields.Integer(required=True)
    overdue = fields.Integer(required=True)
    appealed = fields.Integer(required=True)


class StandingShape(Shape):
    """How a branch does."""

    branch = fields.String(required=True, attribute="branch.code")
    name = fields.String(required=True, attribute="branch.name")
    figures = fields.Nested(RoomFigures, required=True)
    staff = fields.Integer(required=True, metadata={"description": "People who work there today."})
    services = fields.Integer(required=True, metadata={"description": "Procedures of which it opened cases."})


class RoomShape(Shape):
    """How branches do, with all of them together."""

    total = fields.Nested(RoomFigures, required=True)
    items = fields.List(fields.Nested(StandingShape), attribute="branches", required=True)


class FigureCaseShape(Shape):
    """A case that a figure counts; nothing of who is in it."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    branch = fields.String(required=True, attribute="branch_code")
    procedure = fields.String(required=True, attribute="procedure_key")
    status = Choice(CaseStatus, required=True)
    opened_at = Moment(required=True)
    due_at = Moment(required=True, allow_none=True)
    closed_at = Moment(required=True, allow_none=True)


calls = Calls("supervision", about="How branches do, for supervisors and administrators.")


@calls.call("GET", "/supervision/branches", scope=Scope.CASES_READ, refuses=[404, 422])
@calls.arguments(LookingQuery, location="query")
@calls.response(
    200,
    RoomShape,
    example={
        "total": _FIGURES,
        "items": [{"branch": "0009", "name": "ΚΕΠ Αθηναίων", "figures": _FIGURES, "staff": 4, "services": 9}],
    },
)
def show_branches(query: dict[str, Any]) -> object:
    """Show how branches do.

    Those of an organisation in at most a year: cases opened, ended and running, decided in time and late.
    """
    return engine().ask(ShowRoom(looking=Looking(**query)), actor=actor())


@calls.call("GET", "/supervision/cases", scope=Scope.CASES_READ, refuses=[404, 422])
@calls.arguments(FigureQuery, location="query")
@calls.response(200, page_of(FigureCaseShape), example={"items": [_CASE], "next": None})
def list_cases(query: dict[str, Any]) -> object:
    """List the cases behind a figure.

    Exactly those that it counts, newest first.
    """
    looking = Looking(organisation=query["organisation"], since=query["since"], until=query["until"])
    part = Slice(limit=query["limit"], cursor=query["cursor"])
    question = ListFigureCases(figure=query["figure"], looking=looking, part=part)
    return engine().ask(question, actor=actor()).page
