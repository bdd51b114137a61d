"""Claim the next task: whoever is free gets the most urgent work that they may do."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset
from engine.context import Command, Transaction
from engine.kernel.permission import may_take
from engine.kernel.refusal import NotFound, NotPermitted
from engine.people import store as people_store
from engine.tasks import worklist_store
from engine.tasks.model import Task

_LOOKED_AT = 50
"""How many tasks are read at a time."""


@dataclass(frozen=True, kw_only=True)
class ClaimNext(Command[Task]):
    """Claim the most urgent free task of the actor's branch: by priority, then by due date.

    Tasks that a colleague is just changing are passed over, so that two who ask at once get different ones.
    """


def claim_next(_command: ClaimNext, transaction: Transaction) -> Task:
    """The task in the actor's hands; `NotFound` if there is none for them."""
    actor = transaction.actor
    if actor.id is None or actor.branch_id is None:
        raise NotPermitted("Only a person at work in a branch can be given a task.")
    pause = people_store.pause_of(transaction.connection, actor.id, actor.branch_id)
    if pause is not None:
        pause.require_over_for_oneself(transaction.now)
    for offered in _offered(actor.branch_id, transaction):
        found = _still_free(offered, transaction)
        if found is not None:
            changeset, task = found
            changeset.put(task.claimed(actor.id, actor.name))
            changeset.record("task_claimed", {"task": str(task.id), "element": task.element_id})
            return changeset.save_task(task.id)
    raise NotFound("There is no free task that you may take.", code="nothing_to_claim")


def _offered(branch_id: UUID, transaction: Transaction) -> Iterator[Task]:
    """The free tasks of the branch that the actor may take, most urgent first."""
    actor = transaction.actor
    last: Task | None = None
    while True:
        free = worklist_store.free_tasks(transaction.connection, branch_id, after=last, limit=_LOOKED_AT)
        yield from (task for task in free if may_take(name=actor.name, roles=actor.roles, task=task))
        if len(free) < _LOOKED_AT:
            return
        last = free[-1]


def _still_free(offered: Task, transaction: Transaction) -> tuple[CaseChangeset, Task] | None:
    """The task with the file of its case, locked, if it can still be had."""
    locked = changeset_store.lock_case_if_free(transaction.connection, offered.case_id)
    if locked is None or not locked.case.is_open:
        return None
    changeset = CaseChangeset(transaction, locked)
    task = changeset.task(offered.id)
    return (changeset, task) if task is not None and task.assignee_id is None else None
