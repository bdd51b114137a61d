"""What an agency's webhook says, and which command it is."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.arguments import fields_refused
from api.http.fields import FreeData, Moment, Text
from engine.service_tasks.answer import AnswerServiceTask
from engine.service_tasks.fail import FailServiceTask

COMPLETED, FAILED = "service_task.completed", "service_task.failed"
ANSWERED: dict[str, Any] = {
    "type": COMPLETED,
    "timestamp": "2026-03-09T11:00:00Z",
    "data": {"id": "01936b2e-9000-7aaa-8bbb-0123456789ab", "data": {"confirmed": True}},
}


class AgencyAnswer(ma.Schema):
    """Which service task is answered, and how."""

    id = fields.UUID(required=True, metadata={"description": "The service task."})
    data = FreeData(means="What the diagram takes over.", load_default=dict)
    code = Text(
        most=100, load_default=None, allow_none=True, means="Of a failure: the BPMN error that it raises."
    )
    message = Text(
        most=1000, load_default=None, allow_none=True, means="Of a failure: a sentence for the clerk."
    )


class AgencyMessage(ma.Schema):
    """A webhook of an agency."""

    type = fields.String(required=True, validate=ma.validate.OneOf([COMPLETED, FAILED]))
    timestamp = Moment(means="When it happened.", load_default=None)
    data = fields.Nested(AgencyAnswer, required=True)

    @ma.validates_schema(skip_on_field_errors=True)
    def _failures_say_why(self, message: dict[str, Any], **_: Any) -> None:
        missing = [name for name in ("code", "message") if message["data"][name] is None]
        given = [name for name in ("code", "message") if message["data"][name] is not None]
        if message["type"] == FAILED and missing:
            raise ma.ValidationError({"data": {name: ["A failure needs it."] for name in missing}})
        if message["type"] == COMPLETED and given:
            raise ma.ValidationError({"data": {name: ["Only a failure has it."] for name in given}})


class Taken(ma.Schema):
    """That the message was taken."""

    status = fields.String(required=True, validate=ma.validate.OneOf(["taken"]))
    left_out = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "What the answer held besides what its form asks, by path: it is not kept."},
    )


_MESSAGE = AgencyMessage()


def command_of(message: Any) -> AnswerServiceTask | FailServiceTask:
    """The command that a message stands for; `Problem` with every field that is wrong."""
    try:
        read = _MESSAGE.load(message)
    except ma.ValidationError as error:
        raise fields_refused([error.messages]) from error
    answer = read["data"]
    if read["type"] == COMPLETED:
        return AnswerServiceTask(service_task_id=answer["id"], data=answer["data"])
    return FailServiceTask(
        service_task_id=answer["id"], code=answer["code"], message=answer["message"], data=answer["data"]
    )
