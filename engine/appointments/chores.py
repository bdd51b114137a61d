"""What the worker does for appointments by itself: reminders, and those that cannot take place any more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from engine.appointments import store
from engine.appointments.book import book_of
from engine.appointments.changes import OpenedAppointment, opened_appointment, reminding
from engine.appointments.model import Appointment, AppointmentState, CancelledBy
from engine.appointments.telling import Occasion, tell
from engine.cases.surroundings import calendar_of
from engine.cases.term_recount import with_closures
from engine.context import Command, QueryContext, Transaction
from engine.kernel.disclosure import Disclosure, listed
from engine.kernel.permission import require_operates, require_system
from engine.kernel.refusal import Conflict, Invalid
from engine.organisation import store as organisation_store
from engine.organisation.succession import successor_of
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, leased_job, locked_job
from engine.outbox.model import Job, JobKind

_MOST = 100_000
"""Appointments of a branch that are booked at the same time."""


@dataclass(frozen=True, kw_only=True)
class RemindVisitors(Command[int]):
    """Remind up to `limit` people of their appointments, where the time for that has come."""

    limit: int = 100


def remind_visitors(command: RemindVisitors, transaction: Transaction) -> int:
    """How many were reminded; each once."""
    due = store.lock_reminded(transaction.connection, transaction.now, limit=command.limit)
    for appointment in due:
        store.save(transaction.connection, replace(appointment, remind_at=None))
        tell(appointment, Occasion.REMINDER, transaction)
    return len(due)


@dataclass(frozen=True, kw_only=True)
class AppointmentsHit:
    """The appointments that closing a branch on these days would cancel; nothing is changed."""

    branch: str
    days: tuple[date, ...]
    limit: int = 1000

    def answer(self, context: QueryContext) -> tuple[Appointment, ...]:
        """Up to `limit`, the earliest first."""
        require_operates(context.actor)
        branch = organisation_store.branch_coded(context.connection, self.branch, on=context.today)
        closed = with_closures(branch, self.branch, self.days)
        booked = store.booked_after(context.connection, closed.id, context.now, limit=self.limit)
        calendar = calendar_of(closed)
        return tuple(one for one in booked if calendar.is_shut(one.starts_at.astimezone(context.zone).date()))

    def disclosed(self, answer: tuple[Appointment, ...]) -> Iterable[Disclosure]:
        return listed(answer)


@dataclass(frozen=True, kw_only=True)
class MissedAppointments:
    """The appointments for which nobody has arrived in time; for the worker alone."""

    limit: int = 100

    def answer(self, context: QueryContext) -> Sequence[UUID]:
        """Their ids, up to `limit`."""
        require_system(context.actor)
        return store.missed(context.connection, context.now, limit=self.limit)


@dataclass(frozen=True, kw_only=True)
class ReleaseAppointments(Command[int]):
    """Cancel appointments that cannot take place any more, for the leased job that says which."""

    job_id: UUID
    worker: str


def release_appointments(command: ReleaseAppointments, transaction: Transaction) -> int:
    """How many were found.

    Those of a branch on days on which it does not work any more get a job each, so that one in trouble keeps
    no other. A single one is handed over to the successor of a branch that closes for good, where that can
    receive them at the same time; else it is cancelled, as is that of a request which was taken back. Who
    would have come is told.
    """
    job = leased_job(command.job_id, command.worker, transaction)
    if job is None:
        return 0
    payload = job.payload
    if "branch" in payload:
        found = _hit_by_closure(payload["branch"], transaction)
        for appointment_id in found:
            _leave({"appointment": str(appointment_id)}, transaction)
    elif "request" in payload:
        one = store.of_request(transaction.connection, UUID(payload["request"]))
        found = [one.id] if one else []
        _cancel_each(found, Occasion.CANCELLED, transaction)
    else:
        found = [UUID(payload["appointment"])]
        _cancel_each(found, Occasion.CLOSED, transaction)
    held = locked_job(command.job_id, command.worker, transaction)
    if held is not None:
        outbox_store.save_job(transaction.connection, done(held))
    return len(found)


def _hit_by_closure(branch_code: str, transaction: Transaction) -> list[UUID]:
    connection = transaction.connection
    branch = organisation_store.branch_coded(connection, branch_code, on=transaction.today)
    if branch is None:
        return []
    calendar = calendar_of(branch)
    booked = store.booked_after(connection, branch.id, transaction.now, limit=_MOST)
    return [one.id for one in booked if calendar.is_shut(one.starts_at.astimezone(transaction.zone).date())]


def _leave(payload: Mapping[str, str], transaction: Transaction) -> None:
    job = Job(
        id=transaction.new_id(),
        kind=JobKind.RELEASE_APPOINTMENTS,
        case_id=None,
        service_task_id=None,
        run_at=transaction.now,
        created_at=transaction.now,
        payload=payload,
    )
    outbox_store.add_job(transaction.connection, job)


def _is_handed_over(opened: OpenedAppointment, transaction: Transaction) -> bool:
    """Whether the successor of the branch takes the appointment over, at the same time, for the same."""
    appointment = opened.appointment
    day = appointment.starts_at.astimezone(transaction.zone).date()
    closed = organisation_store.branch(transaction.connection, appointment.branch_id, on=day)
    if closed is None or closed.is_open:
        return False
    heir = successor_of(transaction.connection, closed, on=day)
    book = book_of(heir, transaction) if heir else None
    service = book.schedule.service(appointment.service_key) if book else None
    if book is None or service is None or not service.is_offered:
        return False
    opened.book.release(appointment.id)
    try:
        resource = book.reserve(appointment.id, service, appointment.starts_at)
    except (Conflict, Invalid):
        return False
    missed_at, remind_at = reminding(appointment.starts_at, service, book)
    handed_over = appointment.handed_over(
        service, resource_id=resource.id, missed_at=missed_at, remind_at=remind_at, at=transaction.now
    )
    kept = opened.keep(handed_over, "appointment_handed_over", branch=book.branch.code)
    tell(kept, Occasion.HANDED_OVER, transaction)
    return True


def _cancel_each(appointment_ids: Sequence[UUID], occasion: Occasion, transaction: Transaction) -> None:
    for appointment_id in appointment_ids:
        opened = opened_appointment(transaction, appointment_id)
        if opened.appointment.state is not AppointmentState.BOOKED:
            continue
        if occasion is Occasion.CLOSED and _is_handed_over(opened, transaction):
            continue
        cancelled = opened.appointment.cancelled(CancelledBy.BRANCH, transaction.now)
        opened.book.release(cancelled.id)
        kept = opened.keep(cancelled, "appointment_cancelled", by=CancelledBy.BRANCH.value)
        tell(kept, occasion, transaction)
