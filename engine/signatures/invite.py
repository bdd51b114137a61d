"""Invite a party to sign: the signature that a service task asks for, its link, and the jobs that send it."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from engine.bundle.party_rules import PartyRule, SigningMeans, rule_of
from engine.cases.changeset import CaseChangeset
from engine.cases.party import Party
from engine.cases.receipt_code import fresh_code
from engine.kernel.noticing import NoticeChannel
from engine.kernel.refusal import Conflict
from engine.kernel.signing import PARTY
from engine.kernel.vocabulary import Person
from engine.outbox.model import JobKind
from engine.sealing.seals import SecretKind
from engine.service_tasks.model import ServiceTask
from engine.signatures.model import (
    LINK_LIFE,
    Signature,
    digest_of,
    mobile_of,
    question_for,
    statement_rule,
)

LINK_DAYS: Final = "link_days"
"""The task header that says for how many days a link opens."""
_DAYS = re.compile(r"[1-9][0-9]{0,2}")


def invite(changeset: CaseChangeset, task: ServiceTask) -> None:
    """Ask the party that the service task was handed for their signature, and send them their link.

    `Conflict` if it was handed no party of this case of whom procedure.yaml asks one.
    """
    party, rule = _asked(changeset, task)
    signature = Signature(
        id=changeset.transaction.new_id(),
        case_id=changeset.case.id,
        party_id=party.id,
        service_task_id=task.id,
        asked_at=changeset.transaction.now,
    )
    if may_have_link(party, rule):
        signature = linked(changeset, signature, task)
        send(changeset, signature, party)
    changeset.ask_signature(signature)
    changeset.record("signature_asked", detail_of(signature, party, [rule]))


def may_have_link(party: Party, rule: PartyRule) -> bool:
    """Whether a party may sign from home: the procedure lets them, and they can show who they are."""
    return SigningMeans.LINK in rule.means and question_for(party.person, rule) is not None


def linked(changeset: CaseChangeset, signature: Signature, task: ServiceTask) -> Signature:
    """The signature with a fresh link; an earlier one opens nothing from then on."""
    code, transaction = fresh_code(), changeset.transaction
    sealed = transaction.seals.kept_code(code.encode(), owner=signature.id, kind=SecretKind.SIGNING_CODE)
    return signature.linked(
        digest=digest_of(code), sealed=sealed, until=transaction.now + _life(task.headers.get(LINK_DAYS))
    )


def link_made_at(signature: Signature, task: ServiceTask) -> datetime:
    """When the present link was made; when the signature was asked where there is none."""
    if signature.expires_at is None:
        return signature.asked_at
    return signature.expires_at - _life(task.headers.get(LINK_DAYS))


def send(changeset: CaseChangeset, signature: Signature, party: Party) -> tuple[NoticeChannel, ...]:
    """Leave jobs that send the link on every way that reaches the party; on which ways."""
    there = changeset.transaction.noticing.channels
    ways = tuple(way for way in NoticeChannel if way in there and address_of(party.person, way))
    for way in ways:
        changeset.add_job(JobKind.SEND_INVITATION, {"signature": str(signature.id), "by": way.value})
    return ways


def address_of(person: Person, way: NoticeChannel) -> str | None:
    """Where a party is reached on that way; None if they are not."""
    return mobile_of(person) if way is NoticeChannel.SMS else person.email


def detail_of(signature: Signature, party: Party, rules: Iterable[PartyRule]) -> dict[str, Any]:
    """What the journal is told of a signature: of its party, what they are in the case, and initials."""
    rule = rule_of(party.declared_role, rules)
    return {
        "signature": str(signature.id),
        "service_task": str(signature.service_task_id),
        "role": party.declared_role or party.role.value,
        "called": {"el": rule.title.el, "en": rule.title.en} if rule else None,
        "initials": party.initials,
    }


def _asked(changeset: CaseChangeset, task: ServiceTask) -> tuple[Party, PartyRule]:
    given = task.variables.get(PARTY)
    wanted = given.get("id") if isinstance(given, dict) else None
    for signer in changeset.signers():
        if str(signer.party.id) == wanted:
            rule = statement_rule(signer.party, changeset.procedure.parties)
            if rule is not None:
                return signer.party, rule
            raise Conflict(
                f"Expected that procedure.yaml asks a signature of {signer.party.declared_role}, "
                f"but {task.element_id} asks one that it does not.",
                code="signature_not_declared",
            )
    raise Conflict(
        f"Expected {task.element_id} to be handed one of stoa.parties(role) as its input {PARTY}.",
        code="party_unknown",
    )


def _life(days: str | None) -> timedelta:
    """How long a link opens; the usual time where the diagram says nothing that can be read."""
    if days is None or not _DAYS.fullmatch(days):
        return LINK_LIFE
    return timedelta(days=int(days))
