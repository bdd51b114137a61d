"""A payment on the desk: taken, checked, taken back, with its receipt; and the report by day and branch."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.cases.facts import case_address
from api.pages.frame import dates
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized, localized_pair
from api.pages.frame.letterheads import letterhead_facts
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_READERS, CASE_WORKERS, actor, signed_in
from api.pages.payments import words
from engine.context import Command
from engine.kernel.actor import Role
from engine.kernel.money import euro_text, euro_words
from engine.kernel.refusal import Conflict, FieldErrors, Invalid, NotPermitted
from engine.payments.counter import CancelReceipt, PayAtCounter, RefundPayment
from engine.payments.model import PaidBy, Payment, PaymentState
from engine.payments.paravolo_jobs import AskParavolo, PresentParavolo
from engine.payments.queries import PaymentSheet, ShowPayment
from engine.payments.report import COLUMNS, MOST_DAYS, PaymentReport, ReportPayments, Sum

blueprint = Blueprint("payments_desk", __name__, url_prefix="/desk/payments")

REPORT_READERS = (Role.MANAGER, Role.SUPERVISOR, Role.AUDITOR)


@blueprint.get("/<uuid:payment_id>")
@signed_in(*CASE_READERS)
def show(payment_id: UUID) -> Response:
    return _render(payment_id, flash=_said())


@blueprint.get("/awaited/<uuid:service_task_id>")
@signed_in(*CASE_WORKERS)
def find(service_task_id: UUID) -> Response:
    """The payment for which a service task waits."""
    return _shown(ShowPayment(service_task_id=service_task_id))


@blueprint.post("/<uuid:payment_id>/<any(take, present, check):act>")
@signed_in(*CASE_WORKERS)
def go_on(payment_id: UUID, act: str) -> Response:
    """Take the money, note the e-Paravolo that the citizen brought, or have e-Paravolo asked."""
    commands: Mapping[str, Command[Payment]] = {
        "take": PayAtCounter(payment_id=payment_id, amount=request.form.get("amount", "")),
        "present": PresentParavolo(payment_id=payment_id, code=request.form.get("code", "")),
        "check": AskParavolo(payment_id=payment_id),
    }
    return _carry_out(payment_id, commands[act], done=act)


@blueprint.post("/<uuid:payment_id>/<any(cancel, refund):act>")
@signed_in(Role.MANAGER)
def take_back(payment_id: UUID, act: str) -> Response:
    command = CancelReceipt if act == "cancel" else RefundPayment
    reason = request.form.get("reason", "")
    return _carry_out(payment_id, command(payment_id=payment_id, reason=reason), done=act)


@blueprint.get("/<uuid:payment_id>/receipt")
@signed_in(*CASE_READERS)
def show_receipt(payment_id: UUID) -> Response:
    """The receipt of the counter, to be printed; the payment itself where there is none."""
    sheet = engine().ask(ShowPayment(payment_id=payment_id), actor=actor())
    payment = sheet.payment
    if payment.receipt_number is None or payment.paid_at is None:
        return redirect(url_for("payments_desk.show", payment_id=payment_id), 303)
    return page(
        "payments/receipt.html",
        payment=payment,
        title=localized(sheet.title),
        fee=localized_pair(payment.title, payment.title_en),
        amount=words.amount_words(payment),
        **letterhead_facts(sheet.letterhead, sheet.view.case.branch_code),
        taken_by=sheet.taken_by,
        paid=dates.moment(payment.paid_at),
        is_cancelled=payment.state is PaymentState.CANCELLED,
    )


@blueprint.get("")
@signed_in(*REPORT_READERS)
def report() -> Response:
    """The report of the days that the address names, today without any."""
    return _report()


@blueprint.get("/report.csv")
@signed_in(*REPORT_READERS)
def download() -> Response:
    found = engine().ask(_wanted(), actor=actor())
    response = make_response(found.as_csv())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{found.file_name}"'
    return response


def _carry_out(payment_id: UUID, command: Command[Payment], *, done: str) -> Response:
    try:
        engine().carry_out(command, actor=actor())
    except Invalid as refused:
        problems = {name: [_problem(name)] for name in refused.errors}
        return _render(payment_id, problems=problems, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except (Conflict, NotPermitted) as refused:
        flash = FlashMessage(words.refusal_words(refused), "bad")
        return _render(payment_id, flash=flash, status=HTTPStatus.CONFLICT)
    return redirect(f"{url_for('payments_desk.show', payment_id=payment_id)}?said={done}", 303)


def _said() -> FlashMessage | None:
    return {
        "take": FlashMessage(_("It is paid. Print the receipt and hand it over; the case goes on.")),
        "present": FlashMessage(_("e-Paravolo is being asked whether it fits. Look again in a minute.")),
        "check": FlashMessage(_("e-Paravolo is being asked. Look again in a minute.")),
        "cancel": FlashMessage(_("The receipt is cancelled. The fee is owed again.")),
        "refund": FlashMessage(_("The refund is on record.")),
    }.get(request.args.get("said", ""))


def _problem(name: str) -> str:
    return {
        "amount": _("Take exactly the amount that is due."),
        "code": _("The code of an e-Paravolo has 20 digits."),
        "reason": _("Say why."),
    }.get(name, _("Correct this field."))


def _render(
    payment_id: UUID,
    *,
    flash: FlashMessage | None = None,
    problems: FieldErrors | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    return _shown(ShowPayment(payment_id=payment_id), flash=flash, problems=problems, status=status)


def _shown(
    question: ShowPayment,
    *,
    flash: FlashMessage | None = None,
    problems: FieldErrors | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    reader = actor()
    sheet = engine().ask(question, actor=reader)
    payment = sheet.payment
    works_here = reader.has(*CASE_WORKERS) and reader.branch_id == payment.branch_id
    return page(
        "payments/payment.html",
        status=status,
        flash=flash,
        problems=problems or {},
        typed=request.form,
        payment=payment,
        case_file=case_address(payment.case_id),
        title=localized(sheet.title),
        fee=localized_pair(payment.title, payment.title_en),
        facts=words.facts_of(payment, sheet.taken_by),
        amount=words.amount_words(payment),
        amount_sent=euro_text(payment.amount) if payment.amount is not None else "",
        **_offered(sheet, works_here=works_here, manages=works_here and reader.has(Role.MANAGER)),
    )


def _offered(sheet: PaymentSheet, *, works_here: bool, manages: bool) -> dict[str, Any]:
    """What the reader may do with it now."""
    payment = sheet.payment
    by_paravolo = engine().asks_paravolo and bool(payment.fee_code)
    is_paid = payment.state in (PaymentState.PAID, PaymentState.BOUND)
    waits = payment.is_due or (payment.state is PaymentState.PAID and payment.goes_by_paravolo)
    return {
        "takes": works_here and payment.is_due,
        "presents": works_here and payment.is_due and by_paravolo,
        "checks": works_here and waits and by_paravolo,
        "cancels": manages and payment.state is PaymentState.PAID and payment.way is PaidBy.COUNTER,
        "refunds": manages and is_paid and not payment.refund_wanted,
    }


def _wanted() -> ReportPayments:
    return ReportPayments(
        since=dates.day_sent(request.args.get("since")),
        until=dates.day_sent(request.args.get("until")),
        branch_code=request.args.get("branch", "").strip() or None,
    )


def _report() -> Response:
    wanted, problem = _wanted(), ""
    try:
        found = engine().ask(wanted, actor=actor())
    except Invalid:
        problem = _("Choose a last day that is not before the first, within %(num)s days.", num=MOST_DAYS)
        found = PaymentReport(
            since=wanted.since or date.min, until=wanted.until or date.min, rows=(), differences=()
        )
    return page(
        "payments/report.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
        problem=problem,
        report=found,
        branch=wanted.branch_code or "",
        everywhere=actor().has(Role.SUPERVISOR, Role.AUDITOR),
        columns=[_column_words(column) for column in COLUMNS],
        rows=[_row(row) for row in found.rows],
        totals=[_sum_words(found.total(column)) for column in COLUMNS],
        differences=[_difference(one) for one in found.differences],
        csv_address=f"{url_for('payments_desk.download')}?{request.query_string.decode()}",
    )


def _column_words(column: str) -> str:
    return {
        "created": _("Owed"),
        "at_counter": _("Paid at the counter"),
        "by_paravolo": _("Paid by e-Paravolo"),
        "cancelled": _("Receipts cancelled"),
        "bound": _("Bound"),
        "refunded": _("Refunded"),
    }[column]


def _row(row: Any) -> dict[str, Any]:
    return {
        "day": dates.plain_day(row.day),
        "branch": f"{row.branch_code} {localized(row.branch_name)}",
        "sums": [_sum_words(getattr(row, column)) for column in COLUMNS],
    }


def _sum_words(found: Sum) -> str:
    return f"{localized(euro_words(found.amount))} ({found.number})" if found.number else "–"


def _difference(one: Any) -> dict[str, str]:
    payment: Payment = one.payment
    return {
        "address": url_for("payments_desk.show", payment_id=payment.id),
        "number": payment.case_number,
        "code": words.grouped(payment.code or ""),
        "amount": words.amount_words(payment),
        "here": words.state_words(payment.state),
        "there": words.seen_words(payment.seen) if payment.seen else "",
        "what": _("paid here, not at e-Paravolo") if one.is_only_here else _("paid at e-Paravolo, not here"),
    }
