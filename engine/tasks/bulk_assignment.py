"""Hand out work in one go: assign or release many tasks, or all that a colleague has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.permission import require_branch, require_manages
from engine.kernel.refusal import Invalid, Refusal, required
from engine.tasks import worklist_store
from engine.tasks.assign import AssignTask, ReleaseTask, assign_task, release_task
from engine.tasks.model import Task

MOST = 200
"""How many tasks one command takes."""


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A task that stayed as it was, and why."""

    task_id: UUID
    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class BulkResult:
    """What became of the tasks: each is in one of the two lists.

    `more` says that there are further tasks, for which the command is to be given again.
    """

    done: tuple[Task, ...]
    refused: tuple[Refused, ...]
    more: bool = False


@dataclass(frozen=True, kw_only=True)
class AssignTasks(Command[BulkResult]):
    """Give up to `MOST` tasks to the user named `to`, each with its own line in its case's journal."""

    task_ids: tuple[UUID, ...]
    to: str
    reason: str


def assign_tasks(command: AssignTasks, transaction: Transaction) -> BulkResult:
    """What became of each; a task that cannot be assigned does not keep the others back."""
    reason = required(command.reason)

    def assign(task_id: UUID) -> Task:
        return assign_task(AssignTask(task_id=task_id, to=command.to, reason=reason), transaction)

    return _each(command.task_ids, assign, transaction)


@dataclass(frozen=True, kw_only=True)
class ReleaseTasks(Command[BulkResult]):
    """Put up to `MOST` tasks back for everybody."""

    task_ids: tuple[UUID, ...]
    reason: str


def release_tasks(command: ReleaseTasks, transaction: Transaction) -> BulkResult:
    """What became of each."""
    reason = required(command.reason)

    def release(task_id: UUID) -> Task:
        return release_task(ReleaseTask(task_id=task_id, reason=reason), transaction)

    return _each(command.task_ids, release, transaction)


@dataclass(frozen=True, kw_only=True)
class ReassignWork(Command[BulkResult]):
    """Take all open tasks of the user named `of` in the manager's branch, and give them to `to`.

    Without `to` they are free for everybody.
    """

    of: str
    reason: str
    to: str | None = None


def reassign_work(command: ReassignWork, transaction: Transaction) -> BulkResult:
    """What became of each task, `MOST` of them at a time; the colleague may have left by now."""
    branch_id = require_branch(transaction.actor)
    require_manages(transaction.actor, branch_id)
    held = worklist_store.held_by(transaction.connection, command.of, branch_id, limit=MOST + 1)
    tasks = tuple(held[:MOST])
    if command.to is None:
        outcome = release_tasks(ReleaseTasks(task_ids=tasks, reason=command.reason), transaction)
    else:
        outcome = assign_tasks(AssignTasks(task_ids=tasks, to=command.to, reason=command.reason), transaction)
    return replace(outcome, more=len(held) > MOST)


def _each(task_ids: Sequence[UUID], hand_out: Callable[[UUID], Task], transaction: Transaction) -> BulkResult:
    wanted = tuple(dict.fromkeys(task_ids))
    if len(wanted) > MOST:
        raise Invalid.field("tasks", f"expected at most {MOST} tasks, found {len(wanted)}")
    done: list[Task] = []
    refused: list[Refused] = []
    for task_id in _by_case(wanted, transaction):
        try:
            done.append(hand_out(task_id))
        except Refusal as refusal:
            # A refusal comes before anything is written in that case.
            refused.append(Refused(task_id=task_id, code=refusal.code, message=refusal.message))
    return BulkResult(done=tuple(done), refused=tuple(refused))


def _by_case(task_ids: Sequence[UUID], transaction: Transaction) -> list[UUID]:
    """The tasks in the order of their cases.

    All who lock several cases do so in this order, and so never wait for one another in a circle.
    """
    cases = worklist_store.cases_of(transaction.connection, task_ids)
    nowhere = UUID(int=0)
    return sorted(task_ids, key=lambda task_id: (cases.get(task_id, nowhere), task_id))
