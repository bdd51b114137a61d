"""Answer a service task: the agency did it, and the case goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from engine.commands.case_file import CaseFile, CaseState
from engine.commands.command import Command, Transaction
from engine.commands.lookup import waiting_service_task
from engine.domain.incident import Attempt, AttemptKind
from engine.domain.permission import require_answers
from engine.domain.service_task import ServiceTask, ServiceTaskState


@dataclass(frozen=True, kw_only=True)
class AnswerServiceTask(Command[CaseState]):
    """Complete a service task with `data`. A polling agency names the `worker` that holds the lease."""

    service_task_id: UUID
    data: Mapping[str, Any] = field(default_factory=dict)
    worker: str | None = None


def answer_service_task(command: AnswerServiceTask, transaction: Transaction) -> CaseState:
    """The case after the answer.

    If the step leaves it stuck, the service task stays open, to be answered again.
    """
    file, task = waiting_service_task(transaction, command.service_task_id)
    require_answers(transaction.actor, task)
    if command.worker is not None:
        task.require_open()
        task.require_lease(command.worker, transaction.now)
    answer(file, task, command.data, transaction)
    return file.save()


def answer(file: CaseFile, task: ServiceTask, data: Mapping[str, Any], transaction: Transaction) -> bool:
    """Give the workflow an answer; False if that left the case stuck, with the answer in its incident."""
    task.require_open()
    step = file.step_of_answer(task, data)
    done = task.closed(ServiceTaskState.COMPLETED, transaction.now)
    told = {"service_task": str(task.id), "topic": task.topic, "agency": task.agency_key, "name": task.name}
    attempt = Attempt(kind=AttemptKind.COMPLETE, token=task.token, data=data)
    return file.follow(step, ("service_task_completed", told), attempt=attempt, closing=done)
