"""Tasks: the worklist, one task with its form, and what people do with it."""

from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.arguments import expected_version, slice_of
from api.http.calls import ETAG, JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Choice, ComposedShape, FreeData, Moment, PageQuery, Text, WholeInQuery, page_of
from api.http.responses import etag_of, with_etag
from api.rest.case_bodies import CASE, TASK, CaseBody, ListedTask
from engine.kernel.actor import Scope
from engine.kernel.vocabulary import Flag
from engine.tasks.assign import AssignTask, ClaimTask, ReleaseTask
from engine.tasks.complete import CompleteTask, SaveDraft
from engine.tasks.model import Task, TaskState
from engine.tasks.queries import ListTasks, ShowTask
from engine.tasks.worklist_model import TaskOrder


class TaskToWorkOn(ComposedShape, ListedTask):
    """A task with its form: what to show and what to begin with."""

    form_schema = FreeData(
        means="The form-js JSON; null where there is no form.", required=True, allow_none=True
    )
    prefill = FreeData(means="What the form begins with.", required=True)
    draft = FreeData(means="What was saved last.", required=True, allow_none=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """The form comes from the sheet, everything else from its task."""
        return thing.schema if name == "form_schema" else getattr(thing.task, name)


class TaskQuery(PageQuery):
    """Which tasks are wanted."""

    state = Choice(TaskState, load_default=TaskState.OPEN)
    assignee = Text(
        most=100,
        load_default=None,
        means="`me` for those that you have, `none` for those that nobody has, else a user name.",
    )
    overdue = fields.Boolean(
        truthy={"true"},
        falsy={"false"},
        load_default=False,
        metadata={"description": "Only tasks that were due by now."},
    )
    flag = Choice(Flag, load_default=None, means="Only tasks with this flag.")
    order = Choice(TaskOrder, load_default=TaskOrder.DUE)
    branch = Text(most=4, load_default=None, means="The code of a branch.")
    procedure = Text(most=64, load_default=None, means="The key of a procedure.")
    version = WholeInQuery(least=1, most=999_999, load_default=None, means="A version of the procedure.")
    due_before = Moment(load_default=None, means="Only tasks that are due before this moment.")
    q = Text(most=200, load_default=None, means="Words that find the case.")


class DataBody(ma.Schema):
    """The fields of a form."""

    data = FreeData(means="The form's fields by key.", load_default=dict, example={"papers_complete": True})


class DraftBody(ma.Schema):
    """The fields of a form so far."""

    data = FreeData(means="The form's fields by key; they replace the last draft.", required=True)


class ReleaseBody(ma.Schema):
    """Why a task is given back, if there is anything to say."""

    reason = Text(most=1000, load_default=None, allow_none=True)


class AssignBody(ma.Schema):
    """Who gets a task, and why."""

    to = Text(most=100, required=True, means="The colleague's user name.", example="nikos")
    reason = Text(most=1000, required=True, example="Η συνάδελφος ασθενεί.")


TaskPage = page_of(ListedTask)


calls = Calls("tasks", about="A task is open for a person of the branch, and held by at most one of them.")

_TASK = "/tasks/<uuid:task_id>"


@calls.call("GET", "/tasks", scope=Scope.CASES_READ, refuses=[422])
@calls.arguments(TaskQuery, location="query")
@calls.response(200, TaskPage, example={"items": [TASK], "next": None})
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
        version=query["version"],
        due_before=query["due_before"],
        text=query["q"],
        part=slice_of(query),
    )
    return engine().ask(question, actor=actor())


@calls.call("GET", _TASK, scope=Scope.CASES_READ, headers=["If-None-Match"], refuses=[404])
@calls.response(
    200,
    TaskToWorkOn,
    headers=ETAG,
    example={**TASK, "form_schema": {"components": []}, "prefill": {}, "draft": None},
)
def show_task(task_id: UUID) -> object:
    """Show a task.

    With its form, what to begin with, and the draft.
    """
    sheet = engine().ask(ShowTask(task_id=task_id), actor=actor())
    return with_etag(sheet, etag_of(sheet.task.row_version))


@calls.call("POST", _TASK + "/claim", scope=Scope.CASES_WRITE, headers=["If-Match"], refuses=[404, 422])
@calls.response(200, ListedTask, headers=ETAG, example=TASK)
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
@calls.arguments(ReleaseBody, required=False, example={"reason": "Λήξη βάρδιας."})
@calls.response(200, ListedTask, headers=ETAG, example={**TASK, "assignee": None})
def release_task(body: dict[str, str | None], task_id: UUID) -> object:
    """Release a task.

    It is free for the others; the branch's manager may release anybody's.
    """
    command = ReleaseTask(task_id=task_id, reason=body["reason"], expected_version=expected_version())
    return _changed(engine().carry_out(command, actor=actor()))


@calls.call(
    "POST", _TASK + "/assign", scope=Scope.CASES_WRITE, takes=JSON, headers=["If-Match"], refuses=[404]
)
@calls.arguments(AssignBody)
@calls.response(200, ListedTask, headers=ETAG, example={**TASK, "assignee": "nikos"})
def assign_task(body: dict[str, str], task_id: UUID) -> object:
    """Assign a task.

    To a colleague, whoever has it. The branch's manager does this.
    """
    command = AssignTask(
        task_id=task_id, to=body["to"], reason=body["reason"], expected_version=expected_version()
    )
    return _changed(engine().carry_out(command, actor=actor()))


@calls.call("PUT", _TASK + "/draft", scope=Scope.CASES_WRITE, takes=JSON, headers=["If-Match"], refuses=[404])
@calls.arguments(DraftBody, example={"data": {"papers_complete": True}})
@calls.response(200, ListedTask, headers=ETAG, example=TASK)
def save_draft(body: dict[str, Any], task_id: UUID) -> object:
    """Save a draft.

    What was typed so far, instead of the last draft.
    """
    command = SaveDraft(task_id=task_id, data=body["data"], expected_version=expected_version())
    return _changed(engine().carry_out(command, actor=actor()))


@calls.call(
    "POST", _TASK + "/complete", scope=Scope.CASES_WRITE, takes=JSON, headers=["If-Match"], refuses=[404]
)
@calls.arguments(DataBody, example={"data": {"papers_complete": True}})
@calls.response(200, CaseBody, example={**CASE, "tasks": [TASK], "service_tasks": []})
def complete_task(body: dict[str, Any], task_id: UUID) -> object:
    """Complete a task.

    One that you have: the case goes on, and the answer shows its next tasks.
    422 leaves the task as it was. A case that cannot go on is flagged `stuck`; the task then stays open and
    keeps the data as its draft.
    """
    command = CompleteTask(task_id=task_id, data=body["data"], expected_version=expected_version())
    return engine().carry_out(command, actor=actor())


def _changed(task: Task) -> tuple[Task, dict[str, str]]:
    return task, {"ETag": etag_of(task.row_version)}
