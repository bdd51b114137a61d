"""What citizens are told of their appointments: booked, moved, cancelled, a word the working day before.

Each telling is a job, written with the change that it follows from. Whom it goes to and what it says is known
when it is sent, and not kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.appointments import schedule_store, store
from engine.appointments.calendar_file import calendar_file
from engine.appointments.model import Appointment, AppointmentState, Visitor
from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset
from engine.context import Command, Transaction
from engine.kernel.bilingual import Bilingual, Language
from engine.kernel.noticing import NoticeChannel
from engine.notices.channel import Sending, SendingOutcome
from engine.notices.model import address_of
from engine.notices.sending_job import is_put_off, job_after
from engine.notices.text import NoticeText
from engine.organisation import store as organisation_store
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, leased_job, locked_job
from engine.outbox.model import Job, JobKind, JobState
from engine.service_tasks import store as service_tasks_store
from engine.terms.words import day_words


class Occasion(StrEnum):
    """What a citizen is told of."""

    CHOOSE = "choose"
    """Their case waits until they have chosen a time."""
    BOOKED = "booked"
    REMINDER = "reminder"
    MOVED = "moved"
    HANDED_OVER = "handed_over"
    """The branch closes for good, and another one receives them at the same time."""
    CANCELLED = "cancelled"
    CLOSED = "closed"
    """The branch does not work on that day, so the appointment is cancelled."""


_HEADINGS: Final[dict[Occasion, tuple[str, str]]] = {
    Occasion.CHOOSE: ("Επιλέξτε ώρα για ραντεβού.", "Choose a time for your appointment."),
    Occasion.BOOKED: ("Το ραντεβού σας κλείστηκε.", "Your appointment is booked."),
    Occasion.REMINDER: ("Σας θυμίζουμε το ραντεβού σας.", "A reminder of your appointment."),
    Occasion.MOVED: ("Το ραντεβού σας άλλαξε ώρα.", "Your appointment has moved."),
    Occasion.HANDED_OVER: (
        "Το ΚΕΠ σας κλείνει οριστικά: το ραντεβού σας γίνεται την ίδια ώρα σε άλλο ΚΕΠ.",
        "Your service centre closes for good: your appointment is at the same time at another one.",
    ),
    Occasion.CANCELLED: ("Το ραντεβού σας ακυρώθηκε.", "Your appointment is cancelled."),
    Occasion.CLOSED: (
        "Το ΚΕΠ δεν θα λειτουργήσει εκείνη την ημέρα: το ραντεβού σας ακυρώθηκε. Επιλέξτε άλλη ώρα.",
        "The service centre is closed on that day: your appointment is cancelled. Choose another time.",
    ),
}
_WEEKDAYS: Final = (
    ("Δευτέρα", "Monday"),
    ("Τρίτη", "Tuesday"),
    ("Τετάρτη", "Wednesday"),
    ("Πέμπτη", "Thursday"),
    ("Παρασκευή", "Friday"),
    ("Σάββατο", "Saturday"),
    ("Κυριακή", "Sunday"),
)
_FOOT_EL: Final = (
    "Λαμβάνετε το μήνυμα επειδή δώσατε τη διεύθυνσή σας για το ραντεβού. Στάλθηκε αυτόματα: μην απαντήσετε "
    "σε αυτό."
)
_FOOT_EN: Final = (
    "You receive this message because you gave your address for the appointment. It was sent automatically: "
    "do not answer it."
)
_STANDS: Final = {
    Occasion.BOOKED: AppointmentState.BOOKED,
    Occasion.REMINDER: AppointmentState.BOOKED,
    Occasion.MOVED: AppointmentState.BOOKED,
    Occasion.HANDED_OVER: AppointmentState.BOOKED,
    Occasion.CANCELLED: AppointmentState.CANCELLED,
    Occasion.CLOSED: AppointmentState.CANCELLED,
}
"""In which state an appointment is while it may be told so."""


def tell(appointment: Appointment, occasion: Occasion, transaction: Transaction) -> None:
    """Leave a job for each way on which the visitor can be told."""
    payload = {
        "appointment": str(appointment.id),
        "occasion": occasion.value,
        "sequence": appointment.sequence,
    }
    _leave(appointment.visitor, payload, appointment.case_id, transaction)


def ask_to_choose(changeset: CaseChangeset, service_task_id: UUID) -> None:
    """Leave the jobs that ask the citizen of a case to choose a time."""
    notify, there = changeset.case.notify, changeset.transaction.noticing.channels
    for channel in NoticeChannel:
        if channel in there and address_of(notify, channel):
            changeset.add_job(
                JobKind.TELL_APPOINTMENT,
                {
                    "request": str(service_task_id),
                    "occasion": Occasion.CHOOSE.value,
                    "channel": channel.value,
                },
            )


def moment_words(starts_at: datetime, zone: ZoneInfo) -> Bilingual:
    """A time as it is said: `Πέμπτη 12 Μαρτίου 2026, 10:00`."""
    local = starts_at.astimezone(zone)
    greek, english = _WEEKDAYS[local.weekday()]
    day = day_words(local.date(), beside=date.min)
    return Bilingual(
        f"{english} {day.en}, {local:%H:%M}",
        el=f"{greek} {day.el}, {local:%H:%M}",
        en=f"{english} {day.en}, {local:%H:%M}",
    )


@dataclass(frozen=True, kw_only=True)
class PrepareTelling(Command[Sending | None]):
    """Say what a leased job has to send to a citizen about an appointment."""

    job_id: UUID
    worker: str


def prepare_telling(command: PrepareTelling, transaction: Transaction) -> Sending | None:
    """The attempt to be made; None if it is no longer so, and the job is then done."""
    job = leased_job(command.job_id, command.worker, transaction)
    if job is None:
        return None
    sending = _invitation(job, transaction) if "request" in job.payload else _news(job, transaction)
    if sending is None:
        outbox_store.save_job(transaction.connection, done(job))
    return None if sending and is_put_off(job, sending.channel, transaction) else sending


@dataclass(frozen=True, kw_only=True)
class RecordTelling(Command[None]):
    """Say what came of an attempt to tell a citizen about an appointment."""

    job_id: UUID
    worker: str
    outcome: SendingOutcome


def record_telling(command: RecordTelling, transaction: Transaction) -> None:
    """It was told, is tried again later, or given up; of a case the journal says which."""
    connection = transaction.connection
    found = leased_job(command.job_id, command.worker, transaction)
    # The case before the job: others lock them in this order.
    locked = changeset_store.lock_case(connection, found.case_id) if found and found.case_id else None
    job = locked_job(command.job_id, command.worker, transaction)
    if job is None:
        return
    after = job_after(job, command.outcome, transaction)
    outbox_store.save_job(connection, after)
    if locked is None or after.state is JobState.READY:
        return
    action = "appointment_told" if after.state is JobState.DONE else "appointment_not_told"
    changeset = CaseChangeset(transaction, locked)
    changeset.record(action, {"by": job.payload["channel"], "about": job.payload["occasion"]})
    changeset.save()


def _leave(
    visitor: Visitor, payload: Mapping[str, object], case_id: UUID | None, transaction: Transaction
) -> None:
    for channel in NoticeChannel:
        if channel in transaction.noticing.channels and _address(visitor, channel):
            job = Job(
                id=transaction.new_id(),
                kind=JobKind.TELL_APPOINTMENT,
                case_id=case_id,
                service_task_id=None,
                run_at=transaction.now,
                created_at=transaction.now,
                payload={**payload, "channel": channel.value},
            )
            outbox_store.add_job(transaction.connection, job)


def _address(visitor: Visitor, channel: NoticeChannel) -> str | None:
    return {NoticeChannel.SMS: visitor.sms, NoticeChannel.EMAIL: visitor.email}[channel]


def _news(job: Job, transaction: Transaction) -> Sending | None:
    connection = transaction.connection
    found = store.appointment(connection, UUID(job.payload["appointment"]))
    occasion, channel = Occasion(job.payload["occasion"]), NoticeChannel(job.payload["channel"])
    if found is None or found.sequence != job.payload["sequence"] or found.state is not _STANDS[occasion]:
        return None
    recipient = _address(found.visitor, channel)
    day = found.starts_at.astimezone(ZoneInfo(found.zone)).date()
    branch = organisation_store.branch(connection, found.branch_id, on=day)
    service = schedule_store.service(connection, found.service_id)
    resource = schedule_store.resource(connection, found.resource_id)
    if recipient is None or branch is None or service is None or resource is None:
        return None
    language = found.visitor.language
    named = Bilingual(branch.name, el=branch.name, en=branch.name_en)
    when = _in(moment_words(found.starts_at, ZoneInfo(found.zone)), language)
    where = f"{_in(named, language)}, {_in(resource.called, language)}"
    noticing = transaction.noticing
    address = noticing.tracking_address if found.case_id else noticing.appointment_address
    said = _text(
        occasion, channel, language, lines=(when, where, _in(service.called, language)), address=address
    )
    return Sending(
        notice_id=job.id,
        channel=channel,
        recipient=recipient,
        subject=said.subject,
        text=said.text,
        now=transaction.now,
        calendar=calendar_file(
            found, service=service.called, place=resource.called, branch=named, language=language
        ),
    )


def _invitation(job: Job, transaction: Transaction) -> Sending | None:
    task = service_tasks_store.service_task(transaction.connection, UUID(job.payload["request"]))
    if task is None or not task.is_open or store.of_request(transaction.connection, task.id) is not None:
        return None
    view = changeset_store.case(transaction.connection, task.case_id)
    if view is None:
        return None
    notify, channel = view.case.notify, NoticeChannel(job.payload["channel"])
    recipient = address_of(notify, channel)
    if recipient is None:
        return None
    number = f"{'Υπόθεση' if notify.language is Language.EL else 'Case'} {view.case.number}"
    address = transaction.noticing.tracking_address
    said = _text(Occasion.CHOOSE, channel, notify.language, lines=(number,), address=address)
    return Sending(
        notice_id=job.id,
        channel=channel,
        recipient=recipient,
        subject=said.subject,
        text=said.text,
        now=transaction.now,
    )


def _text(
    occasion: Occasion, channel: NoticeChannel, language: Language, *, lines: tuple[str, ...], address: str
) -> NoticeText:
    """What is said: the occasion, when and where, what for, and where to look; no name of anybody."""
    is_greek = language is Language.EL
    heading = _HEADINGS[occasion][0 if is_greek else 1]
    if channel is NoticeChannel.SMS:
        return NoticeText(subject="", text=f"{heading} {'. '.join(lines)}. {address}".rstrip())
    foot = _FOOT_EL if is_greek else _FOOT_EN
    body = "\n".join((heading, "", *lines, *((address,) if address else ()), "", foot))
    return NoticeText(subject=heading.partition(".")[0], text=f"{body}\n")


def _in(text: Bilingual, language: Language) -> str:
    return text.el if language is Language.EL else text.en
