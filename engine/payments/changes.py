"""The payments of a case under change: read when somebody first asks, and written with the case."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from engine.bundle.fees import FeeDue
from engine.cases.model import Case
from engine.context import Transaction
from engine.payments import store as payments_store
from engine.payments.model import HOLDS, Payment, PaymentState, payment_for


class PaymentChanges:
    """What becomes of the payments of a case; `added` are those that are new."""

    def __init__(self, transaction: Transaction, case: Case, *, is_new: bool) -> None:
        self._transaction = transaction
        self._case = case
        found = [] if is_new else payments_store.payments_of_case(transaction.connection, case.id)
        self._before = {one.id: one for one in found}
        self._payments = dict(self._before)

    @property
    def all(self) -> Sequence[Payment]:
        """Every payment of the case, oldest first."""
        return tuple(self._payments.values())

    def payment(self, payment_id: UUID) -> Payment | None:
        """The payment, as it is by now."""
        return self._payments.get(payment_id)

    def holding(self, fee_id: str) -> Payment | None:
        """The payment that stands for a fee; None where there is none, or it was taken back."""
        return next((one for one in self.all if one.fee_id == fee_id and one.state in HOLDS), None)

    def awaited_by(self, service_task_id: UUID) -> Payment | None:
        """The payment for which a service task waits."""
        return next((one for one in self.all if one.service_task_id == service_task_id), None)

    def put(self, changed: Payment) -> None:
        """Replace a payment by what has become of it, or add a new one."""
        self._payments[changed.id] = changed

    def owe(self, due: FeeDue, service_task_id: UUID | None) -> Payment:
        """What is due of a fee from now on.

        A case pays a fee once: what was paid already, or need not be paid, stays so, and a service task that
        asks again waits for the payment that is due.
        """
        earlier = self.holding(due.fee.id)
        if earlier is not None:
            again = replace(earlier, service_task_id=service_task_id)
            self.put(again)
            return again
        payment = payment_for(
            due,
            payment_id=self._transaction.new_id(),
            case=self._case,
            service_task_id=service_task_id,
            at=self._transaction.now,
        )
        self.put(payment)
        return payment

    def give_up(self, service_task_id: UUID, state: PaymentState) -> Payment | None:
        """End the payment for which a service task waited; None if it waited for none that is due."""
        payment = self.awaited_by(service_task_id)
        if payment is None or not payment.is_due:
            return None
        ended = payment.given_up(state, self._transaction.now)
        self.put(ended)
        return ended

    def save(self) -> None:
        """Write what has changed; the case is there by then."""
        connection = self._transaction.connection
        # What ends goes before what begins for the same fee.
        for payment_id, before in self._before.items():
            if self._payments[payment_id] is not before:
                payments_store.save_payment(connection, self._payments[payment_id])
        new = [one for one in self.all if one.id not in self._before]
        if new:
            payments_store.add_payments(connection, new)
