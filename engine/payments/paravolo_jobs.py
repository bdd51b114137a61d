"""Payments by e-Paravolo: what a job asks it next, and what becomes of the payment by its answer."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset
from engine.context import Command, Transaction
from engine.kernel.clock import identifier_at
from engine.kernel.money import NOTHING, euro_text
from engine.kernel.permission import require_works_case
from engine.kernel.refusal import Conflict
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, leased_job, locked_job, retried
from engine.outbox.model import Job, JobState
from engine.payments import store as payments_store
from engine.payments.model import (
    Act,
    PaidBy,
    ParavoloStatus,
    Payment,
    PaymentState,
    paravolo_code,
)
from engine.payments.opening import add_paravolo_job
from engine.payments.paravolo import AuditRecord, ParavoloAnswer, ParavoloRequest, ParavoloResult
from engine.payments.settling import payment_file, settle, worked_out
from engine.service_tasks.model import ServiceTaskState

ASKED_AGAIN = timedelta(minutes=15)
"""How long until e-Paravolo is asked again whether one was paid."""

PRESENTED = "presented"
"""In a job: the e-Paravolo that a citizen brought, which is the payment's only once it was looked up."""


@dataclass(frozen=True, kw_only=True)
class AskParavolo(Command[Payment]):
    """Have e-Paravolo asked about a payment now, and not when its turn comes."""

    payment_id: UUID


def ask_paravolo(command: AskParavolo, transaction: Transaction) -> Payment:
    """The payment; where its amount could not be told, it is worked out anew first."""
    changeset, payment = payment_file(transaction, command.payment_id)
    require_works_case(transaction.actor, changeset.case)
    payment = worked_out(changeset, payment)
    if payment.is_due or payment.pending or payment.state is PaymentState.PAID:
        _require_asked(payment, transaction)
        payment = _asked_now(changeset, payment, {})
    changeset.save()
    return payments_store.payment(transaction.connection, payment.id) or payment


@dataclass(frozen=True, kw_only=True)
class PresentParavolo(Command[Payment]):
    """Pay by an e-Paravolo that the citizen has already, by its 20 digits."""

    payment_id: UUID
    code: str


def present_paravolo(command: PresentParavolo, transaction: Transaction) -> Payment:
    """The payment; it is paid by that e-Paravolo once e-Paravolo says that it fits.

    `Invalid` for what are not 20 digits, `Conflict` for one that another payment has.
    """
    code = paravolo_code(command.code)
    changeset, payment = payment_file(transaction, command.payment_id)
    require_works_case(transaction.actor, changeset.case)
    payment = worked_out(changeset, payment)
    payment.require_due()
    _require_asked(payment, transaction)
    if payment.code != code and payments_store.has_code(transaction.connection, code):
        raise Conflict("This e-Paravolo is used for another payment.", code="paravolo_used")
    changeset.record("paravolo_presented", {**payment.detail, "code": code})
    _asked_now(changeset, replace(payment, problem=None), {PRESENTED: code})
    changeset.save()
    return payments_store.payment(transaction.connection, payment.id) or payment


@dataclass(frozen=True, kw_only=True)
class PrepareAsking(Command[ParavoloRequest | None]):
    """Say what a leased job has to ask e-Paravolo."""

    job_id: UUID
    worker: str


def prepare_asking(command: PrepareAsking, transaction: Transaction) -> ParavoloRequest | None:
    """The attempt to be made; None if there is none, and the job is done.

    That it is made is on record before it is: when it breaks off, the next one asks what came of it.
    """
    found = _found(command.job_id, command.worker, transaction)
    if found is None:
        return None
    job, changeset, payment = found
    act = _next_act(payment, job)
    if act is None or payment.amount is None:
        outbox_store.save_job(transaction.connection, done(job))
        return None
    if act is not Act.LOOK_UP:
        changeset.payments.put(replace(payment, pending=act))
        changeset.payments.save()
    request = looking_up(payment, by=job.payload.get("by", transaction.actor.name), at=transaction.now)
    return replace(request, act=act, code=job.payload.get(PRESENTED) or payment.code)


@dataclass(frozen=True, kw_only=True)
class RecordAsking(Command[None]):
    """Say what e-Paravolo answered to a leased job."""

    job_id: UUID
    worker: str
    request: ParavoloRequest
    answer: ParavoloAnswer


def record_asking(command: RecordAsking, transaction: Transaction) -> None:
    """The payment moves on, or is asked about again; nothing if another worker has taken the job over."""
    found = _found(command.job_id, command.worker, transaction)
    if found is None:
        return
    job, changeset, payment = found
    changeset.put_job(_after(job, payment, changeset, command.request, command.answer))
    changeset.save()


