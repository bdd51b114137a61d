"""Bodies about worklists, and about the work of many tasks in one go."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.fields import Moment, Shape, Text
from api.rest.schemas.tasks import TASK, ListedTask
from engine.tasks.bulk_assignment import MOST
from engine.tasks.worklist_model import COUNTED_TO

COUNTS = {
    "mine": 3,
    "branch": 41,
    "unassigned": 27,
    "overdue": 2,
    "awaiting_agency": 12,
    "ready_for_pickup": 5,
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
