"""Answer a service task: the agency did it, and the case goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from engine.bundle.contract import AcceptedAnswer
from engine.cases.changeset import CaseChangeset, CaseState, waiting_service_task
from engine.cases.take_step import answer_task, take_step
from engine.context import Command, Transaction
from engine.documents import store as documents_store
from engine.incidents.model import Attempt, AttemptKind
from engine.kernel.permission import require_answers
from engine.runtime.values import as_json
from engine.service_tasks.model import ServiceTask


@dataclass(frozen=True, kw_only=True)
class AnsweredCase(CaseState):
    """A case after an answer; `left_out` are the paths of what the answer held and its form does not ask."""

    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AnswerServiceTask(Command[AnsweredCase]):
    """Complete a service task with `data`. A polling agency names the `worker` that holds the lease."""

    service_task_id: UUID
    data: Mapping[str, Any] = field(default_factory=dict)
    worker: str | None = None


def answer_service_task(command: AnswerServiceTask, transaction: Transaction) -> AnsweredCase:
    """The case after the answer.

    `Invalid` for an answer that does not fit the service task's form, which stays as it was. If the step
    leaves the case stuck, the service task stays open, to be answered again.
    """
    changeset, task = waiting_service_task(transaction, command.service_task_id)
    require_answers(transaction.actor, task)
    task.require_for_agency()
    task.require_open()
    if command.worker is not None:
        task.require_lease(command.worker, transaction.now)
    accepted = accepted_answer(changeset, task, command.data, transaction)
    answer(changeset, task, accepted.values, transaction)
    return AnsweredCase(**vars(changeset.save()), left_out=accepted.left_out)


def accepted_answer(
    changeset: CaseChangeset, task: ServiceTask, data: Mapping[str, Any], transaction: Transaction
) -> AcceptedAnswer:
    """What is taken of an answer, by whichever way it came; `Invalid` if it does not fit the form.

    Where the diagram names no form, any answer will do.
    """
    form = changeset.procedure.answer_form(task.element_id)
    if form is None:
        return AcceptedAnswer(values=data)
    return form.accept_answer(
        data,
        scope=task.variables,
        is_filed=partial(documents_store.is_filed, transaction.connection, task.case_id),
    )


def answer(
    changeset: CaseChangeset, task: ServiceTask, data: Mapping[str, Any], transaction: Transaction
) -> bool:
    """Give the workflow an accepted answer; False if that left the case stuck, with it in its incident."""
    task.require_open()
    step = answer_task(changeset, task, data)
    done = task.answered(as_json(data), transaction.now)
    detail = {"service_task": str(task.id), "topic": task.topic, "agency": task.agency_key, "name": task.name}
    attempt = Attempt(kind=AttemptKind.COMPLETE, token=task.token, data=data)
    return take_step(changeset, step, ("service_task_completed", detail), attempt=attempt, closing=done)
