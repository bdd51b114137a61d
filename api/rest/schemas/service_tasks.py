"""Bodies about service tasks."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.fields import Choice, FreeData, Moment, PageQuery, Shape, Text, Whole, page_of
from engine.service_tasks.model import ServiceTaskState

DAY = 86_400
_LOCK = "How long the lease holds."
_WORKER = "Your own name for the program that polls."


class WaitingServiceTask(Shape):
    """A service task as the people of the case see it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    topic = fields.String(required=True)
    element = fields.String(required=True, attribute="element_id")
    agency = fields.String(required=True, allow_none=True, attribute="agency_key")
    state = Choice(ServiceTaskState, required=True)
    created_at = Moment(required=True)
    accepted_at = Moment(
        required=True, allow_none=True, means="When the agency said that it will answer later."
    )
    supplement_wanted = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What the agency asked the citizen to bring and has not got yet."},
    )


class ListedServiceTask(WaitingServiceTask):
    """A service task with the case that it belongs to."""

    case_number = fields.String(required=True)
    procedure = fields.String(required=True, attribute="procedure_key")
    locked_by = fields.String(required=True, allow_none=True)
    locked_until = Moment(required=True, allow_none=True)
    closed_at = Moment(required=True, allow_none=True)


class ServiceTaskToAnswer(ListedServiceTask):
    """A service task with all of the case that its agency may see, and what its answer must look like."""

    headers = FreeData(means="Static settings of the diagram.", required=True)
    variables = FreeData(means="What the diagram hands over.", required=True)
    answer_schema = FreeData(
        means="The form-js JSON of the form that the answer must fit; null where any answer will do.",
        required=True,
        allow_none=True,
    )

    def value_of(self, thing: Any, name: str) -> Any:
        """The form comes from the sheet, everything else from its service task."""
        return thing.schema if name == "answer_schema" else getattr(thing.task, name)


class LeasedServiceTasks(ma.Schema):
    """The service tasks that were leased."""

    items = fields.List(fields.Nested(ServiceTaskToAnswer), required=True)


class ServiceTaskQuery(PageQuery):
    """Which service tasks are wanted."""

    state = Choice(ServiceTaskState, load_default=ServiceTaskState.OPEN)
    agency = Text(most=64, load_default=None, means="The key of an agency.")


class LeaseBody(ma.Schema):
    """What a polling agency takes."""

    topics = fields.List(
        Text(most=200, example="municipality.residence"),
        required=True,
        validate=ma.validate.Length(min=1, max=50),
    )
    max = Whole(least=1, most=100, load_default=10, means="How many at most.")
    lock_seconds = Whole(least=1, most=DAY, load_default=300, means=_LOCK)
    worker = Text(most=100, required=True, means=_WORKER, example="registry-1")


class AnswerBody(ma.Schema):
    """An agency's answer."""

    data = FreeData(means="What the diagram takes over.", load_default=dict, example={"confirmed": True})
    worker = Text(
        most=100, load_default=None, allow_none=True, means="Who holds the lease, if it was leased."
    )


class FailureBody(ma.Schema):
    """An agency's refusal, or that it has to try again."""

    message = Text(most=1000, required=True, means="A sentence for the clerk.")
    code = Text(
        most=100,
        load_default=None,
        allow_none=True,
        means="The BPMN error that it raises; none to try again.",
    )
    retry_in = Whole(
        least=0, most=30 * DAY, load_default=None, allow_none=True, means="Seconds until it may be leased."
    )
    data = FreeData(means="What goes with the error.", load_default=dict)
    worker = Text(
        most=100, load_default=None, allow_none=True, means="Who holds the lease, if it was leased."
    )


class ExtendBody(ma.Schema):
    """How much longer a lease shall hold."""

    lock_seconds = Whole(least=1, most=DAY, required=True, means=_LOCK)
    worker = Text(most=100, required=True, means=_WORKER, example="registry-1")


class WantedBody(ma.Schema):
    """What the citizen is to bring."""

    wanted = Text(
        most=1000,
        required=True,
        means="A sentence for whoever tracks the case: nothing personal.",
        example="Αντίγραφο λογαριασμού των τελευταίων τριών μηνών.",
    )


class BroughtBody(ma.Schema):
    """What the citizen brought."""

    data = FreeData(
        means="Facts, or references to documents.", load_default=dict, example={"document": "ΔΕΗ 4471"}
    )


class AnsweredServiceTask(ma.Schema):
    """What became of a service task. Its case is none of the agency's business."""

    id = fields.UUID(required=True)
    state = Choice(ServiceTaskState, required=True)
    left_out = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "What the answer held besides what its form asks, by path: it is not kept."},
    )


ServiceTaskPage = page_of(ListedServiceTask)
ANSWERED: dict[str, Any] = {
    "id": "01936b2e-9000-7aaa-8bbb-0123456789ab",
    "state": "completed",
    "left_out": [],
}
