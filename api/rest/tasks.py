"""Tasks: the worklist, one task with its form, and what people do with it."""

from typing import Any
from uuid import UUID

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.documentation import ETAG
from api.http.pages import part_of, tagged
from api.http.preconditions import expected_version, tag
from api.rest.schemas import tasks as bodies
from api.rest.schemas.cases import CASE, CaseBody
from engine.kernel.actor import Scope
from engine.tasks.assign import AssignTask, ClaimTask, ReleaseTask
from engine.tasks.complete import CompleteTask, SaveDraft
from engine.tasks.model import Task
from engine.tasks.queries import ListTasks, ShowTask

calls = Calls("tasks", about="A task is open for a person of the branch, and held by at most one of them.")

_TASK = "/tasks/<uuid:task_id>"


@calls.call("GET", "/tasks", scope=Scope.CASES_READ, refuses=[422])
@calls.arguments(bodies.TaskQuery, location="query")
@calls.response(200, bodies.TaskPage, example={"items": [bodies.TASK], "next": None})
def list_tasks(query: dict[str, Any]) -> object:
    """List tasks.

    The worklist: those due first before the others, unless another order is wanted.
    """
    assignee = query["assignee"]
    question = ListTasks(
        state=query["state"],
        mine=assignee == "me",
        unassigned=assignee == "none",
        assignee=assignee if assignee not in ("me", "none") else None,
        overdue=query["overdue"],
        flag=query["flag"],
        order=query["order"],
        branch_code=query["branch"],
        procedure=query["procedure"],
        due_before=query["due_before"],
        text=query["q"],
        part=part_of(query),
    )
    return engine().ask(question, actor=actor())


@calls.call("GET", _TASK, scope=Scope.CASES_READ, headers=["If-None-Match"], refuses=[404])
@calls.response(
    200,
    bodies.TaskToWorkOn,
    headers=ETAG,
    example={**bodies.TASK, "form_schema": {"components": []}, "prefill": {}, "draft": None},
)
def show_task(task_id: UUID) -> object:
    """Show a task.

    With its form, what to begin with, and the draft.
    """
    sheet = engine().ask(ShowTask(task_id=task_id), actor=actor())
    return tagged(sheet, tag(sheet.task.row_version))


@calls.call("POST", _TASK + "/claim", scope=Scope.CASES_WRITE, headers=["If-Match"], refuses=[404, 422])
@calls.response(200, bodies.ListedTask, headers=ETAG, example=bodies.TASK)
def claim_task(task_id: UUID) -> object:
    """Claim a task.

    Claiming what you have changes nothing; 409 if a colleague has it.
    """
    command = ClaimTask(task_id=task_id, expected_version=expected_version())
    return _changed(engine().carry_out(command, actor=actor()))


@calls.call(
    "POST",
    _TASK + "/release",
    scope=Scope.CASES_WRITE,
    takes=JSON,
    body_needed=False,
    headers=["If-Match"],
    refuses=[404],
)
@calls.arguments(bodies.ReleaseBody, required=False, example={"reason": "Λήξη βάρδιας."})
@calls.response(200, bodies.ListedTask, headers=ETAG, example={**bodies.TASK, "assignee": None})
def release_task(body: dict[str, str | None], task_id: UUID) -> object:
    """Release a task.

    It is free for the others; the branch's manager may release anybody's.
    """
    command = ReleaseTask(task_id=task_id, reason=body["reason"], expected_version=expected_version())
    return _changed(engine().carry_out(command, actor=actor()))


@calls.call(
    "POST", _TASK + "/assign", scope=Scope.CASES_WRITE, takes=JSON, headers=["If-Match"], refuses=[404]
)
@calls.arguments(bodies.AssignBody)
@calls.response(200, bodies.ListedTask, headers=ETAG, example={**bodies.TASK, "assignee": "nikos"})
def assign_task(body: dict[str, str], task_id: UUID) -> object:
    """Assign a task.

    To a colleague, whoever has it. The branch's manager does this.
    """
    command = AssignTask(
        task_id=task_id, to=body["to"], reason=body["reason"], expected_version=expected_version()
    )
    return _changed(engine().carry_out(command, actor=actor()))


@calls.call("PUT", _TASK + "/draft", scope=Scope.CASES_WRITE, takes=JSON, headers=["If-Match"], refuses=[404])
@calls.arguments(bodies.DraftBody, example={"data": {"papers_complete": True}})
@calls.response(200, bodies.ListedTask, headers=ETAG, example=bodies.TASK)
def save_draft(body: dict[str, Any], task_id: UUID) -> object:
    """Save a draft.

    What was typed so far, instead of the last draft.
    """
    command = SaveDraft(task_id=task_id, data=body["data"], expected_version=expected_version())
    return _changed(engine().carry_out(command, actor=actor()))


@calls.call(
    "POST", _TASK + "/complete", scope=Scope.CASES_WRITE, takes=JSON, headers=["If-Match"], refuses=[404]
)
@calls.arguments(bodies.DataBody, example={"data": {"papers_complete": True}})
@calls.response(200, CaseBody, example={**CASE, "tasks": [bodies.TASK], "service_tasks": []})
def complete_task(body: dict[str, Any], task_id: UUID) -> object:
    """Complete a task.

    One that you have: the case goes on, and the answer shows its next tasks.
    422 leaves the task as it was. A case that cannot go on is flagged `stuck`; the task then stays open and
    keeps the data as its draft.
    """
    command = CompleteTask(task_id=task_id, data=body["data"], expected_version=expected_version())
    return engine().carry_out(command, actor=actor())


def _changed(task: Task) -> tuple[Task, dict[str, str]]:
    return task, {"ETag": tag(task.row_version)}
