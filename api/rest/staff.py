"""The people of a branch: how much each has in hand, who is away, and a colleague's work for others."""

from typing import Any

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.rest.schemas import staff as bodies
from api.rest.schemas.worklist import HANDED_OUT, HandedOutShape
from engine.kernel.actor import Scope
from engine.people.pauses import EndPause, PauseClerk
from engine.tasks.bulk_assignment import ReassignWork
from engine.tasks.workload import ShowLoad

calls = Calls("staff", about="The people of a branch, for its manager.")


@calls.call("GET", "/staff", scope=Scope.CASES_READ, refuses=[404, 422])
@calls.arguments(bodies.StaffQuery, location="query")
@calls.response(200, bodies.StaffShape, example={"items": [bodies.LOAD]})
def show_load(query: dict[str, str | None]) -> object:
    """Show the load.

    Who of the branch has how much in hand, by user name.
    """
    return {"items": engine().ask(ShowLoad(branch_code=query["branch"]), actor=actor())}


@calls.call("POST", "/staff/<username>/pause", scope=Scope.CASES_WRITE, takes=JSON)
@calls.arguments(bodies.PauseBody, example={"until": "2026-03-16", "reason": "Κανονική άδεια."})
@calls.response(200, bodies.PauseShape, example=bodies.PAUSE)
def pause_clerk(body: dict[str, Any], username: str) -> object:
    """Pause somebody.

    They are offered and assigned no work until they are back. What they have stays with them.
    """
    command = PauseClerk(username=username, reason=body["reason"], until=body["until"])
    return engine().carry_out(command, actor=actor())


@calls.call("POST", "/staff/<username>/resume", scope=Scope.CASES_WRITE, refuses=[404, 422])
@calls.response(204)
def end_pause(username: str) -> None:
    """End a pause.

    They are back; 404 if they were not paused.
    """
    engine().carry_out(EndPause(username=username), actor=actor())


@calls.call("POST", "/staff/<username>/reassign", scope=Scope.CASES_WRITE, takes=JSON)
@calls.arguments(bodies.ReassignBody, example={"to": "nikos", "reason": "Κανονική άδεια."})
@calls.response(200, HandedOutShape, example=HANDED_OUT)
def reassign_work(body: dict[str, Any], username: str) -> object:
    """Reassign somebody's work.

    All open tasks that they have in your branch, each with its line in the journal of its case.
    """
    command = ReassignWork(of=username, to=body["to"], reason=body["reason"])
    return engine().carry_out(command, actor=actor())
