"""Supplements: an agency needs something more of the citizen before it can answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from engine.cases.changeset import CaseChangeset, CaseState, waiting_service_task
from engine.cases.take_step import update_flags
from engine.context import Command, Transaction
from engine.kernel.permission import require_asks_supplement, require_works_case
from engine.kernel.refusal import Invalid
from engine.organisation import store as organisation_store
from engine.outbox.model import JobKind
from engine.service_tasks.model import ServiceTask

_LONGEST = 1000
"""Characters."""


@dataclass(frozen=True, kw_only=True)
class AskSupplement(Command[CaseState]):
    """Ask the citizen for something. `wanted` is shown to whoever tracks the case: nothing personal in it."""

    service_task_id: UUID
    wanted: str


def ask_supplement(command: AskSupplement, transaction: Transaction) -> CaseState:
    """The case, awaiting the citizen; its branch sees on the service task what is wanted."""
    wanted = command.wanted.strip()
    if not 1 <= len(wanted) <= _LONGEST:
        raise Invalid.field("wanted", f"expected from 1 to {_LONGEST} characters, found {len(wanted)}")
    changeset, task = waiting_service_task(transaction, command.service_task_id)
    require_asks_supplement(transaction.actor, task)
    changeset.case.require_open()
    changeset.put(task.awaiting_supplement(wanted))
    changeset.record("supplement_asked", _detail_of(task))
    update_flags(changeset)
    return changeset.save()


@dataclass(frozen=True, kw_only=True)
class BringSupplement(Command[CaseState]):
    """Hand the agency what the citizen brought: `data` are facts or references to documents, as JSON."""

    service_task_id: UUID
    data: Mapping[str, Any] = field(default_factory=dict)


def bring_supplement(command: BringSupplement, transaction: Transaction) -> CaseState:
    """The case, awaiting the agency again, which is told once more."""
    changeset, task = waiting_service_task(transaction, command.service_task_id)
    require_works_case(transaction.actor, changeset.case)
    changeset.case.require_open()
    hand_to_agency(changeset, task, command.data, transaction)
    update_flags(changeset)
    return changeset.save()


def hand_to_agency(
    changeset: CaseChangeset, task: ServiceTask, brought: Mapping[str, Any], transaction: Transaction
) -> None:
    """Give the agency what it wanted, and tell it; `Conflict` if it wanted nothing."""
    changeset.put(task.supplemented(brought))
    agency = (
        organisation_store.agency(transaction.connection, task.agency_id, on=transaction.today)
        if task.agency_id
        else None
    )
    if agency is not None and agency.receives_deliveries:
        changeset.add_job(JobKind.DELIVER_WEBHOOK, {}, service_task_id=task.id)
    changeset.record("supplement_brought", _detail_of(task))


def _detail_of(task: ServiceTask) -> dict[str, Any]:
    return {
        "service_task": str(task.id),
        "topic": task.topic,
        "agency": task.agency_key,
        "name": task.name,
    }