def looking_up(payment: Payment, *, by: str, at: datetime) -> ParavoloRequest:
    """What asks e-Paravolo how the e-Paravolo of a payment stands, in the name of a user."""
    return ParavoloRequest(
        act=Act.LOOK_UP,
        reference=payment.id,
        fee_code=payment.fee_code,
        amount=payment.amount if payment.amount is not None else NOTHING,
        code=payment.code,
        audit=AuditRecord(
            transaction_id=identifier_at(at),
            at=at,
            unit=payment.case_number.partition("-")[0],
            protocol=payment.case_number,
            user=by,
        ),
    )


def _next_act(payment: Payment, job: Job) -> Act | None:
    """What e-Paravolo is asked next about a payment; None if there is nothing to ask."""
    if payment.pending is not None or (payment.is_due and PRESENTED in job.payload):
        return Act.LOOK_UP
    if payment.refund_wanted and payment.state in (PaymentState.PAID, PaymentState.BOUND):
        return Act.REFUND
    if not payment.goes_by_paravolo:
        return None
    if payment.is_due:
        return Act.CREATE if payment.code is None else Act.LOOK_UP
    return Act.BIND if payment.state is PaymentState.PAID else None


def _after(
    job: Job, payment: Payment, changeset: CaseChangeset, request: ParavoloRequest, answer: ParavoloAnswer
) -> Job:
    transaction = changeset.transaction
    if answer.result is ParavoloResult.FAILED:
        after = retried(job, answer.detail, None, transaction)
        if after.state is JobState.DEAD:
            _refused(changeset, payment, answer.detail)
        return after
    if answer.result is ParavoloResult.REFUSED:
        _refused(changeset, replace(payment, pending=None, refund_wanted=False), answer.detail)
        return replace(done(job), state=JobState.DEAD, last_error=answer.detail)
    if PRESENTED in job.payload and payment.is_due:
        return _presented(job, payment, changeset, answer)
    return _moved_on(job, payment, changeset, request, answer)


def _presented(job: Job, payment: Payment, changeset: CaseChangeset, answer: ParavoloAnswer) -> Job:
    """The e-Paravolo that a citizen brought was looked up: the payment is paid by it, if it fits."""
    code = job.payload[PRESENTED]
    misfit = _misfit(payment, answer)
    if (
        not misfit
        and payment.code != code
        and payments_store.has_code(changeset.transaction.connection, code)
    ):
        misfit = "It is used for another payment."
    if misfit:
        _refused(changeset, payment, misfit)
        return replace(_at_once(job, changeset), run_at=changeset.transaction.now + ASKED_AGAIN)
    seen_at = changeset.transaction.now
    _take(changeset, replace(payment, code=code, pending=None, seen=answer.status, seen_at=seen_at))
    return _at_once(job, changeset)


def _moved_on(
    job: Job, payment: Payment, changeset: CaseChangeset, request: ParavoloRequest, answer: ParavoloAnswer
) -> Job:
    transaction, status = changeset.transaction, answer.status
    settled = replace(
        payment, pending=None, code=payment.code or answer.code, seen=status, seen_at=transaction.now
    )
    is_new_code = payment.code is None and settled.code is not None
    if status is ParavoloStatus.REFUNDED and payment.refund_wanted:
        refunded = replace(
            settled, state=PaymentState.REFUNDED, refunded_at=transaction.now, refund_wanted=False
        )
        changeset.payments.put(refunded)
        changeset.record("payment_refunded", refunded.detail)
        return done(job)
    if status is ParavoloStatus.BOUND and payment.state is PaymentState.PAID and payment.goes_by_paravolo:
        _bind(changeset, settled, answer)
        return _at_once(job, changeset) if payment.refund_wanted else done(job)
    if payment.is_due and status.has_money:
        misfit = _misfit(payment, answer)
        if misfit:
            _refused(changeset, settled, misfit)
            return replace(done(job), last_error=misfit)
        _take(changeset, settled)
        return _at_once(job, changeset)
    was_created = payment.code is not None
    if payment.is_due and status is (ParavoloStatus.EXPIRED if was_created else ParavoloStatus.UNKNOWN):
        # Its time is over, or nothing came of creating it: another one is created.
        changeset.payments.put(replace(settled, code=None, seen=None, seen_at=None))
        return _at_once(job, changeset)
    changeset.payments.put(settled)
    if is_new_code:
        changeset.record("paravolo_created", settled.detail)
    if payment.is_due:
        return replace(_at_once(job, changeset), run_at=transaction.now + ASKED_AGAIN)
    if request.act is Act.LOOK_UP:
        return _at_once(job, changeset)
    return done(job)


