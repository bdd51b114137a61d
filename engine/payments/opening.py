"""What a step makes due: a service task that waits for a payment, and the payment, in the changeset."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from engine.bundle.fees import FeeDue, fee_due
from engine.cases.changeset import CaseChangeset
from engine.kernel.money import FEE_HEADER
from engine.kernel.refusal import Conflict
from engine.outbox.model import JobKind
from engine.payments.model import Payment
from engine.runtime.contract import Step
from engine.service_tasks.model import ServiceTask


def open_payment(changeset: CaseChangeset, task: ServiceTask, step: Step) -> None:
    """Let the case owe the fee that the diagram names; the new service task waits until it is paid.

    The header of the task says which, or else its input variable, so that a shared part can be told by its
    caller. What is due follows from the variables of the case as the step leaves them. `Conflict` for a fee
    that the procedure does not have.
    """
    due = due_of(changeset, _fee_of(task), step.variables)
    payment = with_job(changeset, changeset.payments.owe(due, task.id))
    changeset.payments.put(payment)
    changeset.record("payment_due" if payment.is_due else "payment_not_due", payment.detail)
    if payment.is_settled:
        changeset.not_to_be_paid.append(task)


def _fee_of(task: ServiceTask) -> str:
    named = task.headers.get(FEE_HEADER) or task.variables.get(FEE_HEADER)
    return named.strip() if isinstance(named, str) else ""


def due_of(changeset: CaseChangeset, fee_id: str, known: Mapping[str, Any]) -> FeeDue:
    """What is due of a fee in the case, of which this is known."""
    transaction, procedure = changeset.transaction, changeset.procedure
    fee = procedure.fees.get(fee_id)
    if fee is None:
        raise Conflict(f"The procedure has no fee {fee_id!r} to be paid.", code="unknown_fee")
    local_now = transaction.now.astimezone(transaction.zone)
    return fee_due(fee, known, decisions=procedure.decisions, now=local_now)


def with_job(changeset: CaseChangeset, payment: Payment) -> Payment:
    """The payment with the job that gets an e-Paravolo for it, where it can be paid by one."""
    is_asked = payment.is_due and payment.goes_by_paravolo and changeset.transaction.asks_paravolo
    if not is_asked or payment.amount is None or payment.job_id is not None:
        return payment
    return replace(payment, job_id=add_paravolo_job(changeset, payment))


def add_paravolo_job(changeset: CaseChangeset, payment: Payment, **more: str) -> UUID:
    """A job that asks e-Paravolo about a payment, in the name of whoever acts now; its id."""
    payload = {"payment": str(payment.id), "by": changeset.transaction.actor.name, **more}
    waiting = changeset.service_task(payment.service_task_id) if payment.service_task_id else None
    return changeset.add_job(
        JobKind.ASK_PARAVOLO, payload, service_task_id=waiting.id if waiting and waiting.is_open else None
    )
