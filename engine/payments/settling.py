"""What follows in a case when a payment of it changes: its journal, and the service task that waited."""

from uuid import UUID

from engine.cases.changeset import CaseChangeset, case_file
from engine.context import Transaction
from engine.kernel.refusal import Conflict, NotFound
from engine.payments import store as payments_store
from engine.payments.model import Payment
from engine.payments.opening import due_of, with_job
from engine.service_tasks.answer import answer


def payment_file(transaction: Transaction, payment_id: UUID) -> tuple[CaseChangeset, Payment]:
    """A payment with the file of its case, locked; `NotFound` for one that the actor does not see."""
    case_id = payments_store.case_of(transaction.connection, payment_id)
    if case_id is None:
        raise NotFound.of("payment", payment_id)
    try:
        changeset = case_file(transaction, case_id)
    except NotFound as hidden:
        raise NotFound.of("payment", payment_id) from hidden
    payment = changeset.payments.payment(payment_id)
    if payment is None:
        raise NotFound.of("payment", payment_id)
    return changeset, payment


def settle(changeset: CaseChangeset, payment: Payment) -> None:
    """Let the case go on from a payment of which nothing is due any more, if it waits for it."""
    changeset.payments.put(payment)
    waiting = changeset.service_task(payment.service_task_id) if payment.service_task_id else None
    if waiting is not None and waiting.is_open and payment.is_settled:
        answer(changeset, waiting, payment.result(changeset.transaction.zone))


def worked_out(changeset: CaseChangeset, payment: Payment) -> Payment:
    """The payment with what is due by what the case knows now, where that could not be told before.

    The case goes on if it is nothing. `Conflict` if it still cannot be told.
    """
    if not payment.is_due or payment.amount is not None:
        return payment
    transaction, procedure = changeset.transaction, changeset.procedure
    known = transaction.workflow.variables(procedure.definition, changeset.case.snapshot)
    again = payment.worked_out(due_of(changeset, payment.fee_id, known), transaction.now)
    if again.amount is None:
        raise Conflict(f"What is due cannot be told: {again.problem}", code="amount_unknown")
    again = with_job(changeset, again)
    changeset.record("payment_due" if again.is_due else "payment_not_due", again.detail)
    settle(changeset, again)
    return again
