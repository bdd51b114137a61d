"""Bodies about tasks."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.fields import Choice, FreeData, Moment, PageQuery, Shape, Text, page_of
from engine.kernel.case_words import Flag
from engine.tasks.model import TaskState
from engine.tasks.worklist_model import TaskOrder

TASK: dict[str, Any] = {
    "id": "01936b2e-8000-7aaa-8bbb-0123456789ab",
    "case_id": "01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b",
    "case_number": "0009-26-000123-4",
    "procedure": "residence-certificate",
    "element": "check_papers",
    "name": "Έλεγχος δικαιολογητικών",
    "state": "open",
    "form": "check-papers",
    "flag": None,
    "priority": 50,
    "created_at": "2026-03-09T10:00:00Z",
    "due_at": None,
    "follow_up_at": None,
    "candidate_groups": ["clerk"],
    "candidate_users": [],
    "assignee": "maria",
    "closed_at": None,
}


class ListedTask(Shape):
    """A task as a worklist shows it."""

    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    case_number = fields.String(required=True)
    procedure = fields.String(required=True, attribute="procedure_key")
    element = fields.String(
        required=True, attribute="element_id", metadata={"description": "Its id in the diagram."}
    )
    name = fields.String(required=True)
    state = Choice(TaskState, required=True)
    form = fields.String(required=True, allow_none=True, attribute="form_id")
    flag = Choice(Flag, required=True, allow_none=True, means="The flag of the case while the task is open.")
    priority = fields.Integer(required=True)
    created_at = Moment(required=True)
    due_at = Moment(required=True, allow_none=True)
    follow_up_at = Moment(required=True, allow_none=True)
    candidate_groups = fields.List(fields.String(), required=True)
    candidate_users = fields.List(fields.String(), required=True)
    assignee = fields.String(required=True, allow_none=True, attribute="assignee_name")
    closed_at = Moment(required=True, allow_none=True)


class TaskToWorkOn(ListedTask):
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
