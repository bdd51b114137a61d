"""Service tasks of the topic `stoa:organisation`: done by the worker and answered in one transaction."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.permission import require_system
from engine.kernel.register_acts import ACT
from engine.kernel.vocabulary import CaseStatus
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, locked_job, postponed
from engine.service_tasks.answer import answer
from engine.service_tasks.deliveries import waiting_of_job
from engine.service_tasks.fail import fail
from engine.service_tasks.register_acts import ActRefusedError, Asked, carry_out_act

_WHILE_SUSPENDED: Final = timedelta(minutes=10)


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
    asked = Asked(values=task.variables, case_number=task.case_number)
    try:
        result = carry_out_act(task.headers.get(ACT, ""), asked, transaction)
    except ActRefusedError as refused:
        fail(changeset, task, transaction, code=refused.code.value, message=refused.message, data={})
    else:
        answer(changeset, task, result)
    changeset.put_job(done(job))
    changeset.save()
