"""Fail a service task: with a code the procedure takes another path, without one the work is tried again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from engine.cases.changeset import CaseChangeset, CaseState, waiting_service_task
from engine.cases.take_step import take_step
from engine.context import Command, Transaction
from engine.incidents.model import Attempt, AttemptKind
from engine.kernel.actor import SYSTEM
from engine.kernel.permission import require_answers
from engine.kernel.refusal import Conflict
from engine.runtime.contract import StepRefused
from engine.service_tasks.model import ServiceTask, ServiceTaskState


@dataclass(frozen=True, kw_only=True)
class FailServiceTask(Command[CaseState]):
    """Fail a service task.

    `code` is the BPMN error that it raises. Without a code the task goes back to be leased again, not before
    `retry_in` has passed. `message` is a sentence for clerks; it is kept with the task and not in the
    journal, because it may name people.
    """

    service_task_id: UUID
    message: str
    code: str | None = None
    retry_in: timedelta | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    worker: str | None = None


def fail_service_task(command: FailServiceTask, transaction: Transaction) -> CaseState:
    """The case after the failure.

    An error that nothing catches leaves the case stuck and the service task open.
    """
    changeset, task = waiting_service_task(transaction, command.service_task_id)
    require_answers(transaction.actor, task)
    task.require_answerable(by_system=transaction.actor == SYSTEM)
    if command.worker is not None:
        task.require_lease(command.worker, transaction.now)
    if command.code is None:
        until = transaction.now + command.retry_in if command.retry_in else None
        changeset.put(task.set_back(message=command.message, until=until))
        changeset.record("service_task_set_back", {"service_task": str(task.id), "topic": task.topic})
    else:
        fail(changeset, task, transaction, code=command.code, message=command.message, data=command.data)
    return changeset.save()


def fail(
    changeset: CaseChangeset,
    task: ServiceTask,
    transaction: Transaction,
    *,
    code: str,
    message: str,
    data: Mapping[str, Any],
) -> bool:
    """Raise the error in the workflow; False if that left the case stuck.

    Where the error is caught, the case gets `data` and `error`: the code and the agency's sentence.
    """
    task.require_open()
    try:
        step = transaction.workflow.fail(
            changeset.procedure.definition,
            changeset.case.snapshot,
            token=task.token,
            code=code,
            variables={**data, "error": {"code": code, "message": message}},
            surroundings=changeset.surroundings,
        )
    except StepRefused as refusal:
        raise Conflict(f"Service task {task.id} does not wait in its case: {refusal}") from refusal
    failed = task.closed(ServiceTaskState.FAILED, transaction.now, code=code, message=message)
    detail = {"service_task": str(task.id), "topic": task.topic, "agency": task.agency_key, "code": code}
    attempt = Attempt(
        kind=AttemptKind.FAIL, token=task.token, data=data, error_code=code, error_message=message
    )
    return take_step(changeset, step, ("service_task_failed", detail), attempt=attempt, closing=failed)
