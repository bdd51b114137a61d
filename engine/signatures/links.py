"""Links of parties: sent anew, revoked, and told to a party by the worker."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset
from engine.context import Command, Transaction
from engine.kernel.bilingual import Language
from engine.kernel.noticing import NoticeChannel
from engine.kernel.refusal import Conflict
from engine.notices.channel import Sending, SendingOutcome
from engine.notices.sending_job import is_put_off, job_after
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, locked_job
from engine.outbox.model import Job, JobState
from engine.sealing.seals import Seals, SecretKind
from engine.signatures import store as signatures_store
from engine.signatures.invite import address_of, detail_of, linked, may_have_link, send
from engine.signatures.model import Signature, Signer
from engine.signatures.sign import asked_signature

_SUBJECTS: Final = {
    Language.EL: "Σας ζητούν να υπογράψετε στην υπόθεση {number}",
    Language.EN: "You are asked to sign in case {number}",
}
_TEXTS: Final = {
    Language.EL: "Σας ζητούν να υπογράψετε στην υπόθεση {number}. Ο σύνδεσμος είναι μόνο για εσάς: {link}",
    Language.EN: "You are asked to sign in case {number}. The link is for you alone: {link}",
}
_WITHOUT_LINK: Final = {
    Language.EL: "Σας ζητούν να υπογράψετε στην υπόθεση {number}. Ρωτήστε στο ΚΕΠ της υπόθεσης.",
    Language.EN: "You are asked to sign in case {number}. Ask at the service centre of the case.",
}


@dataclass(frozen=True, kw_only=True)
class SendLink(Command[Signature]):
    """Give a party a new link in place of the old one, and send it on every way that reaches them."""

    service_task_id: UUID


def send_link(command: SendLink, transaction: Transaction) -> Signature:
    """The signature with its new link; `Conflict` if the party cannot sign from home, or need not."""
    asked = asked_signature(command.service_task_id, transaction)
    asked.signature.require_awaited()
    asked.changeset.case.require_open()
    if asked.task is None or not may_have_link(asked.party, asked.rule):
        raise Conflict("This party signs at the counter only.", code="not_from_link")
    renewed = linked(asked.changeset, asked.signature, asked.task)
    ways = send(asked.changeset, renewed, asked.party)
    asked.changeset.put_signature(renewed)
    detail = {**detail_of(renewed, asked.party, [asked.rule]), "by": [way.value for way in ways]}
    asked.changeset.record("signing_link_sent", detail)
    asked.changeset.save()
    return renewed


@dataclass(frozen=True, kw_only=True)
class RevokeLink(Command[Signature]):
    """Take a party's link back, as when it went to the wrong person."""

    service_task_id: UUID


def revoke_link(command: RevokeLink, transaction: Transaction) -> Signature:
    """The signature without a link; it may still be given at the counter, or from a new one."""
    asked = asked_signature(command.service_task_id, transaction)
    revoked = asked.signature.revoked()
    asked.changeset.put_signature(revoked)
    asked.changeset.record("signing_link_revoked", detail_of(revoked, asked.party, [asked.rule]))
    asked.changeset.save()
    return revoked


def code_of(signature: Signature, seals: Seals) -> str | None:
    """The code in the link, as it is typed; None while there is none."""
    if signature.sealed is None:
        return None
    return seals.opened(signature.sealed, kind=SecretKind.SIGNING_CODE, owner=signature.id).decode()


@dataclass(frozen=True, kw_only=True)
class PrepareInvitation(Command[Sending | None]):
    """Say what a leased job has to send to a party."""

    job_id: UUID
    worker: str


def prepare_invitation(command: PrepareInvitation, transaction: Transaction) -> Sending | None:
    """The attempt to be made; None, with the job done, if the party need not sign, or has no link."""
    job = locked_job(command.job_id, command.worker, transaction)
    if job is None or job.case_id is None:
        return None
    signer = _signer(job, transaction)
    way = NoticeChannel(job.payload["by"])
    recipient = address_of(signer.party.person, way) if signer else None
    signature = signer.signature if signer else None
    code = code_of(signature, transaction.seals) if signature else None
    locked = changeset_store.lock_case(transaction.connection, job.case_id)
    if signature is None or code is None or recipient is None or locked is None:
        outbox_store.save_job(transaction.connection, done(job))
        return None
    if is_put_off(job, way, transaction):
        return None
    address = transaction.noticing.signing_address
    language = locked.case.notify.language
    texts = _TEXTS if address else _WITHOUT_LINK
    link = f"{address}?code={code}"
    return Sending(
        notice_id=job.id,
        channel=way,
        recipient=recipient,
        subject="" if way is NoticeChannel.SMS else _SUBJECTS[language].format(number=locked.case.number),
        text=texts[language].format(number=locked.case.number, link=link),
        now=transaction.now,
    )


@dataclass(frozen=True, kw_only=True)
class RecordInvitation(Command[None]):
    """Say what came of an attempt to send a party their link."""

    job_id: UUID
    worker: str
    outcome: SendingOutcome


def record_invitation(command: RecordInvitation, transaction: Transaction) -> None:
    """The link was sent, is sent again later, or cannot be sent: the clerk then hands it over."""
    job = locked_job(command.job_id, command.worker, transaction)
    locked = changeset_store.lock_case(transaction.connection, job.case_id) if job and job.case_id else None
    signer = _signer(job, transaction) if job and locked else None
    if job is None or locked is None or signer is None or signer.signature is None:
        return
    after = job_after(job, command.outcome, transaction)
    outbox_store.save_job(transaction.connection, after)
    if after.state is JobState.READY:
        return
    line = "invitation_sent" if after.state is JobState.DONE else "invitation_given_up"
    changeset = CaseChangeset(transaction, locked)
    detail = detail_of(signer.signature, signer.party, changeset.procedure.parties)
    changeset.record(line, {**detail, "by": job.payload["by"]})
    changeset.save()


def _signer(job: Job, transaction: Transaction) -> Signer | None:
    """The party of the job's signature, while it is awaited."""
    wanted = UUID(job.payload["signature"])
    found = signatures_store.signers_of(transaction.connection, job.case_id) if job.case_id else ()
    for signer in found:
        signature = signer.signature
        if signature is not None and signature.id == wanted and signature.state.is_awaited:
            return signer
    return None
