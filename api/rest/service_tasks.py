"""Service tasks: what waits for an agency, taken and answered by polling, or by clerks on its behalf."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.arguments import slice_of
from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Choice, ComposedShape, FreeData, Moment, PageQuery, Shape, Text, Whole, page_of
from api.http.idempotency import once
from engine.cases.changeset import CaseState
from engine.kernel.actor import Scope
from engine.kernel.refusal import Conflict
from engine.service_tasks.answer import AnswerServiceTask
from engine.service_tasks.fail import FailServiceTask
from engine.service_tasks.lease import ExtendLease, LeaseServiceTasks
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from engine.service_tasks.requests import ServiceTaskSheet, ShowAnswerForm, ShowAnswerForms
from engine.supplements.supplement import AskSupplement, BringSupplement
from engine.tasks.queries import ListServiceTasks

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


class ServiceTaskToAnswer(ComposedShape, ListedServiceTask):
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


calls = Calls(
    "service-tasks", about="A service task is work handed to an agency; it stays open until it is answered."
)

_SERVICE_TASK = "/service-tasks/<uuid:service_task_id>"
_REFUSES = [404, 409]


@calls.call("GET", "/service-tasks", scope=Scope.SERVICE_TASKS, refuses=[422])
@calls.arguments(ServiceTaskQuery, location="query")
@calls.response(200, ServiceTaskPage)
def list_service_tasks(query: dict[str, Any]) -> object:
    """List service tasks.

    Oldest first: an agency sees its own, a branch those of its cases.
    """
    question = ListServiceTasks(state=query["state"], agency_key=query["agency"], part=slice_of(query))
    return engine().ask(question, actor=actor())


@calls.call("GET", _SERVICE_TASK, scope=Scope.SERVICE_TASKS, refuses=[404])
@calls.response(200, ServiceTaskToAnswer)
def show_service_task(service_task_id: UUID) -> object:
    """Show a service task.

    With what its diagram hands over and what its answer must look like, for whoever may answer it.
    """
    return engine().ask(ShowAnswerForm(service_task_id=service_task_id), actor=actor())


@calls.call(
    "POST",
    "/service-tasks/lease",
    scope=Scope.SERVICE_TASKS,
    takes=JSON,
    headers=["Idempotency-Key"],
    refuses=[409],
)
@calls.arguments(
    LeaseBody,
    example={"topics": ["municipality.residence"], "max": 5, "lock_seconds": 300, "worker": "r-1"},
)
@calls.response(200, LeasedServiceTasks)
def lease_service_tasks(body: dict[str, Any]) -> object:
    """Lease service tasks.

    Each is locked for one worker for a while, and comes with its variables and the form of its answer.
    """
    command = LeaseServiceTasks(
        topics=tuple(body["topics"]),
        limit=body["max"],
        lock=timedelta(seconds=body["lock_seconds"]),
        worker=body["worker"],
    )
    return {"items": _to_answer(engine().carry_out(command, actor=actor(), once=once()))}


@calls.call(
    "POST",
    _SERVICE_TASK + "/complete",
    scope=Scope.SERVICE_TASKS,
    takes=JSON,
    headers=["Idempotency-Key"],
    refuses=_REFUSES,
)
@calls.arguments(AnswerBody)
@calls.response(200, AnsweredServiceTask, example=ANSWERED)
def answer_service_task(body: dict[str, Any], service_task_id: UUID) -> object:
    """Answer a service task.

    Its case goes on. 422 if the answer does not fit its form, 409 if the case is stuck; answer again later.
    What the form does not ask for is not kept, and named in `left_out`.
    """
    command = AnswerServiceTask(service_task_id=service_task_id, data=body["data"], worker=body["worker"])
    state = engine().carry_out(command, actor=actor(), once=once())
    require_moved(state, service_task_id)
    return _become(service_task_id, ServiceTaskState.COMPLETED, left_out=state.left_out)


@calls.call(
    "POST",
    _SERVICE_TASK + "/fail",
    scope=Scope.SERVICE_TASKS,
    takes=JSON,
    headers=["Idempotency-Key"],
    refuses=_REFUSES,
)
@calls.arguments(FailureBody, example={"code": "NOT_RESIDENT", "message": "Δεν βρέθηκε εγγραφή."})
@calls.response(200, AnsweredServiceTask, example={**ANSWERED, "state": "failed"})
def fail_service_task(body: dict[str, Any], service_task_id: UUID) -> object:
    """Fail a service task.

    With a code the procedure takes another way; without one it is tried again later.
    """
    retry_in = body["retry_in"]
    command = FailServiceTask(
        service_task_id=service_task_id,
        message=body["message"],
        code=body["code"],
        retry_in=timedelta(seconds=retry_in) if retry_in is not None else None,
        data=body["data"],
        worker=body["worker"],
    )
    state = engine().carry_out(command, actor=actor(), once=once())
    if body["code"] is None:
        return _become(service_task_id, ServiceTaskState.OPEN)
    require_moved(state, service_task_id)
    return _become(service_task_id, ServiceTaskState.FAILED)


@calls.call("POST", _SERVICE_TASK + "/extend", scope=Scope.SERVICE_TASKS, takes=JSON, refuses=_REFUSES)
@calls.arguments(ExtendBody)
@calls.response(200, ListedServiceTask)
def extend_lease(body: dict[str, Any], service_task_id: UUID) -> object:
    """Extend a lease.

    Keep a leased service task a while longer; 409 if the lease is not yours any more.
    """
    command = ExtendLease(
        service_task_id=service_task_id,
        lock=timedelta(seconds=body["lock_seconds"]),
        worker=body["worker"],
    )
    return engine().carry_out(command, actor=actor())


@calls.call(
    "POST",
    _SERVICE_TASK + "/ask-supplement",
    scope=Scope.SERVICE_TASKS,
    takes=JSON,
    headers=["Idempotency-Key"],
    refuses=_REFUSES,
)
@calls.arguments(WantedBody)
@calls.response(200, AnsweredServiceTask, example={**ANSWERED, "state": "open"})
def ask_supplement(body: dict[str, str], service_task_id: UUID) -> object:
    """Ask for a supplement.

    The citizen is to bring something before the agency can answer. It is not leased again until then.
    """
    command = AskSupplement(service_task_id=service_task_id, wanted=body["wanted"])
    engine().carry_out(command, actor=actor(), once=once())
    return _become(service_task_id, ServiceTaskState.OPEN)


@calls.call(
    "POST",
    _SERVICE_TASK + "/bring-supplement",
    scope=Scope.SERVICE_TASKS,
    takes=JSON,
    headers=["Idempotency-Key"],
    refuses=_REFUSES,
)
@calls.arguments(BroughtBody)
@calls.response(200, AnsweredServiceTask, example={**ANSWERED, "state": "open"})
def bring_supplement(body: dict[str, Any], service_task_id: UUID) -> object:
    """Bring a supplement.

    The branch hands over what the citizen brought: the agency sees it as the variable `supplement`.
    """
    command = BringSupplement(service_task_id=service_task_id, data=body["data"])
    engine().carry_out(command, actor=actor(), once=once())
    return _become(service_task_id, ServiceTaskState.OPEN)


def _become(
    service_task_id: UUID, state: ServiceTaskState, *, left_out: tuple[str, ...] = ()
) -> dict[str, Any]:
    return {"id": service_task_id, "state": state, "left_out": left_out}


def _to_answer(tasks: Sequence[ServiceTask]) -> Sequence[ServiceTaskSheet]:
    return engine().ask(ShowAnswerForms(service_tasks=tasks), actor=actor())


def require_moved(state: CaseState, service_task_id: UUID) -> None:
    """Refuse when the answer left the case stuck and the service task open, so that the sender tries again.

    The journal records the attempt already, and the incident keeps the answer.
    """
    if any(task.id == service_task_id for task in state.service_tasks):
        raise Conflict(
            "The case is stuck and the service task stays open; send the answer again later.",
            code="case_stuck",
        )
