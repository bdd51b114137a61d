"""Claim a task: a clerk takes it in hand."""

from dataclasses import dataclass
from uuid import UUID

from engine.cases.lookup import open_task, require_version
from engine.context import Command, Transaction
from engine.kernel.permission import require_takes_task
from engine.kernel.refusal import NotPermitted
from engine.tasks.model import Task


@dataclass(frozen=True, kw_only=True)
class ClaimTask(Command[Task]):
    """Claim a free task; claiming one's own changes nothing."""

    task_id: UUID
    expected_version: int | None = None


def claim_task(command: ClaimTask, transaction: Transaction) -> Task:
    """The task in the actor's hands; `HeldByAnother` if a colleague has it."""
    changeset, task = open_task(transaction, command.task_id)
    actor = transaction.actor
    require_takes_task(actor, task)
    if actor.id is None:
        raise NotPermitted("Only a person can hold a task.")
    if task.assignee_id == actor.id:
        return task
    require_version(task.row_version, command.expected_version)
    changeset.case.require_open()
    changeset.put(task.claimed(actor.id, actor.name))
    changeset.record("task_claimed", {"task": str(task.id), "element": task.element_id})
    return changeset.save_task(task.id)
