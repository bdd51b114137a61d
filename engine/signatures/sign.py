"""Sign or refuse: the party does from their own link, or before a clerk who has seen who they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from engine.bundle.party_rules import PartyRule, SigningMeans
from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset, CaseState, waiting_service_task
from engine.cases.party import Party, person_fields
from engine.cases.reception import IdentityCheck
from engine.context import Command, Transaction
from engine.kernel.actor import Actor
from engine.kernel.permission import require_takes_signature
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.service_tasks.answer import answer
from engine.service_tasks.model import ServiceTask
from engine.signatures import store as signatures_store
from engine.signatures.invite import detail_of
from engine.signatures.model import (
    LONGEST_REASON,
    Signature,
    SigningPass,
    actor_of,
    answer_of,
    lets_in,
    pass_for,
    question_for,
    statement_rule,
)
from engine.signatures.model import digest_of as digest_of_code


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a party says: they sign, with the fields of their form, or refuse for a reason."""

    signed: bool
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AskedSignature:
    """A signature with what it takes to settle it, its case locked; `task` is None once it waits no more."""

    changeset: CaseChangeset
    task: ServiceTask | None
    signature: Signature
    party: Party
    rule: PartyRule


@dataclass(frozen=True, kw_only=True)
class OpenedLink:
    """What came of opening a link; `given` is None for a wrong answer, or for a link that opens no more."""

    given: SigningPass | None
    is_spent: bool = False


@dataclass(frozen=True, kw_only=True)
class OpenLink(Command[OpenedLink]):
    """Show who you are: the code in your link, and the last digits of the number you are known by."""

    code: str
    digits: str


def open_link(command: OpenLink, transaction: Transaction) -> OpenedLink:
    """A pass, if the answer is right; a wrong one is counted, and after five the link opens nothing.

    `NotFound` for a code that is nobody's, alike for one that was replaced.
    """
    found = signatures_store.signature_with_digest(transaction.connection, digest_of_code(command.code))
    if found is None:
        raise no_such_link()
    asked = _locked(found, transaction)
    signature = asked.signature
    if signature.digest != found.digest or not signature.link_opens(transaction.now):
        return OpenedLink(given=None, is_spent=True)
    question = question_for(asked.party.person, asked.rule)
    if question is None or not question.is_answered_by(command.digits):
        wrong = signature.guessed_wrong()
        _change(asked, wrong)
        if not wrong.link_opens(transaction.now):
            asked.changeset.record("signing_link_spent", detail_of(wrong, asked.party, [asked.rule]))
        asked.changeset.save()
        return OpenedLink(given=None, is_spent=not wrong.link_opens(transaction.now))
    opened = signature.opened(transaction.now)
    if opened != signature:
        _change(asked, opened)
        if opened.state is not signature.state:
            with asked.changeset.in_the_name_of(actor_of(asked.rule.role)):
                asked.changeset.record("signing_link_opened", detail_of(opened, asked.party, [asked.rule]))
        asked.changeset.save()
    return OpenedLink(given=pass_for(opened, now=transaction.now))


@dataclass(frozen=True, kw_only=True)
class SignFromLink(Command[Signature]):
    """Sign or refuse, with the pass that a link gave."""

    given: SigningPass
    decision: Decision


def sign_from_link(command: SignFromLink, transaction: Transaction) -> Signature:
    """The signature as it has become; `Conflict` if it was settled already, however it was."""
    found = signatures_store.signature(transaction.connection, command.given.signature_id)
    if found is None:
        raise no_such_link()
    asked = _locked(found, transaction)
    if not lets_in(command.given, asked.signature, transaction.now):
        raise no_such_link()
    if not asked.signature.link_opens(transaction.now):
        raise no_such_link()
    return _settle(
        asked, command.decision, means=SigningMeans.LINK, identity=None, by=actor_of(asked.rule.role)
    )


@dataclass(frozen=True, kw_only=True)
class SignAtCounter(Command[CaseState]):
    """Take the signature, or the refusal, of a party who has come, and whose identity document was seen."""

    service_task_id: UUID
    identity: IdentityCheck
    decision: Decision


