"""Save a draft: what the holder of a task typed so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.cases.lookup import open_task, require_version
from engine.context import Command, Transaction
from engine.kernel.refusal import Invalid
from engine.tasks.model import Task


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
    form = changeset.procedure.form(task.form_id) if task.form_id else None
    typed = form.draft(command.data) if form else {}
    changeset.put(task.drafted(typed, transaction.now))
    return changeset.save_task(task.id)
