"""Requests whose topic no agency serves: they are held, and sent as soon as one does."""

from dataclasses import dataclass, replace

from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset
from engine.context import Command, Transaction
from engine.kernel.money import PAYMENT_TOPIC
from engine.kernel.permission import require_system
from engine.kernel.signing import SIGNATURE
from engine.kernel.topics import is_reserved
from engine.organisation import store as organisation_store
from engine.organisation.model import Agency
from engine.outbox.model import JobKind
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import ServiceTask
from engine.topics import store as topics_store

AGENCY = "agency"
"""The task header, or else the input variable, that names an agency by key where several take a topic."""


def agency_of_request(task: ServiceTask, transaction: Transaction) -> Agency | None:
    """Whom the service task is for, as the diagram says where several take its topic."""
    wanted = task.headers.get(AGENCY) or task.variables.get(AGENCY)
    return organisation_store.agency_for(transaction.connection, task.topic, wanted, on=transaction.today)


def routed(task: ServiceTask, changeset: CaseChangeset) -> tuple[ServiceTask, Agency | None]:
    """The service task as it is opened: for its agency, for people of the branch, or held for want of one.

    People do it where the diagram says `by-hand`, and in versions that were published before topics were
    checked, as they always did there. Money and signatures are for nobody.
    """
    if task.topic in (SIGNATURE, PAYMENT_TOPIC):
        return task, None
    agency = agency_of_request(task, changeset.transaction)
    if agency is not None:
        return replace(task, agency_id=agency.id, agency_key=agency.key), agency
    is_done_by_people = (
        is_reserved(task.topic)
        or changeset.procedure.is_by_hand(task.element_id, task.topic)
        or not topics_store.is_checked(changeset.transaction.connection, changeset.case.version_id)
    )
    return (task if is_done_by_people else replace(task, held_since=changeset.transaction.now)), None


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