def _take(changeset: CaseChangeset, payment: Payment) -> None:
    """The money is there. The case goes on once the e-Paravolo is bound: only then nobody else can use it."""
    paid = payment.paid(PaidBy.E_PARAVOLO, changeset.transaction.now)
    changeset.payments.put(paid)
    changeset.record("payment_paid", paid.detail)


def _bind(changeset: CaseChangeset, payment: Payment, answer: ParavoloAnswer) -> None:
    if answer.bound_to != payment.case_number:
        _refused(changeset, payment, "It is bound to another case.")
        return
    bound = replace(payment, state=PaymentState.BOUND, bound_at=changeset.transaction.now, problem=None)
    changeset.record("payment_bound", bound.detail)
    settle(changeset, bound)


def _misfit(payment: Payment, answer: ParavoloAnswer) -> str:
    """Why an e-Paravolo does not pay this payment; empty if it does."""
    match answer.status:
        case ParavoloStatus.UNKNOWN:
            return "e-Paravolo has none of this code."
        case ParavoloStatus.UNPAID:
            return "It is not paid yet."
        case ParavoloStatus.BOUND if answer.bound_to != payment.case_number:
            return "It is bound already, to another case."
        case ParavoloStatus.REFUNDED | ParavoloStatus.EXPIRED:
            return f"It is {answer.status}."
    if answer.fee_code is not None and answer.fee_code != payment.fee_code:
        return f"It is of the kind {answer.fee_code}, and {payment.fee_code or 'another'} is due."
    if answer.amount != payment.amount:
        found = "another amount" if answer.amount is None else euro_text(answer.amount)
        return f"It is of {found}, and {euro_text(payment.require_due())} is due."
    return ""


def _refused(changeset: CaseChangeset, payment: Payment, why: str) -> None:
    """Keep on record why it does not go on by itself, where what could not be delivered is looked for."""
    changeset.payments.put(replace(payment, problem=why))
    changeset.record("paravolo_refused", {**payment.detail, "why": why})
    _mark(changeset, payment, ServiceTaskState.DEAD, why)


def _mark(changeset: CaseChangeset, payment: Payment, state: ServiceTaskState, why: str | None) -> None:
    waiting = changeset.service_task(payment.service_task_id) if payment.service_task_id else None
    if waiting is not None and waiting.is_open and waiting.state is not state:
        changeset.put(replace(waiting, state=state, error_message=why))


def _asked_now(changeset: CaseChangeset, payment: Payment, more: dict[str, str]) -> Payment:
    """The payment with a job that is due now; `Conflict` while a worker has it in hand.

    There is one job at a time, so that nothing is created twice.
    """
    transaction = changeset.transaction
    job = outbox_store.lock_job(transaction.connection, payment.job_id) if payment.job_id else None
    if job is not None and job.leased_until is not None and job.leased_until > transaction.now:
        raise Conflict("e-Paravolo is just being asked. Try again in a minute.", code="paravolo_busy")
    _mark(changeset, payment, ServiceTaskState.OPEN, None)
    if job is not None and job.state is JobState.READY:
        changeset.put_job(replace(_at_once(job, changeset), payload={**job.payload, **more}))
        changeset.payments.put(payment)
        return payment
    again = replace(payment, job_id=add_paravolo_job(changeset, payment, **more))
    changeset.payments.put(again)
    return again


def _require_asked(payment: Payment, transaction: Transaction) -> None:
    if not transaction.asks_paravolo:
        raise Conflict("This installation does not ask e-Paravolo.", code="paravolo_off")
    if not payment.fee_code:
        raise Conflict("This fee is not paid by e-Paravolo.", code="not_by_paravolo")


def _found(job_id: UUID, worker: str, transaction: Transaction) -> tuple[Job, CaseChangeset, Payment] | None:
    """The job in the worker's hands, with its payment and the file of its case, locked."""
    held = leased_job(job_id, worker, transaction)
    case_id = held.case_id if held else None
    # The case before the job, as a clerk locks them who has e-Paravolo asked.
    locked = changeset_store.lock_case(transaction.connection, case_id) if case_id else None
    job = locked_job(job_id, worker, transaction) if locked else None
    if locked is None or job is None:
        return None
    changeset = CaseChangeset(transaction, locked)
    payment = changeset.payments.payment(UUID(job.payload["payment"]))
    return None if payment is None else (job, changeset, payment)


def _at_once(job: Job, changeset: CaseChangeset) -> Job:
    """The job as it goes on with what comes next."""
    payload = {name: value for name, value in job.payload.items() if name != PRESENTED}
    return replace(
        job,
        run_at=changeset.transaction.now,
        attempts=0,
        last_error=None,
        leased_by=None,
        leased_until=None,
        payload=payload,
    )
