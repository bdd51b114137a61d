"""Assign a task: the manager hands work to a colleague, and says why."""

from dataclasses import dataclass
from uuid import UUID

from engine.cases.lookup import open_task, require_version
from engine.context import Command, Transaction
from engine.kernel.actor import Role
from engine.kernel.permission import may_take, require_manages
from engine.kernel.reasons import required
from engine.kernel.refusal import Invalid
from engine.people import store as people_store
from engine.tasks.model import Task


@dataclass(frozen=True, kw_only=True)
class AssignTask(Command[Task]):
    """Give a task to the user named `to`, whoever has it."""

    task_id: UUID
    to: str
    reason: str
    expected_version: int | None = None


def assign_task(command: AssignTask, transaction: Transaction) -> Task:
    """The task in the colleague's hands; `Invalid` if they are away, or are not those to do it."""
    reason = required(command.reason)
    changeset, task = open_task(transaction, command.task_id)
    require_manages(transaction.actor, task.branch_id)
    require_version(task.row_version, command.expected_version)
    user = people_store.active_user_named(transaction.connection, command.to)
    names = people_store.member(transaction.connection, user.id, task.branch_id) if user else None
    if user is None or names is None:
        raise Invalid.field("to", f"nobody named {command.to} works in branch {changeset.case.branch_code}")
    if not may_take(name=user.username, roles=frozenset(map(Role, names)), task=task):
        raise Invalid.field("to", f"{command.to} has none of the roles that the task is offered to")
    pause = people_store.pause_of(transaction.connection, user.id, task.branch_id)
    if pause is not None:
        pause.require_over(transaction.now, user.username)
    changeset.put(task.assigned(user.id, user.username))
    detail = {
        "task": str(task.id),
        "element": task.element_id,
        "from": task.assignee_name,
        "to": user.username,
    }
    changeset.record("task_assigned", detail, reason=reason)
    return changeset.save_task(task.id)
