"""The worklist as a whole: counts, pulse, saved filters, the next task, bulk assignment."""

from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.calls import ETAG, JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Moment, Shape, Text
from api.http.idempotency import once
from api.http.responses import etag_of
from api.rest.case_bodies import TASK, ListedTask
from engine.kernel.actor import Scope
from engine.tasks.bulk_assignment import MOST, AssignTasks, ReleaseTasks
from engine.tasks.claim_next import ClaimNext
from engine.tasks.saved_filters import ForgetFilter, SaveFilter
from engine.tasks.worklist_model import COUNTED_TO
from engine.tasks.worklist_queries import CountWorklist, FeelPulse, ListFilters

COUNTS = {
    "mine": 3,
    "branch": 41,
    "unassigned": 27,
    "overdue": 2,
    "awaiting_agency": 12,
    "ready_for_pickup": 5,
    "decided": 4,
}
FILTER: dict[str, Any] = {
    "id": "01936b2e-8000-7aaa-8bbb-0123456789ab",
    "name": "Ληξιπρόθεσμα",
    "query": "overdue=true&order=priority",
    "saved_at": "2026-03-09T10:00:00Z",
}
HANDED_OUT: dict[str, Any] = {
    "done": [TASK],
    "refused": [
        {
            "task": "01936b2e-8000-7aaa-8bbb-0123456789ac",
            "code": "task_completed",
            "message": "Expected task 01936b2e-8000-7aaa-8bbb-0123456789ac to be open, but it is completed.",
        }
    ],
    "more": False,
}
_COUNTED = {"description": f"{COUNTED_TO} means so many or more."}
_WHY = "Why, for the journals of their cases."


class Counts(Shape):
    """How much there is in each part of the worklist."""

    mine = fields.Integer(required=True, metadata=_COUNTED)
    branch = fields.Integer(required=True, metadata=_COUNTED)
    unassigned = fields.Integer(required=True, metadata=_COUNTED)
    overdue = fields.Integer(required=True, metadata=_COUNTED)
    awaiting_agency = fields.Integer(required=True, metadata=_COUNTED)
    ready_for_pickup = fields.Integer(required=True, metadata=_COUNTED)
    decided = fields.Integer(required=True, metadata=_COUNTED)


class Pulse(ma.Schema):
    """A text that is another one after every change."""

    pulse = fields.String(required=True)


