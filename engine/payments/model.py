"""A payment: what is due of one fee in one case, and what has become of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from engine.bundle.fees import FeeDue
from engine.cases.model import Case
from engine.kernel.money import NOTHING, PAYMENT_RESULT, euro_text
from engine.kernel.refusal import Conflict, Invalid


class PaymentState(StrEnum):
    """The life of a payment; `created` and `paid` go on, `bound` may still be refunded."""

    CREATED = "created"
    """It is due."""
    PAID = "paid"
    BOUND = "bound"
    """Paid by an e-Paravolo that the authority has bound to the case: nobody can use it elsewhere."""
    REFUNDED = "refunded"
    EXEMPT = "exempt"
    """There was nothing to pay."""
    CANCELLED = "cancelled"
    """Taken back: the case was closed, or the receipt cancelled on the day on which it was given."""
    EXPIRED = "expired"
    """The case went on without it."""


HOLDS = (PaymentState.CREATED, PaymentState.PAID, PaymentState.BOUND, PaymentState.EXEMPT)
"""The states in which a payment stands for its fee: a case has at most one of each fee."""

SETTLED = (PaymentState.PAID, PaymentState.BOUND, PaymentState.EXEMPT)
"""The states in which nothing is due any more."""


class PaidBy(StrEnum):
    """How it was paid."""

    COUNTER = "counter"
    E_PARAVOLO = "e_paravolo"


class ParavoloStatus(StrEnum):
    """What e-Paravolo says of an e-Paravolo."""

    UNPAID = "unpaid"
    PAID = "paid"
    BOUND = "bound"
    REFUNDED = "refunded"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    """It has none of that code."""

    @property
    def has_money(self) -> bool:
        """Whether somebody's money is there."""
        return self in (ParavoloStatus.PAID, ParavoloStatus.BOUND)


class Act(StrEnum):
    """What e-Paravolo is asked to do."""

    CREATE = "create"
    LOOK_UP = "look_up"
    BIND = "bind"
    REFUND = "refund"


_CODE = re.compile(r"[0-9]{20}")


def paravolo_code(text: str) -> str:
    """The 20 digits of an e-Paravolo, however they were grouped; `Invalid` for anything else.

    The code of its kind has four digits, and some agencies' own numbers have six: both are told apart.
    """
    digits = re.sub(r"[\s-]", "", text)
    if _CODE.fullmatch(digits) is None:
        found = f"{len(digits)} digits" if digits.isdigit() else "something else"
        raise Invalid.field(
            "code",
            f"expected the 20 digits of an e-Paravolo, found {found}"
            + (", which is the kind of e-Paravolo" if len(digits) == 4 and digits.isdigit() else ""),
        )
    return digits


