"""Lease service tasks: an agency that polls takes work, and may keep it a while longer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from engine.cases.changeset import waiting_service_task
from engine.context import Command, Transaction
from engine.kernel.permission import require_answers, require_leases
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import ServiceTask


@dataclass(frozen=True, kw_only=True)
class LeaseServiceTasks(Command[Sequence[ServiceTask]]):
    """Lock up to `limit` service tasks of `topics` for `lock`.

    `worker` is the poller's own name for itself.
    """

    topics: tuple[str, ...]
    limit: int
    lock: timedelta
    worker: str


def lease_service_tasks(command: LeaseServiceTasks, transaction: Transaction) -> Sequence[ServiceTask]:
    """The service tasks, each given to this worker only."""
    return service_tasks_store.lease_service_tasks(
        transaction.connection,
        agency_id=require_leases(transaction.actor),
        topics=command.topics,
        worker=command.worker,
        now=transaction.now,
        until=transaction.now + command.lock,
        limit=command.limit,
    )


@dataclass(frozen=True, kw_only=True)
class ExtendLease(Command[ServiceTask]):
    """Keep a leased service task until `lock` from now."""

    service_task_id: UUID
    lock: timedelta
    worker: str


def extend_lease(command: ExtendLease, transaction: Transaction) -> ServiceTask:
    """The service task with its new lease; a `Conflict` if the lease is not the worker's any more."""
    changeset, task = waiting_service_task(transaction, command.service_task_id)
    require_answers(transaction.actor, task)
    task.require_open()
    task.require_lease(command.worker, transaction.now)
    changeset.put(task.leased(command.worker, transaction.now + command.lock))
    changeset.save()
    return changeset.service_task(task.id) or task
