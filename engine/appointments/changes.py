"""An appointment under change: locked with its case, written back, its request answered once it is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from engine.appointments import schedule_store, store
from engine.appointments.book import OwnBook, book_of
from engine.appointments.model import Appointment, CancelledBy, Service
from engine.appointments.requests import result_of
from engine.appointments.slots import reminder_at
from engine.cases import changeset_store
from engine.cases.case_number import CaseNumber
from engine.cases.changeset import CaseChangeset
from engine.cases.model import Case
from engine.cases.receipt_code import normal
from engine.cases.tracking_code import Proof, no_such_receipt, opens
from engine.context import Transaction
from engine.kernel.actor import ActorKind
from engine.kernel.permission import require_keeps_appointments
from engine.kernel.refusal import Invalid, NotFound
from engine.organisation import store as organisation_store
from engine.organisation.model import Branch
from engine.service_tasks.answer import answer


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Number and code on the receipt of a case, or a pass for the code: the proof of its citizen."""

    number: str
    code: Proof


CitizensProof = Receipt | str
"""What a citizen shows: the receipt of their case or, without a case, the code of the appointment."""


def digest_of_code(code: str) -> str:
    """What is kept of the code of an appointment: it has 80 bits, so that its digest tells nothing of it."""
    return sha256(b"stoa appointment code:" + normal(code).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class OpenedAppointment:
    """An appointment that is locked, after its case, where it has one."""

    appointment: Appointment
    changeset: CaseChangeset | None
    branch: Branch
    transaction: Transaction

    @property
    def book(self) -> OwnBook:
        """Whoever keeps the times of its branch."""
        return book_of(self.branch, self.transaction)

    @property
    def by(self) -> CancelledBy:
        """In whose name it is cancelled now."""
        is_citizen = self.transaction.actor.kind is ActorKind.CITIZEN
        return CancelledBy.CITIZEN if is_citizen else CancelledBy.BRANCH

    def keep(self, changed: Appointment, action: str, **detail: Any) -> Appointment:
        """Write what has become of it; its case records it, and goes on once it is over."""
        kept = store.save(self.transaction.connection, changed)
        if self.changeset is not None:
            record(self.changeset, kept, action, **detail)
            if kept.state.is_final and kept.service_task_id is not None:
                self._answer(self.changeset, kept)
            self.changeset.save()
        return kept

    def _answer(self, changeset: CaseChangeset, kept: Appointment) -> None:
        task = changeset.service_task(kept.service_task_id) if kept.service_task_id else None
        resource = schedule_store.resource(self.transaction.connection, kept.resource_id)
        if task is None or not task.is_open or resource is None:
            return
        answer(changeset, task, result_of(kept, branch=self.branch, resource=resource))


def record(changeset: CaseChangeset, appointment: Appointment, action: str, **detail: Any) -> None:
    """Write a line about an appointment into the journal of its case."""
    start = appointment.starts_at.isoformat()
    changeset.record(action, {"appointment": str(appointment.id), "start": start, **detail})


def opened_appointment(
    transaction: Transaction, appointment_id: UUID, proof: CitizensProof | None = None
) -> OpenedAppointment:
    """An appointment that the actor may change, locked; a citizen shows the `proof`."""
    connection = transaction.connection
    found = store.appointment(connection, appointment_id)
    if found is None:
        raise no_such_receipt() if proof else NotFound.of("appointment", appointment_id)
    locked = changeset_store.lock_case(connection, found.case_id) if found.case_id else None
    _require_may_change(found, locked.case if locked else None, proof, transaction)
    appointment = store.lock(connection, appointment_id)
    branch = organisation_store.branch(connection, found.branch_id, on=transaction.today)
    if appointment is None or branch is None:
        raise NotFound.of("appointment", appointment_id)
    return OpenedAppointment(
        appointment=appointment,
        changeset=CaseChangeset(transaction, locked) if locked else None,
        branch=branch,
        transaction=transaction,
    )


def require_receipt(case: Case, receipt: Receipt, transaction: Transaction) -> None:
    """Refuse a receipt that is not that of the case, as a wrong code."""
    try:
        number = str(CaseNumber.read(receipt.number))
    except Invalid as wrong:
        raise no_such_receipt() from wrong
    if not opens(case, number=number, proof=receipt.code, now=transaction.now, seals=transaction.seals):
        raise no_such_receipt()


def reminding(starts_at: datetime, service: Service, book: OwnBook) -> tuple[datetime, datetime | None]:
    """When who has not arrived counts as not come, and when somebody is reminded."""
    missed_at = starts_at + timedelta(minutes=service.grace)
    return missed_at, reminder_at(starts_at, calendar=book.calendar, zone=book.zone, now=book.now)


def _require_may_change(
    found: Appointment, case: Case | None, proof: CitizensProof | None, transaction: Transaction
) -> None:
    if transaction.actor.kind is not ActorKind.CITIZEN:
        require_keeps_appointments(transaction.actor, found)
    elif isinstance(proof, Receipt) and case is not None:
        require_receipt(case, proof, transaction)
    elif not isinstance(proof, str) or found.code_digest != digest_of_code(proof):
        raise no_such_receipt()
