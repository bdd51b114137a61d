"""The worklist as a whole: counts, pulse, saved filters, the next task, and many tasks in one go."""

from typing import Any
from uuid import UUID

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.documentation import ETAG
from api.http.once import once
from api.http.preconditions import tag
from api.rest.schemas import worklist as bodies
from api.rest.schemas.tasks import TASK, ListedTask
from engine.kernel.actor import Scope
from engine.tasks.bulk_assignment import AssignTasks, ReleaseTasks
from engine.tasks.claim_next import ClaimNext
from engine.tasks.saved_filters import ForgetFilter, SaveFilter
from engine.tasks.worklist_queries import CountWorklist, FeelPulse, ListFilters

calls = Calls("worklists", about="The worklist as a whole, and work that is handed out.")


@calls.call("GET", "/worklist/counts", scope=Scope.CASES_READ)
@calls.response(200, bodies.Counts, example=bodies.COUNTS)
def count_worklist() -> object:
    """Count the worklist.

    How much you see of each part of it; open service tasks of your branch count as awaiting the agency.
    """
    return engine().ask(CountWorklist(), actor=actor())


@calls.call("GET", "/worklist/pulse", scope=Scope.CASES_READ)
@calls.response(200, bodies.Pulse, example={"pulse": "0f3c9a7d52e84b1690aa3e7d1c2b4f58"})
def feel_pulse() -> object:
    """Feel the pulse.

    Another text after every act in a case of your branch, or at a service task of your agency. Cheap: ask
    as often as you like, and read your lists again when it is another one.
    """
    return {"pulse": engine().ask(FeelPulse(), actor=actor())}


@calls.call("GET", "/worklist/filters", scope=Scope.CASES_READ)
@calls.response(200, bodies.SavedFilters, example={"items": [bodies.FILTER]})
def list_filters() -> object:
    """List your filters.

    By name.
    """
    return {"items": engine().ask(ListFilters(), actor=actor())}


@calls.call("POST", "/worklist/filters", scope=Scope.CASES_WRITE, takes=JSON, refuses=[409])
@calls.arguments(bodies.FilterBody)
@calls.response(200, bodies.SavedFilterShape, example=bodies.FILTER)
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
    return task, {"ETag": tag(task.row_version)}


@calls.call("POST", "/tasks/assign", scope=Scope.CASES_WRITE, takes=JSON)
@calls.arguments(bodies.AssignManyBody, example={"tasks": [TASK["id"]], "to": "nikos", "reason": "Άδεια."})
@calls.response(200, bodies.HandedOutShape, example=bodies.HANDED_OUT)
def assign_tasks(body: dict[str, Any]) -> object:
    """Assign many tasks.

    The branch's manager does this. A task that cannot be assigned keeps no other back, and is told.
    """
    command = AssignTasks(task_ids=tuple(body["tasks"]), to=body["to"], reason=body["reason"])
    return engine().carry_out(command, actor=actor())


@calls.call("POST", "/tasks/release", scope=Scope.CASES_WRITE, takes=JSON)
@calls.arguments(bodies.ReleaseManyBody, example={"tasks": [TASK["id"]], "reason": "Λήξη βάρδιας."})
@calls.response(200, bodies.HandedOutShape, example=bodies.HANDED_OUT)
def release_tasks(body: dict[str, Any]) -> object:
    """Release many tasks.

    Your own, or, for the branch's manager, anybody's.
    """
    command = ReleaseTasks(task_ids=tuple(body["tasks"]), reason=body["reason"])
    return engine().carry_out(command, actor=actor())
