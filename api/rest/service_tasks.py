"""Service tasks: what waits for an agency, taken and answered by polling, or by clerks on its behalf."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.once import once
from api.http.pages import part_of
from api.http.stuck import require_moved
from api.rest.schemas import service_tasks as bodies
from engine.kernel.actor import Scope
from engine.service_tasks.answer import AnswerServiceTask
from engine.service_tasks.fail import FailServiceTask
from engine.service_tasks.lease import ExtendLease, LeaseServiceTasks
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from engine.service_tasks.requests import ServiceTaskSheet, ShowAnswerForms
from engine.supplements.supplement import AskSupplement, BringSupplement
from engine.tasks.queries import ListServiceTasks, ShowServiceTask

calls = Calls(
    "service-tasks", about="A service task is work handed to an agency; it stays open until it is answered."
)

_SERVICE_TASK = "/service-tasks/<uuid:service_task_id>"
_REFUSES = [404, 409]


@calls.call("GET", "/service-tasks", scope=Scope.SERVICE_TASKS, refuses=[422])
@calls.arguments(bodies.ServiceTaskQuery, location="query")
@calls.response(200, bodies.ServiceTaskPage)
def list_service_tasks(query: dict[str, Any]) -> object:
    """List service tasks.

    Oldest first: an agency sees its own, a branch those of its cases.
    """
    question = ListServiceTasks(state=query["state"], agency_key=query["agency"], part=part_of(query))
    return engine().ask(question, actor=actor())


@calls.call("GET", _SERVICE_TASK, scope=Scope.SERVICE_TASKS, refuses=[404])
@calls.response(200, bodies.ServiceTaskToAnswer)
def show_service_task(service_task_id: UUID) -> object:
    """Show a service task.

    With what its diagram hands over and what its answer must look like, for whoever may answer it.
    """
    return _to_answer([engine().ask(ShowServiceTask(service_task_id=service_task_id), actor=actor())])[0]


@calls.call(
    "POST",
    "/service-tasks/lease",
    scope=Scope.SERVICE_TASKS,
    takes=JSON,
    headers=["Idempotency-Key"],
    refuses=[409],
)
@calls.arguments(
    bodies.LeaseBody,
    example={"topics": ["municipality.residence"], "max": 5, "lock_seconds": 300, "worker": "r-1"},
)
@calls.response(200, bodies.LeasedServiceTasks)
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
@calls.arguments(bodies.AnswerBody)
@calls.response(200, bodies.AnsweredServiceTask, example=bodies.ANSWERED)
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
@calls.arguments(bodies.FailureBody, example={"code": "NOT_RESIDENT", "message": "Δεν βρέθηκε εγγραφή."})
@calls.response(200, bodies.AnsweredServiceTask, example={**bodies.ANSWERED, "state": "failed"})
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
@calls.arguments(bodies.ExtendBody)
@calls.response(200, bodies.ListedServiceTask)
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
@calls.arguments(bodies.WantedBody)
@calls.response(200, bodies.AnsweredServiceTask, example={**bodies.ANSWERED, "state": "open"})
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
@calls.arguments(bodies.BroughtBody)
@calls.response(200, bodies.AnsweredServiceTask, example={**bodies.ANSWERED, "state": "open"})
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
