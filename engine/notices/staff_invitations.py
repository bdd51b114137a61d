"""Invitations to work here, sent by e-mail: the code is made when the message is, and kept nowhere."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.bilingual import Language
from engine.kernel.noticing import NoticeChannel
from engine.notices.channel import Sending, SendingOutcome
from engine.notices.sending_job import job_after
from engine.organisation import version_store
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, locked_job
from engine.people import invitation_store
from engine.people.invitation import new_code

_SUBJECTS: Final = {
    Language.EL: "Πρόσκληση: {place}",
    Language.EN: "Invitation: {place}",
}
_TEXTS: Final = {
    Language.EL: (
        "Σας προσκαλούν να εργαστείτε στο σύστημα ({place}). Ανοίξτε τον σύνδεσμο και ορίστε τον κωδικό "
        "πρόσβασής σας: {link}\nΟ κωδικός της πρόσκλησης είναι {code} και ισχύει έως {until}, για μία φορά."
    ),
    Language.EN: (
        "You are invited to work in the system ({place}). Open the link and choose your password: {link}\n"
        "The code of the invitation is {code}; it holds until {until}, and once."
    ),
}


@dataclass(frozen=True, kw_only=True)
class PrepareStaffInvitation(Command[Sending | None]):
    """Say what a leased job has to send to somebody who is invited."""

    job_id: UUID
    worker: str


def prepare_staff_invitation(command: PrepareStaffInvitation, transaction: Transaction) -> Sending | None:
    """The attempt to be made, with a fresh code; None, with the job done, if the invitation is over."""
    job = locked_job(command.job_id, command.worker, transaction)
    if job is None:
        return None
    connection = transaction.connection
    invitation = invitation_store.lock_invitation(connection, UUID(job.payload["invitation"]))
    if invitation is None or invitation.email is None or not invitation.is_open(transaction.now):
        outbox_store.save_job(connection, done(job))
        return None
    code = new_code()
    invitation_store.save_invitation(connection, invitation.with_code(code))
    names = version_store.names_on(connection, [invitation.organisation_id], on=transaction.today)
    place = names[invitation.organisation_id].called
    language = invitation.language
    called = place.en if language is Language.EN else place.el
    until = invitation.expires_at.astimezone(transaction.zone)
    address = transaction.noticing.invitation_address
    return Sending(
        notice_id=job.id,
        channel=NoticeChannel.EMAIL,
        recipient=invitation.email,
        subject=_SUBJECTS[language].format(place=called),
        text=_TEXTS[language].format(
            place=called, link=f"{address}?code={code}", code=code, until=f"{until:%d/%m/%Y %H:%M}"
        ),
        now=transaction.now,
    )


@dataclass(frozen=True, kw_only=True)
class RecordStaffInvitation(Command[None]):
    """Say what came of an attempt to send an invitation."""

    job_id: UUID
    worker: str
    outcome: SendingOutcome


def record_staff_invitation(command: RecordStaffInvitation, transaction: Transaction) -> None:
    """It was sent, is sent again later with another code, or cannot be sent: then a slip is printed."""
    job = locked_job(command.job_id, command.worker, transaction)
    if job is not None:
        outbox_store.save_job(transaction.connection, job_after(job, command.outcome, transaction))