def sign_at_counter(command: SignAtCounter, transaction: Transaction) -> CaseState:
    """The case as it goes on; the party's link opens nothing to sign any more."""
    asked = asked_signature(command.service_task_id, transaction)
    if SigningMeans.COUNTER not in asked.rule.means:
        raise Conflict("This procedure takes this signature from the link only.", code="not_at_counter")
    if command.identity is IdentityCheck.QUESTIONS:
        raise Invalid.field("identity", "expected a document that was seen")
    _settle(
        asked, command.decision, means=SigningMeans.COUNTER, identity=command.identity, by=transaction.actor
    )
    return asked.changeset.state


def asked_signature(service_task_id: UUID, transaction: Transaction) -> AskedSignature:
    """The signature of a service task, for those who work on its case; the case is locked."""
    changeset, _task = waiting_service_task(transaction, service_task_id)
    require_takes_signature(transaction.actor, changeset.case)
    found = signatures_store.signature_of(transaction.connection, service_task_id)
    if found is None:
        raise NotFound.of("signature", service_task_id)
    return _in(changeset, found)


def no_such_link() -> NotFound:
    """The refusal for a wrong code, a link that was replaced, and a pass that is over: all alike."""
    return NotFound("There is nothing to sign with this link.")


def _locked(found: Signature, transaction: Transaction) -> AskedSignature:
    """A signature that was found without its case, read again once the case is locked."""
    locked = changeset_store.lock_case(transaction.connection, found.case_id)
    again = signatures_store.signature(transaction.connection, found.id)
    if locked is None or again is None:
        raise no_such_link()
    return _in(CaseChangeset(transaction, locked), again)


def _in(changeset: CaseChangeset, signature: Signature) -> AskedSignature:
    task = changeset.service_task(signature.service_task_id)
    signer = next(one for one in changeset.signers() if one.party.id == signature.party_id)
    rule = statement_rule(signer.party, changeset.procedure.parties)
    if rule is None:
        raise AssertionError("a signature is asked only of a role that signs")
    return AskedSignature(changeset=changeset, task=task, signature=signature, party=signer.party, rule=rule)


def _change(asked: AskedSignature, changed: Signature) -> None:
    asked.changeset.put_signature(changed)


def _settle(
    asked: AskedSignature,
    decision: Decision,
    *,
    means: SigningMeans,
    identity: IdentityCheck | None,
    by: Actor,
) -> Signature:
    """Settle the signature, and let the case go on with it."""
    changeset = asked.changeset
    transaction = changeset.transaction
    asked.signature.require_awaited()
    changeset.case.require_open()
    if asked.task is None:
        raise Conflict("This signature is not awaited any more.", code="signature_not_awaited")
    answers, reason = _accepted(asked, decision)
    settled = asked.signature.settled(
        signed=decision.signed, at=transaction.now, means=means, identity=identity, reason=reason
    )
    # Before the step: what the diagram asks of stoa.parties is how the parties stand now.
    changeset.put_signature(settled)
    line = "party_signed" if decision.signed else "party_refused"
    detail = {**detail_of(settled, asked.party, [asked.rule]), "means": means.value}
    with changeset.in_the_name_of(by):
        changeset.record(line, {**detail, "identity": identity.value} if identity else detail, reason=reason)
        answer(changeset, asked.task, answer_of(settled, answers, transaction.zone))
    changeset.save()
    return settled


def _accepted(asked: AskedSignature, decision: Decision) -> tuple[Mapping[str, Any], str | None]:
    """The fields of the party's form, or the reason of a refusal; `Invalid` for what does not fit."""
    reason = decision.reason.strip()
    if not decision.signed:
        if not 1 <= len(reason) <= LONGEST_REASON:
            raise Invalid.field("reason", f"expected from 1 to {LONGEST_REASON} characters")
        return {}, reason
    form = asked.changeset.procedure.signing_form(asked.rule.role)
    if form is None:
        if decision.data:
            raise Invalid.field("data", "this signature takes no fields")
        return {}, None
    return form.accept(decision.data, scope={"party": person_fields(asked.party.person)}), None
