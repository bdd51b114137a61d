"""Service tasks of the topic `stoa:organisation`: done by the worker and answered in one transaction."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from engine.cases.changeset import CaseChangeset
from engine.cases.stuck import stop
from engine.context import Command, Transaction
from engine.incidents.model import Attempt, AttemptKind
from engine.kernel.actor import SYSTEM
from engine.kernel.permission import require_system
from engine.kernel.register_acts import ACT
from engine.kernel.vocabulary import CaseStatus
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, locked_job, postponed, retried
from engine.outbox.model import JobState
from engine.runtime.contract import StepIncident
from engine.service_tasks.answer import answer
from engine.service_tasks.deliveries import waiting_of_job
from engine.service_tasks.fail import fail
from engine.service_tasks.model import ServiceTask
from engine.service_tasks.register_acts import ActRefusedError, Asked, carry_out_act

_WHILE_SUSPENDED: Final = timedelta(minutes=10)

GIVEN_UP: Final = "register_act_given_up"
"""The code of the incident of an act that a fault kept from being done, attempt after attempt."""


@dataclass(frozen=True, kw_only=True)
class ChangeOrganisations(Command[None]):
    """Do what the service task of a leased job asks of the registers, and let its case go on."""

    job_id: UUID
    worker: str


def change_organisations(command: ChangeOrganisations, transaction: Transaction) -> None:
    """The change, the answer and the end of the job are one transaction: all of them, once, or none.

    Nothing while the case is suspended; the job then waits. What the act refuses is a BPMN error of the
    service task.
    """
    require_system(transaction.actor)
    job = locked_job(command.job_id, command.worker, transaction)
    waiting = waiting_of_job(job, transaction)
    if job is None or waiting is None:
        return
    changeset, task = waiting
    if changeset.case.status is CaseStatus.SUSPENDED:
        outbox_store.save_job(transaction.connection, postponed(job, transaction.now + _WHILE_SUSPENDED))
        return
    act(changeset, task, transaction)
    changeset.put_job(done(job))
    changeset.save()


def act(changeset: CaseChangeset, task: ServiceTask, transaction: Transaction) -> None:
    """Do what a service task asks of the registers, as the system, and give its case the answer or the error.

    The registers are changed by the procedure, whoever lets it be done: a worker, or a person once more.
    """
    asked = Asked(values=task.variables, case_number=task.case_number)
    try:
        result = carry_out_act(task.headers.get(ACT, ""), asked, replace(transaction, actor=SYSTEM))
    except ActRefusedError as refused:
        fail(changeset, task, transaction, code=refused.code.value, message=refused.message, data={})
    else:
        answer(changeset, task, result)


@dataclass(frozen=True, kw_only=True)
class SetActBack(Command[None]):
    """Try the act of a leased job again later, because `error` stood in its way."""

    job_id: UUID
    worker: str
    error: str


def set_act_back(command: SetActBack, transaction: Transaction) -> None:
    """The job waits for its next attempt; after the last its case is stuck, and a person has it done."""
    require_system(transaction.actor)
    job = locked_job(command.job_id, command.worker, transaction)
    if job is None:
        return
    after = retried(job, command.error, None, transaction)
    waiting = waiting_of_job(job, transaction) if after.state is JobState.DEAD else None
    if waiting is None:
        outbox_store.save_job(transaction.connection, after)
        return
    changeset, task = waiting
    attempt = Attempt(kind=AttemptKind.FAIL, token=task.token, data={}, error_code=GIVEN_UP)
    stop(changeset, attempt, StepIncident(element_id=task.element_id, code=GIVEN_UP, message=command.error))
    changeset.put_job(after)
    changeset.save()
