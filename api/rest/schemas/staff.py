"""Bodies about the people of a branch."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.fields import Moment, Shape, Text

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


class LoadShape(Shape):
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


class PauseBody(ma.Schema):
    """Until when somebody is away, and why."""

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
