"""The people of a branch: how much each has in hand, who is away, and a colleague's work for others."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import ComposedShape, Moment, Shape, Text
from api.rest.worklist import HANDED_OUT, HandedOutShape
from engine.cases.figures import ShowFigures
from engine.kernel.actor import Scope
from engine.people.pauses import EndPause, PauseClerk
from engine.tasks.bulk_assignment import ReassignWork
from engine.tasks.workload import ShowLoad

PAUSE: dict[str, Any] = {
    "since": "2026-03-09T10:00:00Z",
    "until": "2026-03-15T22:00:00Z",
    "paused_by": "nikos",
    "reason": "Κανονική άδεια.",
}
LOAD: dict[str, Any] = {
    "username": "maria",
    "name": "Μαρία Παπαδοπούλου",
    "roles": ["clerk"],
    "open": 12,
    "overdue": 1,
    "completed_today": 7,
    "pause": None,
}


class PauseShape(Shape):
    """A person who is away: offered and assigned no work."""

    since = Moment(required=True)
    until = Moment(required=True, allow_none=True, means="When they are back; null until it is ended.")
    paused_by = fields.String(required=True)
    reason = fields.String(required=True)


class LoadShape(ComposedShape):
    """What a person of the branch has in hand."""

    username = fields.String(required=True)
    name = fields.String(required=True, attribute="display_name")
    roles = fields.List(fields.String(), required=True)
    open = fields.Integer(required=True)
    overdue = fields.Integer(required=True)
    completed_today = fields.Integer(required=True, metadata={"description": "Since midnight in Athens."})
    pause = fields.Nested(PauseShape, required=True, allow_none=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """The roles in order."""
        return sorted(thing.roles) if name == "roles" else getattr(thing, name)


class StaffShape(ma.Schema):
    """The people of a branch."""

    items = fields.List(fields.Nested(LoadShape), required=True)


class StaffQuery(ma.Schema):
    """Which branch is meant."""

    branch = Text(most=4, load_default=None, means="The code of a branch; your own if left out.")


class FiguresQuery(StaffQuery):
    """Which branch is meant, and since when."""

    since = fields.Date(
        load_default=None, metadata={"description": "The first day; the first of this year if left out."}
    )


class FiguresShape(Shape):
    """How many cases of a branch were decided in time, how many late, and how many are overdue."""

    since = fields.Date(required=True)
    in_time = fields.Integer(required=True)
    late = fields.Integer(required=True)
    overdue = fields.Integer(required=True)
    answer_overdue = fields.Integer(required=True)
    act_overdue = fields.Integer(required=True)
    appealed = fields.Integer(required=True)


FIGURES = {
    "since": "2026-01-01",
    "in_time": 412,
    "late": 9,
    "overdue": 3,
    "answer_overdue": 1,
    "act_overdue": 0,
    "appealed": 4,
}


class PauseBody(ma.Schema):
    """From when until when somebody is away, and why."""

    since = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={"description": "The first day on which they are away; null for at once."},
    )
    until = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={"description": "The day of their return; null until you end it."},
    )
    reason = Text(most=1000, required=True, example="Κανονική άδεια.")


class ReassignBody(ma.Schema):
    """Who gets a colleague's work, and why."""

    to = Text(most=100, load_default=None, allow_none=True, means="A user name; null to free it for all.")
    reason = Text(most=1000, required=True, example="Κανονική άδεια.")


calls = Calls("staff", about="The people of a branch, for its manager.")


@calls.call("GET", "/staff", scope=Scope.CASES_READ, refuses=[404, 422])
@calls.arguments(StaffQuery, location="query")
@calls.response(200, StaffShape, example={"items": [LOAD]})
def show_load(query: dict[str, str | None]) -> object:
    """Show the load.

    Who of the branch has how much in hand, by user name.
    """
    return {"items": engine().ask(ShowLoad(branch_code=query["branch"]), actor=actor())}


@calls.call("GET", "/staff/figures", scope=Scope.CASES_READ, refuses=[404, 422])
@calls.arguments(FiguresQuery, location="query")
@calls.response(200, FiguresShape, example=FIGURES)
def show_figures(query: dict[str, Any]) -> object:
    """Show how a branch stands with the law.

    Of the cases that it opened since a day: decided in time, decided late, and still open though the term is
    over; an appeal or an act after silence that is overdue is counted apart.
    """
    return engine().ask(ShowFigures(branch_code=query["branch"], since=query["since"]), actor=actor())


@calls.call("POST", "/staff/<username>/pause", scope=Scope.CASES_WRITE, takes=JSON)
@calls.arguments(PauseBody, example={"until": "2026-03-16", "reason": "Κανονική άδεια."})
@calls.response(200, PauseShape, example=PAUSE)
def pause_clerk(body: dict[str, Any], username: str) -> object:
    """Pause somebody.

    They are offered and assigned no work until they are back. What they have stays with them.
    """
    command = PauseClerk(username=username, reason=body["reason"], until=body["until"], since=body["since"])
    return engine().carry_out(command, actor=actor())


@calls.call("POST", "/staff/<username>/resume", scope=Scope.CASES_WRITE, refuses=[404, 422])
@calls.response(204)
def end_pause(username: str) -> None:
    """End a pause.

    They are back; 404 if they were not paused.
    """
    engine().carry_out(EndPause(username=username), actor=actor())


@calls.call("POST", "/staff/<username>/reassign", scope=Scope.CASES_WRITE, takes=JSON)
@calls.arguments(ReassignBody, example={"to": "nikos", "reason": "Κανονική άδεια."})
@calls.response(200, HandedOutShape, example=HANDED_OUT)
def reassign_work(body: dict[str, Any], username: str) -> object:
    """Reassign somebody's work.

    All open tasks that they have in your branch, each with its line in the journal of its case.
    """
    command = ReassignWork(of=username, to=body["to"], reason=body["reason"])
    return engine().carry_out(command, actor=actor())
