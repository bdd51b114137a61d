"""Payments of fees: what is due in a case, taken at the counter or by e-Paravolo, and the report by day."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response
from marshmallow import fields

from api.http.calls import JSON, Calls, View
from api.http.context import actor, engine
from api.http.fields import Choice, ComposedShape, Euros, Moment, Shape, Text, TwoLanguages
from api.http.idempotency import once
from engine.kernel.actor import Scope
from engine.payments.counter import CancelReceipt, PayAtCounter, RefundPayment
from engine.payments.model import PaidBy, ParavoloStatus, PaymentState
from engine.payments.paravolo_jobs import AskParavolo, PresentParavolo
from engine.payments.queries import ListPayments, ShowPayment
from engine.payments.report import COLUMNS, PaymentReport, ReportPayments

calls = Calls("payments", about="Payments of fees, at the counter and by e-Paravolo.")

PAYMENT: dict[str, Any] = {
    "id": "0198c0de-0000-7000-8000-000000000001",
    "case_number": "0009-2026-000001-7",
    "fee": "licence",
    "title": {"el": "Παράβολο άδειας", "en": "Licence fee"},
    "amount": "75.00",
    "exemption": None,
    "state": "paid",
    "way": "counter",
    "fee_code": "2201",
    "code": None,
    "receipt": "0009-2026-000001",
    "created_at": "2026-03-09T12:00:00Z",
    "paid_at": "2026-03-09T12:05:00Z",
    "problem": None,
}


class ExemptionShape(ma.Schema):
    """Why it need not be paid."""

    title = fields.Nested(TwoLanguages, required=True)
    law = fields.String(required=True)


class PaymentShape(ComposedShape):
    """A payment of a fee in a case."""

    id = fields.UUID(required=True)
    case_number = fields.String(required=True)
    fee = fields.String(required=True, attribute="fee_id")
    title = fields.Nested(TwoLanguages, required=True)
    amount = Euros(required=True, allow_none=True, means="Null while it cannot be told.")
    exemption = fields.Nested(ExemptionShape, required=True, allow_none=True)
    state = Choice(PaymentState, required=True)
    way = Choice(PaidBy, required=True, allow_none=True)
    fee_code = fields.String(
        required=True, metadata={"description": "The kind of e-Paravolo, 4 digits; empty for none."}
    )
    code = fields.String(
        required=True, allow_none=True, metadata={"description": "The e-Paravolo itself, 20 digits."}
    )
    receipt = fields.String(required=True, allow_none=True, attribute="receipt_number")
    created_at = Moment(required=True)
    paid_at = Moment(required=True, allow_none=True)
    problem = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Why e-Paravolo refused it, or why the amount cannot be told."},
    )

    def value_of(self, thing: Any, name: str) -> Any:
        """Titles come in two fields, everything else as it is."""
        if name == "title":
            return {"el": thing.title, "en": thing.title_en}
        if name == "exemption" and thing.exemption:
            titles = {"el": thing.exemption["title"], "en": thing.exemption["title_en"]}
            return {"title": titles, "law": thing.exemption["law"]}
        return super().value_of(thing, name)


class Payments(ma.Schema):
    """The payments of a case, oldest first."""

    items = fields.List(fields.Nested(PaymentShape), required=True)


class PaidBody(ma.Schema):
    """What was taken at the counter."""

    amount = Text(most=12, required=True, means="Euros as text.", example="75.00")


class PresentedBody(ma.Schema):
    """The e-Paravolo that the citizen brought."""

    code = Text(most=40, required=True, means="Its 20 digits.", example="12345678901234567890")


class PaymentReasonBody(ma.Schema):
    """Why it is taken back."""

    reason = Text(most=1000, required=True, example="Λάθος ποσό στην απόδειξη.")


@calls.call("GET", "/cases/<uuid:case_id>/payments", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, Payments, example={"items": [PAYMENT]})
def list_payments(case_id: UUID) -> object:
    """List the payments of a case.

    What is due, what was paid, and what need not be paid.
    """
    return {"items": engine().ask(ListPayments(case_id=case_id), actor=actor())}


@calls.call("GET", "/payments/<uuid:payment_id>", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, PaymentShape, example=PAYMENT)
def show_payment(payment_id: UUID) -> object:
    """Show a payment."""
    return engine().ask(ShowPayment(payment_id=payment_id), actor=actor()).payment


def _changing(
    path: str, body: type[ma.Schema] | None = None, *, example: Any = None
) -> Callable[[View], View]:
    def taking(view: View) -> View:
        answered = calls.response(200, PaymentShape, example=PAYMENT)(view)
        if body is not None:
            answered = calls.arguments(body, **({"example": example} if example else {}))(answered)
        route = calls.call(
            "POST",
            f"/payments/<uuid:payment_id>/{path}",
            scope=Scope.CASES_WRITE,
            takes=JSON if body is not None else None,
            headers=["Idempotency-Key"] if body is not None else (),
            refuses=[404, 409],
        )
        return route(answered)

    return taking


@_changing("take", PaidBody)
def take_payment(body: dict[str, Any], payment_id: UUID) -> object:
    """Take a payment at the counter.

    It gets the next number of the branch's receipts, and the case goes on. An amount that is not what is due
    is refused.
    """
    return engine().carry_out(PayAtCounter(payment_id=payment_id, **body), actor=actor(), once=once())


@_changing("present", PresentedBody)
def present_paravolo(body: dict[str, Any], payment_id: UUID) -> object:
    """Pay by an e-Paravolo that the citizen brought.

    e-Paravolo is asked whether it fits: paid, of this kind and amount, and bound to no other case. Until then
    the payment is due; `problem` says what does not fit.
    """
    return engine().carry_out(PresentParavolo(payment_id=payment_id, **body), actor=actor(), once=once())


@_changing("check")
def check_payment(payment_id: UUID) -> object:
    """Have e-Paravolo asked now.

    A worker does so at once; look at the payment again a little later.
    """
    return engine().carry_out(AskParavolo(payment_id=payment_id), actor=actor())


@_changing("cancel", PaymentReasonBody)
def cancel_receipt(body: dict[str, Any], payment_id: UUID) -> object:
    """Cancel the receipt of a payment at the counter.

    For the manager of the branch, on the same day, and not for who took the money. The fee is owed again.
    """
    return engine().carry_out(CancelReceipt(payment_id=payment_id, **body), actor=actor(), once=once())


@_changing("refund", PaymentReasonBody)
def refund_payment(body: dict[str, Any], payment_id: UUID) -> object:
    """Refund a payment.

    For the manager of the branch. One by e-Paravolo is refunded once e-Paravolo says so.
    """
    return engine().carry_out(RefundPayment(payment_id=payment_id, **body), actor=actor(), once=once())


class ReportQuery(ma.Schema):
    """Which days, at most 31, and which branch."""

    since = fields.Date(load_default=None, metadata={"description": "The first day; today without one."})
    until = fields.Date(load_default=None, metadata={"description": "The last day."})
    branch_code = Text(most=4, load_default=None, data_key="branch", means="The code of a branch.")


class SumShape(Shape):
    """How many, and how much in all."""

    number = fields.Integer(required=True)
    amount = Euros(required=True)


class PaidDayShape(Shape):
    """What became of payments on one day in one branch."""

    day = fields.Date(required=True)
    branch = fields.String(required=True, attribute="branch_code")
    created = fields.Nested(SumShape, required=True)
    at_counter = fields.Nested(SumShape, required=True)
    by_paravolo = fields.Nested(SumShape, required=True)
    cancelled = fields.Nested(
        SumShape, required=True, metadata={"description": "Receipts cancelled on their own day."}
    )
    bound = fields.Nested(SumShape, required=True)
    refunded = fields.Nested(SumShape, required=True)


class DifferenceShape(ComposedShape):
    """A payment that e-Paravolo sees otherwise."""

    payment = fields.Nested(PaymentShape, required=True)
    seen = Choice(ParavoloStatus, required=True, means="What e-Paravolo said when it was last asked.")
    seen_at = Moment(required=True)
    only_here = fields.Boolean(
        required=True,
        attribute="is_only_here",
        metadata={"description": "Whether the money is on record here only, or there only."},
    )

    def value_of(self, thing: Any, name: str) -> Any:
        """What was seen is of the payment."""
        return getattr(thing.payment, name) if name.startswith("seen") else getattr(thing, name)


class ReportShape(Shape):
    """The report, by day and branch."""

    since = fields.Date(required=True)
    until = fields.Date(required=True)
    rows = fields.List(fields.Nested(PaidDayShape), required=True)
    differences = fields.List(fields.Nested(DifferenceShape), required=True)


_NOTHING = {"number": 0, "amount": "0.00"}
_REPORT: dict[str, Any] = {
    "since": "2026-03-09",
    "until": "2026-03-09",
    "rows": [
        {
            "day": "2026-03-09",
            "branch": "0009",
            **dict.fromkeys(COLUMNS, _NOTHING),
            "created": {"number": 1, "amount": "75.00"},
        }
    ],
    "differences": [],
}


@calls.call("GET", "/payments/report", scope=Scope.CASES_READ)
@calls.arguments(ReportQuery, location="query")
@calls.response(200, ReportShape, example=_REPORT)
def report_payments(query: dict[str, Any]) -> object:
    """Report payments by day and branch.

    For the manager of the branch, supervisors and auditors. Sums are exact, and text.
    """
    return engine().ask(ReportPayments(**query), actor=actor())


@calls.call("GET", "/payments/report.csv", scope=Scope.CASES_READ)
@calls.arguments(ReportQuery, location="query")
@calls.alt_response(200, schema={"type": "string"}, content_type="text/csv", success=True)
def download_report(query: dict[str, Any]) -> object:
    """Download the report.

    As CSV in UTF-8: a line for each day and branch.
    """
    report = engine().ask(ReportPayments(**query), actor=actor())
    return csv_response(report)


def csv_response(report: PaymentReport) -> Response:
    """The report as a file to be kept."""
    response = Response(report.as_csv(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{report.file_name}"'
    return response
