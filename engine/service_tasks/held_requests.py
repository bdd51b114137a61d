"""Requests whose topic no agency serves: they are held, and sent as soon as one does."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset
from engine.cases.take_step import agency_of_request
from engine.context import Command, QueryContext, Transaction
from engine.kernel.permission import require_system
from engine.kernel.permission_to_administer import require_reads_topics
from engine.outbox.model import JobKind
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import HeldTopic, ServiceTask


@dataclass(frozen=True, kw_only=True)
class ListHeldTopics:
    """Of which topics are requests held, because no agency serves them?"""

    def answer(self, context: QueryContext) -> Sequence[HeldTopic]:
        """The topics, by name; for whoever reads the register of topics."""
        require_reads_topics(context.actor)
        return service_tasks_store.held_topics(context.connection)


@dataclass(frozen=True, kw_only=True)
class SendHeld(Command[int]):
    """Send up to `limit` requests that were held and whose topic an agency serves by now, oldest first."""

    limit: int = 100


def send_held(command: SendHeld, transaction: Transaction) -> int:
    """How many were given to an agency; it is called to one that has an endpoint by a job of its own."""
    require_system(transaction.actor)
    connection = transaction.connection
    found = service_tasks_store.held_and_served(connection, limit=command.limit)
    # In one order for everybody, as each locks its case.
    return sum(_send(task, transaction) for task in sorted(found, key=lambda task: task.case_id))


def _send(held: ServiceTask, transaction: Transaction) -> bool:
    locked = changeset_store.lock_case(transaction.connection, held.case_id)
    changeset = CaseChangeset(transaction, locked) if locked else None
    task = changeset.service_task(held.id) if changeset else None
    agency = agency_of_request(held, transaction)
    if changeset is None or task is None or not task.is_held or agency is None:
        return False
    changeset.put(replace(task, agency_id=agency.id, agency_key=agency.key, held_since=None))
    if agency.receives_deliveries:
        changeset.add_job(JobKind.DELIVER_WEBHOOK, {}, service_task_id=task.id)
    detail = {"service_task": str(task.id), "topic": task.topic, "agency": agency.key, "name": task.name}
    changeset.record("request_released", detail)
    changeset.save()
    return True
