"""Who has a task: claimed, released, assigned by the manager."""

from dataclasses import dataclass
from uuid import UUID

from engine.cases.changeset import open_task, require_version
from engine.context import Command, Transaction
from engine.kernel.permission import may_take, require_manages, require_takes_task
from engine.kernel.refusal import Invalid, NotPermitted, required
from engine.people import post_store
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
    today = transaction.today
    roles = post_store.roles_at(transaction.connection, user.id, task.branch_id, on=today) if user else None
    if user is None or not roles:
        raise Invalid.field("to", f"nobody named {command.to} works in branch {changeset.case.branch_code}")
    if not may_take(name=user.username, roles=roles, task=task):
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