class SavedFilterShape(Shape):
    """A view of the worklist that a person keeps."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    query = fields.String(required=True)
    saved_at = Moment(required=True)


class SavedFilters(ma.Schema):
    """All the filters that a person keeps."""

    items = fields.List(fields.Nested(SavedFilterShape), required=True)


class FilterBody(ma.Schema):
    """A view of the worklist to be kept."""

    name = Text(most=60, required=True, example="Ληξιπρόθεσμα")
    query = Text(
        most=1000,
        least=0,
        required=True,
        means="The worklist's query string.",
        example="overdue=true&order=priority",
    )


_TASKS = fields.List(
    fields.UUID(),
    required=True,
    validate=ma.validate.Length(min=1, max=MOST),
    metadata={"description": "The ids of the tasks."},
)


class AssignManyBody(ma.Schema):
    """Which tasks go to whom, and why."""

    tasks = _TASKS
    to = Text(most=100, required=True, means="The colleague's user name.", example="nikos")
    reason = Text(most=1000, required=True, means=_WHY, example="Η συνάδελφος ασθενεί.")


class ReleaseManyBody(ma.Schema):
    """Which tasks are given back, and why."""

    tasks = _TASKS
    reason = Text(most=1000, required=True, means=_WHY, example="Λήξη βάρδιας.")


class RefusedTask(Shape):
    """A task that stayed as it was, and why."""

    task = fields.UUID(required=True, attribute="task_id")
    code = fields.String(required=True)
    message = fields.String(required=True)


class HandedOutShape(Shape):
    """What became of each task."""

    done = fields.List(fields.Nested(ListedTask), required=True)
    refused = fields.List(fields.Nested(RefusedTask), required=True)
    more = fields.Boolean(
        required=True, metadata={"description": "Whether there are further tasks: make the call again."}
    )


calls = Calls("worklists", about="The worklist as a whole, and work that is handed out.")


@calls.call("GET", "/worklist/counts", scope=Scope.CASES_READ)
@calls.response(200, Counts, example=COUNTS)
def count_worklist() -> object:
    """Count the worklist.

    How much you see of each part of it; open service tasks of your branch count as awaiting the agency.
    """
    return engine().ask(CountWorklist(), actor=actor())


@calls.call("GET", "/worklist/pulse", scope=Scope.CASES_READ)
@calls.response(200, Pulse, example={"pulse": "0f3c9a7d52e84b1690aa3e7d1c2b4f58"})
def feel_pulse() -> object:
    """Feel the pulse.

    Another text after every act in a case of your branch, or at a service task of your agency. Cheap: ask
    as often as you like, and read your lists again when it is another one.
    """
    return {"pulse": engine().ask(FeelPulse(), actor=actor())}


@calls.call("GET", "/worklist/filters", scope=Scope.CASES_READ)
@calls.response(200, SavedFilters, example={"items": [FILTER]})
def list_filters() -> object:
    """List your filters.

    By name.
    """
    return {"items": engine().ask(ListFilters(), actor=actor())}


@calls.call("POST", "/worklist/filters", scope=Scope.CASES_WRITE, takes=JSON, refuses=[409])
@calls.arguments(FilterBody)
@calls.response(200, SavedFilterShape, example=FILTER)
def save_filter(body: dict[str, str]) -> object:
    """Save a filter.

    Instead of your earlier one of that name, if there is one.
    """
    return engine().carry_out(SaveFilter(name=body["name"], query=body["query"]), actor=actor())


@calls.call("DELETE", "/worklist/filters/<uuid:filter_id>", scope=Scope.CASES_WRITE, refuses=[404])
@calls.response(204)
def forget_filter(filter_id: UUID) -> None:
    """Forget a filter of yours."""
    engine().carry_out(ForgetFilter(filter_id=filter_id), actor=actor())


@calls.call(
    "POST", "/tasks/claim-next", scope=Scope.CASES_WRITE, headers=["Idempotency-Key"], refuses=[404, 409]
)
@calls.response(200, ListedTask, headers=ETAG, example=TASK)
def claim_next() -> object:
    """Claim the next task.

    The most urgent one that nobody has and that you may do. Two who ask at once get different ones; 404
    if there is none for you.
    """
    task = engine().carry_out(ClaimNext(), actor=actor(), once=once())
    return task, {"ETag": etag_of(task.row_version)}


@calls.call("POST", "/tasks/assign", scope=Scope.CASES_WRITE, takes=JSON)
@calls.arguments(AssignManyBody, example={"tasks": [TASK["id"]], "to": "nikos", "reason": "Άδεια."})
@calls.response(200, HandedOutShape, example=HANDED_OUT)
def assign_tasks(body: dict[str, Any]) -> object:
    """Assign many tasks.

    The branch's manager does this. A task that cannot be assigned keeps no other back, and is told.
    """
    command = AssignTasks(task_ids=tuple(body["tasks"]), to=body["to"], reason=body["reason"])
    return engine().carry_out(command, actor=actor())


@calls.call("POST", "/tasks/release", scope=Scope.CASES_WRITE, takes=JSON)
@calls.arguments(ReleaseManyBody, example={"tasks": [TASK["id"]], "reason": "Λήξη βάρδιας."})
@calls.response(200, HandedOutShape, example=HANDED_OUT)
def release_tasks(body: dict[str, Any]) -> object:
    """Release many tasks.

    Your own, or, for the branch's manager, anybody's.
    """
    command = ReleaseTasks(task_ids=tuple(body["tasks"]), reason=body["reason"])
    return engine().carry_out(command, actor=actor())