@dataclass(frozen=True, kw_only=True)
class Payment:
    """A payment; changed by evolving.

    `amount` is in euros, None while it cannot be told. `fee_code` is the kind of e-Paravolo, of 4 digits, and
    `code` the e-Paravolo itself, of 20. `service_task_id` is the service task that waits for it, None for a
    debt that a cancelled receipt left behind. `taken_by` is the user name of whoever took the money at the
    counter. `pending` is what e-Paravolo was asked to do while nobody knows yet whether it did, `problem` why
    it refused, or why the amount cannot be told. `seen` is what it said when it was asked at `seen_at`.
    """

    id: UUID
    case_id: UUID
    case_number: str
    branch_id: UUID
    procedure_key: str
    fee_id: str
    title: str
    title_en: str
    created_at: datetime
    fee_code: str = ""
    service_task_id: UUID | None = None
    amount: Decimal | None = None
    exemption: Mapping[str, str] | None = None
    state: PaymentState = PaymentState.CREATED
    way: PaidBy | None = None
    code: str | None = None
    receipt_number: str | None = None
    taken_by: str | None = None
    paid_at: datetime | None = None
    bound_at: datetime | None = None
    refunded_at: datetime | None = None
    ended_at: datetime | None = None
    job_id: UUID | None = None
    pending: Act | None = None
    refund_wanted: bool = False
    problem: str | None = None
    seen: ParavoloStatus | None = None
    seen_at: datetime | None = None
    row_version: int = 1

    @property
    def is_due(self) -> bool:
        """Whether it is still to be paid."""
        return self.state is PaymentState.CREATED

    @property
    def is_settled(self) -> bool:
        """Whether nothing is due any more."""
        return self.state in SETTLED

    @property
    def goes_by_paravolo(self) -> bool:
        """Whether e-Paravolo has something to do with it."""
        return bool(self.fee_code or self.code) and self.way is not PaidBy.COUNTER

    def require_due(self) -> Decimal:
        """What is due; `Conflict` where nothing is, or it cannot be told."""
        if not self.is_due:
            raise Conflict(
                f"Expected payment {self.id} to be due, but it is {self.state}.", code=f"payment_{self.state}"
            )
        if self.amount is None:
            raise Conflict(f"What is due cannot be told: {self.problem}", code="amount_unknown")
        return self.amount

    def worked_out(self, due: FeeDue, at: datetime) -> "Payment":
        """The payment with what is due now; one of which nothing is due is `exempt`."""
        exemption = due.exemption
        changed = replace(
            self,
            amount=due.amount,
            problem=due.problem or None,
            exemption={"title": exemption.title.el, "title_en": exemption.title.en, "law": exemption.law}
            if exemption
            else None,
        )
        return replace(changed, state=PaymentState.EXEMPT, ended_at=at) if due.is_nothing else changed

    def paid(self, way: PaidBy, at: datetime) -> "Payment":
        """The payment once it is paid, with nothing that stood in its way."""
        self.require_due()
        return replace(self, state=PaymentState.PAID, way=way, paid_at=at, problem=None)

    def owed_again(self, payment_id: UUID, at: datetime) -> "Payment":
        """What is owed once the receipt of this payment was cancelled: the same, as a new payment."""
        return Payment(
            id=payment_id,
            case_id=self.case_id,
            case_number=self.case_number,
            branch_id=self.branch_id,
            procedure_key=self.procedure_key,
            fee_id=self.fee_id,
            title=self.title,
            title_en=self.title_en,
            fee_code=self.fee_code,
            amount=self.amount,
            created_at=at,
        )

    def given_up(self, state: PaymentState, at: datetime) -> "Payment":
        """The payment that nobody waits for any more, cancelled or expired."""
        return replace(self, state=state, ended_at=at)

    def result(self, zone: tzinfo) -> Mapping[str, Any]:
        """What the diagram is given back, with the day there; `amount` is text, as everywhere in JSON."""
        result = {
            "fee": self.fee_id,
            "paid": self.state in (PaymentState.PAID, PaymentState.BOUND),
            "exempt": self.state is PaymentState.EXEMPT,
            "amount": euro_text(self.amount if self.amount is not None else NOTHING),
            "code": self.code,
            "receipt": self.receipt_number,
            "paid_on": self.paid_at.astimezone(zone).date().isoformat() if self.paid_at else None,
        }
        return {PAYMENT_RESULT: result}

    @property
    def detail(self) -> dict[str, Any]:
        """What the journal is told."""
        told = {
            "payment": str(self.id),
            "fee": self.fee_id,
            "amount": None if self.amount is None else euro_text(self.amount),
            "way": self.way.value if self.way else None,
            "receipt": self.receipt_number,
            "code": self.code,
        }
        return {name: value for name, value in told.items() if value is not None}


def payment_for(
    due: FeeDue, *, payment_id: UUID, case: Case, service_task_id: UUID | None, at: datetime
) -> Payment:
    """What is due of a fee in a case, as a payment."""
    fee = due.fee
    return Payment(
        id=payment_id,
        case_id=case.id,
        case_number=case.number,
        branch_id=case.branch_id,
        procedure_key=case.procedure_key,
        service_task_id=service_task_id,
        fee_id=fee.id,
        title=fee.title.el,
        title_en=fee.title.en,
        fee_code=fee.code,
        created_at=at,
    ).worked_out(due, at)
