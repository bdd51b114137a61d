"""Answer a service task: the agency did it, and the case goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from engine.bundle.contract import AcceptedAnswer
from engine.cases.changeset import CaseChangeset, CaseState, waiting_service_task
from engine.cases.take_step import give_answer, take_kept_messages
from engine.context import Command, Transaction
from engine.documents import store as documents_store
from engine.kernel.actor import SYSTEM
from engine.kernel.permission import require_answers
from engine.service_tasks.model import ServiceTask
from engine.topics.store import schema_of_topic


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
    task.require_answerable(by_system=transaction.actor == SYSTEM)
    if command.worker is not None:
        task.require_lease(command.worker, transaction.now)
    accepted = accepted_answer(changeset, task, command.data, transaction)
    answer(changeset, task, accepted.values)
    return AnsweredCase(**vars(changeset.save()), left_out=accepted.left_out)


def accepted_answer(
    changeset: CaseChangeset, task: ServiceTask, data: Mapping[str, Any], transaction: Transaction
) -> AcceptedAnswer:
    """What is taken of an answer, by whichever way it came; `Invalid` if it does not fit the form.

    Where the diagram names no form, the topic's own judges; where that says nothing, any answer will do.
    """
    form = changeset.procedure.answer_form(task.element_id)
    if form is None:
        schema = schema_of_topic(transaction.connection, changeset.case.version_id, task.topic)
        if schema is None:
            return AcceptedAnswer(values=data)
        form = transaction.catalogue.form(schema)
    return form.accept_answer(
        data,
        scope=task.variables,
        is_filed=partial(documents_store.is_filed, transaction.connection, task.case_id),
    )


def answer(changeset: CaseChangeset, task: ServiceTask, data: Mapping[str, Any]) -> bool:
    """Give the workflow an accepted answer; False if that left the case stuck, with it in its incident."""
    task.require_open()
    taken = give_answer(changeset, task, data)
    if taken:
        take_kept_messages(changeset)
    return taken
