"""Release a task: whoever has it puts it back for the others."""

from dataclasses import dataclass
from uuid import UUID

from engine.cases.lookup import open_task, require_version
from engine.context import Command, Transaction
from engine.kernel.permission import require_manages
from engine.tasks.model import Task


@dataclass(frozen=True, kw_only=True)
class ReleaseTask(Command[Task]):
    """Release a task that the actor holds; the branch's manager may release anybody's."""

    task_id: UUID
    reason: str | None = None
    expected_version: int | None = None


def release_task(command: ReleaseTask, transaction: Transaction) -> Task:
    """The task, free again; its draft stays for whoever takes it up."""
    changeset, task = open_task(transaction, command.task_id)
    require_version(task.row_version, command.expected_version)
    if task.assignee_id is None:
        return task
    if task.assignee_id != transaction.actor.id:
        require_manages(transaction.actor, task.branch_id)
    changeset.put(task.released())
    detail = {"task": str(task.id), "element": task.element_id, "from": task.assignee_name}
    changeset.record("task_released", detail, reason=command.reason)
    return changeset.save_task(task.id)
