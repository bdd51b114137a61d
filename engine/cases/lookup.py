"""Finding what a command is about, locked, or refusing."""

from uuid import UUID

from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset
from engine.context import Transaction
from engine.kernel.permission import require_sees_case, require_sees_task
from engine.kernel.refusal import NotFound, OutOfDate
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import ServiceTask
from engine.tasks import store as tasks_store
from engine.tasks.model import Task


def case_file(transaction: Transaction, case_id: UUID) -> CaseChangeset:
    """The file of a case that the actor sees, locked."""
    locked = changeset_store.lock_case(transaction.connection, case_id)
    if locked is None:
        raise NotFound.of("case", case_id)
    require_sees_case(transaction.actor, locked.case)
    return CaseChangeset(transaction, locked)


def open_task(transaction: Transaction, task_id: UUID) -> tuple[CaseChangeset, Task]:
    """An open task that the actor sees, with the file of its case, locked; a closed one is a `Conflict`."""
    locked = changeset_store.lock_case_of_task(transaction.connection, task_id)
    if locked is None:
        raise NotFound.of("task", task_id)
    changeset = CaseChangeset(transaction, locked)
    task = changeset.task(task_id) or tasks_store.task(transaction.connection, task_id)
    if task is None:
        raise NotFound.of("task", task_id)
    require_sees_task(transaction.actor, task)
    task.require_open()
    return changeset, task


def waiting_service_task(
    transaction: Transaction, service_task_id: UUID
) -> tuple[CaseChangeset, ServiceTask]:
    """A service task with the file of its case, locked.

    It may be closed: the caller decides what that means.
    """
    locked = changeset_store.lock_case_of_service_task(transaction.connection, service_task_id)
    if locked is None:
        raise NotFound.of("service task", service_task_id)
    changeset = CaseChangeset(transaction, locked)
    task = changeset.service_task(service_task_id) or service_tasks_store.service_task(
        transaction.connection, service_task_id
    )
    if task is None:
        raise NotFound.of("service task", service_task_id)
    return changeset, task


def require_version(row_version: int, expected: int | None) -> None:
    """Refuse when the asker saw another version than the one that is there.

    None means that they do not care.
    """
    if expected is not None and expected != row_version:
        raise OutOfDate(f"Expected version {expected}, but it has become version {row_version} since.")
