"""Questions about payments: those of a case, one of them, and what the tracking page shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.access.exceptions import require_reads_case
from engine.cases import changeset_store
from engine.cases.changeset_store import CaseView
from engine.cases.further_terms import local_day
from engine.cases.model import Case
from engine.context import QueryContext
from engine.kernel.bilingual import Bilingual
from engine.kernel.disclosure import Disclosure, Shown
from engine.kernel.refusal import NotFound
from engine.organisation.letterheads import Letterhead, letterheads
from engine.payments import store as payments_store
from engine.payments.model import Payment
from engine.people.queries import NamePeople


def payments_in(case: Case, context: QueryContext) -> Sequence[Payment]:
    """The payments of a case, oldest first; nothing is looked up where its procedure has no fee."""
    if not context.procedure(case.version_id).fees:
        return ()
    return payments_store.payments_of_case(context.connection, case.id)


@dataclass(frozen=True, kw_only=True)
class ListPayments:
    """What is and was to be paid in a case."""

    case_id: UUID

    def answer(self, context: QueryContext) -> Sequence[Payment]:
        """The payments, oldest first; for whoever reads the case."""
        view = changeset_store.case(context.connection, self.case_id)
        if view is None:
            raise NotFound.of("case", self.case_id)
        require_reads_case(view.case, context)
        return payments_in(view.case, context)

    def disclosed(self, _answer: Sequence[Payment]) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.PAYMENTS, case_id=self.case_id),)


@dataclass(frozen=True, kw_only=True)
class PaymentSheet:
    """A payment with its case and the title of the procedure; `taken_by` is a person's name.

    `letterhead` is that of the branch that took it, as it was on that day; today's while it is not paid.
    """

    payment: Payment
    view: CaseView
    letterhead: Letterhead | None
    title: Bilingual
    taken_by: str


def _letterhead(payment: Payment, view: CaseView, context: QueryContext) -> Letterhead | None:
    """The number of a receipt begins with the code of the branch that took the money."""
    number = payment.receipt_number
    code = number.partition("-")[0] if number else view.case.branch_code
    day = local_day(payment.paid_at, context.zone) if payment.paid_at else context.today
    return letterheads(context.connection, [code]).of(code, on=day)


@dataclass(frozen=True, kw_only=True)
class ShowPayment:
    """One payment, by its id or by that of the service task that waits for it; for whoever reads its case."""

    payment_id: UUID | None = None
    service_task_id: UUID | None = None

    def answer(self, context: QueryContext) -> PaymentSheet:
        payment = self._payment(context)
        view = changeset_store.case(context.connection, payment.case_id) if payment else None
        if payment is None or view is None:
            raise NotFound.of("payment", self.payment_id or self.service_task_id)
        require_reads_case(view.case, context)
        procedure = context.procedure(view.case.version_id)
        who = payment.taken_by or ""
        return PaymentSheet(
            payment=payment,
            view=view,
            letterhead=_letterhead(payment, view, context),
            title=Bilingual(procedure.title, el=procedure.title, en=procedure.title_en),
            taken_by=NamePeople(usernames=(who,)).answer(context).get(who, who) if who else "",
        )

    def _payment(self, context: QueryContext) -> Payment | None:
        if self.payment_id is not None:
            return payments_store.payment(context.connection, self.payment_id)
        if self.service_task_id is not None:
            return payments_store.payment_awaited_by(context.connection, self.service_task_id)
        return None

    def disclosed(self, answer: PaymentSheet) -> Iterable[Disclosure]:
        payment = answer.payment
        return (Disclosure(shown=Shown.PAYMENTS, case_id=payment.case_id, object_id=payment.id),)
