"""Work on a task: its draft is kept while somebody types, until it is completed and the case goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from engine.cases.changeset import CaseChangeset, CaseState, open_task, require_version
from engine.cases.take_step import answer_task, take_step
from engine.context import Command, Transaction
from engine.documents import store as documents_store
from engine.incidents.model import Attempt, AttemptKind
from engine.kernel.refusal import Invalid
from engine.tasks.model import Task, TaskState


@dataclass(frozen=True, kw_only=True)
class CompleteTask(Command[CaseState]):
    """Complete a task with the fields of its form."""

    task_id: UUID
    data: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


def complete_task(command: CompleteTask, transaction: Transaction) -> CaseState:
    """The case with its next tasks.

    `Invalid` leaves the task as it was. If the step leaves the case stuck, the task stays open and keeps the
    data as its draft.
    """
    changeset, task = open_task(transaction, command.task_id)
    task.require_held_by(transaction.actor.id)
    require_version(task.row_version, command.expected_version)
    changeset.case.require_open()
    data = _accepted(command.data, task, changeset, transaction)
    if not complete(changeset, task, data, transaction) and changeset.task(task.id) is task:
        changeset.put(task.drafted(data, transaction.now))
    return changeset.save()


def complete(changeset: CaseChangeset, task: Task, data: Mapping[str, Any], transaction: Transaction) -> bool:
    """Complete the task in the workflow; False if that left the case stuck, with the data in its incident."""
    step = answer_task(changeset, task, data)
    done = task.closed(TaskState.COMPLETED, transaction.now)
    detail = {"task": str(task.id), "element": task.element_id, "name": task.name}
    attempt = Attempt(kind=AttemptKind.COMPLETE, token=task.token, data=data)
    return take_step(changeset, step, ("task_completed", detail), attempt=attempt, closing=done)


def _accepted(
    data: Mapping[str, Any], task: Task, changeset: CaseChangeset, transaction: Transaction
) -> dict[str, Any]:
    if task.form_id is not None:
        is_filed = partial(documents_store.is_filed, transaction.connection, changeset.case.id)
        return changeset.procedure.forms[task.form_id].accept(data, scope=task.prefill, is_filed=is_filed)
    if data:
        raise Invalid("The task has no form.", {name: ["no such field"] for name in data})
    return {}


@dataclass(frozen=True, kw_only=True)
class SaveDraft(Command[Task]):
    """Keep `data` as the task's draft, instead of what was there; `OutOfDate` if another tab saved since."""

    task_id: UUID
    data: Mapping[str, Any]
    expected_version: int | None = None


def save_draft(command: SaveDraft, transaction: Transaction) -> Task:
    """The task with its draft. A draft is no act of the procedure, so the journal does not tell it."""
    changeset, task = open_task(transaction, command.task_id)
    task.require_held_by(transaction.actor.id)
    require_version(task.row_version, command.expected_version)
    changeset.case.require_open()
    if task.form_id is None and command.data:
        raise Invalid("The task has no form.", {f"data.{name}": ["no such field"] for name in command.data})
    form = changeset.procedure.forms[task.form_id] if task.form_id else None
    typed = form.draft(command.data) if form else {}
    changeset.put(task.drafted(typed, transaction.now))
    return changeset.save_task(task.id)
