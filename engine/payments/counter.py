"""Payments at the counter: taken with a receipt, taken back on the same day, refunded."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from engine.cases.changeset import CaseChangeset
from engine.context import Command, Transaction
from engine.kernel.money import NotMoney, euro_text, euros
from engine.kernel.permission import require_manages, require_works_case
from engine.kernel.refusal import Conflict, Invalid, NotPermitted, required
from engine.payments import store as payments_store
from engine.payments.model import PaidBy, Payment, PaymentState
from engine.payments.opening import add_paravolo_job
from engine.payments.settling import payment_file, settle, worked_out


@dataclass(frozen=True, kw_only=True)
class PayAtCounter(Command[Payment]):
    """Take the money for a payment; `amount` is what was taken, as text: `75.00`."""

    payment_id: UUID
    amount: str


def pay_at_counter(command: PayAtCounter, transaction: Transaction) -> Payment:
    """The payment with the number of its receipt; the case goes on.

    `Conflict` if it is paid already, or e-Paravolo is just being asked to bind one; `Invalid` for another
    amount than is due.
    """
    changeset, payment = payment_file(transaction, command.payment_id)
    require_works_case(transaction.actor, changeset.case)
    payment = worked_out(changeset, payment)
    due = payment.require_due()
    try:
        taken = euros(command.amount)
    except NotMoney as refusal:
        raise Invalid.field("amount", str(refusal)) from refusal
    if taken != due:
        raise Invalid.field("amount", f"expected {euro_text(due)}, found {euro_text(taken)}")
    year = _day(transaction.now, transaction).year
    number = payments_store.next_receipt_number(transaction.connection, payment.branch_id, year)
    paid = replace(
        payment.paid(PaidBy.COUNTER, transaction.now),
        receipt_number=f"{changeset.case.branch_code}-{year}-{number:06d}",
        taken_by=transaction.actor.name,
    )
    changeset.record("payment_paid", paid.detail)
    settle(changeset, paid)
    return _saved(changeset, paid)


@dataclass(frozen=True, kw_only=True)
class CancelReceipt(Command[Payment]):
    """Take a payment at the counter back on the day on which it was taken, for a reason."""

    payment_id: UUID
    reason: str


def cancel_receipt(command: CancelReceipt, transaction: Transaction) -> Payment:
    """The payment, cancelled; the fee is owed again, as a new payment, while the case is under way.

    For the manager of the branch, and not the person who took the money. `Conflict` on another day: what was
    paid then is refunded.
    """
    reason = required(command.reason)
    changeset, payment = payment_file(transaction, command.payment_id)
    require_manages(transaction.actor, payment.branch_id)
    if payment.state is not PaymentState.PAID or payment.way is not PaidBy.COUNTER or not payment.paid_at:
        raise Conflict(
            f"Expected a payment that was paid at the counter, but it is {payment.state}.",
            code="not_paid_at_counter",
        )
    if payment.taken_by == transaction.actor.name:
        raise NotPermitted("Somebody else than who took the money cancels its receipt.", code="own_receipt")
    if _day(payment.paid_at, transaction) != _day(transaction.now, transaction):
        raise Conflict(
            "A receipt is cancelled on its own day; what was paid earlier is refunded.",
            code="receipt_of_another_day",
        )
    cancelled = payment.given_up(PaymentState.CANCELLED, transaction.now)
    changeset.payments.put(cancelled)
    changeset.record("receipt_cancelled", cancelled.detail, reason=reason)
    if not changeset.case.is_closed:
        again = payment.owed_again(transaction.new_id(), transaction.now)
        changeset.payments.put(again)
        changeset.record("payment_due", again.detail)
    return _saved(changeset, cancelled)


@dataclass(frozen=True, kw_only=True)
class RefundPayment(Command[Payment]):
    """Give the money of a payment back, for a reason."""

    payment_id: UUID
    reason: str


def refund_payment(command: RefundPayment, transaction: Transaction) -> Payment:
    """The payment, refunded; one by e-Paravolo is once e-Paravolo has done so.

    For the manager of the branch. The case stays where it is.
    """
    reason = required(command.reason)
    changeset, payment = payment_file(transaction, command.payment_id)
    require_manages(transaction.actor, payment.branch_id)
    if payment.state not in (PaymentState.PAID, PaymentState.BOUND) or payment.refund_wanted:
        raise Conflict(
            f"Expected a payment whose money is here, but it is {payment.state}.", code="nothing_to_refund"
        )
    if payment.way is PaidBy.COUNTER:
        refunded = replace(payment, state=PaymentState.REFUNDED, refunded_at=transaction.now)
        changeset.record("payment_refunded", refunded.detail, reason=reason)
    else:
        job_id = add_paravolo_job(changeset, payment)
        refunded = replace(payment, refund_wanted=True, job_id=job_id, problem=None)
        changeset.record("refund_asked", refunded.detail, reason=reason)
    changeset.payments.put(refunded)
    return _saved(changeset, refunded)


def _saved(changeset: CaseChangeset, payment: Payment) -> Payment:
    changeset.save()
    return replace(payment, row_version=payment.row_version + 1)


def _day(moment: datetime, transaction: Transaction) -> date:
    return moment.astimezone(transaction.zone).date()
