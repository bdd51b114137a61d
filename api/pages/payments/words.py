"""Payments in words: their state, their way, their amount, and why something about one was refused."""

from dataclasses import dataclass
from uuid import UUID

from api.pages.frame import dates
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized, localized_pair
from engine.kernel.money import euro_words
from engine.kernel.refusal import Refusal
from engine.payments.model import PaidBy, ParavoloStatus, Payment, PaymentState


def state_words(state: PaymentState) -> str:
    return {
        PaymentState.CREATED: _("due"),
        PaymentState.PAID: _("paid"),
        PaymentState.BOUND: _("paid, bound"),
        PaymentState.REFUNDED: _("refunded"),
        PaymentState.EXEMPT: _("no fee"),
        PaymentState.CANCELLED: _("cancelled"),
        PaymentState.EXPIRED: _("not paid in time"),
    }[state]


def way_words(way: PaidBy) -> str:
    return {PaidBy.COUNTER: _("over the counter"), PaidBy.E_PARAVOLO: _("by e-Paravolo")}[way]


def seen_words(seen: ParavoloStatus) -> str:
    return {
        ParavoloStatus.UNPAID: _("not paid"),
        ParavoloStatus.PAID: _("paid"),
        ParavoloStatus.BOUND: _("bound"),
        ParavoloStatus.REFUNDED: _("refunded"),
        ParavoloStatus.EXPIRED: _("expired"),
        ParavoloStatus.UNKNOWN: _("not known there"),
    }[seen]


def amount_words(payment: Payment) -> str:
    return _("cannot be told yet") if payment.amount is None else localized(euro_words(payment.amount))


def grouped(code: str) -> str:
    """The digits of an e-Paravolo in groups of four, to be read and typed."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


@dataclass(frozen=True, kw_only=True)
class ShownPayment:
    """A payment in a list: the fee, how much, how it stands, and what is said besides.

    `code` are the 20 digits by which it is paid while it is due, in groups.
    """

    id: UUID
    title: str
    amount: str
    state: str
    note: str
    code: str | None
    is_due: bool


def shown(payment: Payment, *, to_public: bool = False) -> ShownPayment:
    """The payment in words; why somebody is exempt may be personal, and is not told to whoever has a code."""
    return ShownPayment(
        id=payment.id,
        title=localized_pair(payment.title, payment.title_en),
        amount=amount_words(payment),
        state=state_words(payment.state),
        note="" if to_public and payment.exemption else _note(payment),
        code=grouped(payment.code) if payment.code and payment.is_due else None,
        is_due=payment.is_due,
    )


def _note(payment: Payment) -> str:
    if payment.exemption:
        title = localized_pair(payment.exemption["title"], payment.exemption["title_en"])
        return _("Exempt: %(who)s (%(law)s)", who=title, law=payment.exemption["law"])
    if payment.receipt_number:
        return _("Receipt %(number)s", number=payment.receipt_number)
    return ""


def facts_of(payment: Payment, taken_by: str) -> list[tuple[str, str]]:
    """The facts of a payment, without the empty ones."""
    note = _note(payment) if payment.exemption else ""
    facts = (
        (_("Amount"), amount_words(payment)),
        (_("How it stands"), state_words(payment.state)),
        (_("Exemption"), note),
        (_("How it was paid"), way_words(payment.way) if payment.way else ""),
        (_("Number of the receipt"), payment.receipt_number or ""),
        (_("Taken by"), taken_by),
        (_("Code of the e-Paravolo"), grouped(payment.code) if payment.code else ""),
        (_("Kind of e-Paravolo"), payment.fee_code),
        (_("Due since"), dates.moment(payment.created_at)),
        (_("Paid on"), dates.moment(payment.paid_at) if payment.paid_at else ""),
        (_("Bound on"), dates.moment(payment.bound_at) if payment.bound_at else ""),
        (_("Refunded on"), dates.moment(payment.refunded_at) if payment.refunded_at else ""),
    )
    return [(name, value) for name, value in facts if value]


def refusal_words(refused: Refusal) -> str:
    """Why something was refused, in a sentence that says what to do."""
    known = {
        "payment_paid": _("It was paid already: nothing was taken a second time."),
        "payment_bound": _("It was paid already: nothing was taken a second time."),
        "payment_exempt": _("There is nothing to pay."),
        "payment_expired": _("The case went on without it: it is no longer paid."),
        "payment_cancelled": _("It was cancelled: look at the case for what is due now."),
        "payment_refunded": _("It was refunded: look at the case for what is due now."),
        "amount_unknown": _("What is due cannot be told: correct the data of the case first."),
        "own_receipt": _("You took this money yourself: somebody else cancels the receipt."),
        "receipt_of_another_day": _("The receipt is of another day: refund it instead."),
        "nothing_to_refund": _("There is nothing to refund."),
        "not_paid_at_counter": _("Only a payment that was taken at the counter is cancelled."),
        "paravolo_used": _("This e-Paravolo is used for another payment: ask for another one."),
        "paravolo_off": _("e-Paravolo is not asked here: take the payment at the counter."),
        "not_by_paravolo": _("This fee is not paid by e-Paravolo: take it at the counter."),
        "paravolo_busy": _("e-Paravolo is just being asked. Look again in a minute."),
    }
    return known.get(refused.code, _("It was not possible. Look at the payment again."))
