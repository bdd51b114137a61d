"""A signature that is asked of a party: its life, its link, and by what the party shows who they are."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final
from uuid import UUID

from engine.bundle.party_rules import Identifier, PartyRule, SigningMeans, rule_of
from engine.cases.party import Party
from engine.cases.receipt_code import normal
from engine.cases.reception import IdentityCheck
from engine.kernel.actor import Actor, ActorKind
from engine.kernel.refusal import Conflict
from engine.kernel.signing import SignatureState
from engine.kernel.vocabulary import Person

LINK_LIFE: Final = timedelta(days=30)
"""How long a link opens, unless the diagram says otherwise."""
MOST_FAILURES: Final = 5
"""After so many wrong answers to who somebody is a link opens nothing more: the clerk sends a new one."""
PASS_LIFE: Final = timedelta(minutes=30)
"""How long a browser is shown what its party signs without being asked again."""
ASKED_DIGITS: Final = 4
"""So many letters or digits, the last ones, of the number that a party is known by."""
LONGEST_REASON: Final = 1000
"""Characters."""

A_PARTY: Final = Actor(kind=ActorKind.CITIZEN, id=None, name="a party")
"""Whoever holds the link of a party. No user can have a name with a space."""


def actor_of(role: str) -> Actor:
    """A party as the journal names them: by what they are in the case, never by name."""
    return Actor(kind=ActorKind.CITIZEN, id=None, name=f"party {role}")


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A signature that a service task asks of a party; changed by evolving.

    `digest` is of the code in the link, and `sealed` the code itself, for whoever sends or prints it; both
    are None while there is no link. `failures` counts wrong answers to who the party is. `means` and
    `settled_at` say how and when it was signed or refused, `identity` what the clerk saw, `reason` why it was
    refused.
    """

    id: UUID
    case_id: UUID
    party_id: UUID
    service_task_id: UUID
    asked_at: datetime
    state: SignatureState = SignatureState.INVITED
    digest: str | None = None
    sealed: bytes | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    failures: int = 0
    opened_at: datetime | None = None
    settled_at: datetime | None = None
    means: SigningMeans | None = None
    identity: IdentityCheck | None = None
    reason: str | None = None

    def link_opens(self, now: datetime) -> bool:
        """Whether the link may be used now: it is not too old, and was not guessed at too often."""
        return self.expires_at is not None and now < self.expires_at and self.failures < MOST_FAILURES

    def require_awaited(self) -> None:
        """Refuse unless the party may still sign."""
        if not self.state.is_awaited:
            raise Conflict(
                f"Expected signature {self.id} to be awaited, but it is {self.state}.",
                code=f"signature_{self.state}",
            )

    def signed_on(self, zone: tzinfo) -> str | None:
        """The local date on which it was signed; None if it was not."""
        if self.state is not SignatureState.SIGNED or self.settled_at is None:
            return None
        return self.settled_at.astimezone(zone).date().isoformat()

    def linked(self, *, digest: str, sealed: bytes, until: datetime) -> "Signature":
        """The signature with a new link; an earlier one opens nothing any more."""
        self.require_awaited()
        return replace(self, digest=digest, sealed=sealed, expires_at=until, failures=0)

    def revoked(self) -> "Signature":
        """The signature without a link."""
        self.require_awaited()
        return replace(self, digest=None, sealed=None, expires_at=None)

    def guessed_wrong(self) -> "Signature":
        """The signature after a wrong answer to who its party is."""
        return replace(self, failures=self.failures + 1)

    def opened(self, at: datetime) -> "Signature":
        """The signature once its party has shown who they are; wrong answers before are forgiven."""
        if self.state is not SignatureState.INVITED:
            return replace(self, failures=0)
        return replace(self, state=SignatureState.OPENED, opened_at=at, failures=0)

    def settled(
        self,
        *,
        signed: bool,
        at: datetime,
        means: SigningMeans,
        identity: IdentityCheck | None,
        reason: str | None,
    ) -> "Signature":
        """The signature once it was given or refused; its code is kept no longer."""
        self.require_awaited()
        return replace(
            self,
            state=SignatureState.SIGNED if signed else SignatureState.REFUSED,
            settled_at=at,
            means=means,
            identity=identity,
            reason=reason,
            sealed=None,
        )


@dataclass(frozen=True, kw_only=True)
class Signer:
    """A party with the newest signature that was asked of them; None if none was."""

    party: Party
    signature: Signature | None = None

    @property
    def state(self) -> SignatureState | None:
        """How it stands; None while nothing is asked of them."""
        return self.signature.state if self.signature else None


def facts_of(signer: Signer, zone: tzinfo) -> dict[str, Any]:
    """A party as FEEL knows them: who they are and how their signature stands, and not how to reach them.

    `state` is null until something is asked of them, `signed_on` is the local date in `zone`, or null.
    """
    party, signature, person = signer.party, signer.signature, signer.party.person
    return {
        "id": str(party.id),
        "role": party.declared_role or party.role.value,
        "name": person.full_name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "afm": person.afm,
        "amka": person.amka,
        "identity_document": person.identity_document,
        "state": signature.state.value if signature else None,
        "signed_on": signature.signed_on(zone) if signature else None,
    }


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a party is asked to show who they are: the end of a number that they are known by."""

    identifier: Identifier
    expected: str = field(repr=False)

    def is_answered_by(self, typed: str) -> bool:
        """Whether that is the end of the number, however it is typed."""
        return hmac.compare_digest(normal(typed).encode(), self.expected.encode())


def question_for(person: Person, rule: PartyRule) -> Question | None:
    """What a party of that role is asked; None if nothing is known of them that could be asked."""
    for identifier in rule.identified_by:
        number = normal(getattr(person, identifier.value) or "")
        if len(number) >= ASKED_DIGITS:
            return Question(identifier=identifier, expected=number[-ASKED_DIGITS:])
    return None


def digest_of(code: str) -> str:
    """What is kept of the code in a link to find it by; of 80 bits, so that it tells nothing of the code."""
    return hashlib.sha256(b"stoa signing code:" + normal(code).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class SigningPass:
    """Stands for a link and for the answer to who the party is, for `PASS_LIFE` after `began_at`."""

    signature_id: UUID
    began_at: datetime
    seal: str


def pass_for(signature: Signature, *, now: datetime) -> SigningPass:
    """A pass that begins now, in whole seconds."""
    began_at = now.replace(microsecond=0)
    return SigningPass(signature_id=signature.id, began_at=began_at, seal=_seal(signature, began_at))


def lets_in(given: SigningPass, signature: Signature, now: datetime) -> bool:
    """Whether the pass opens the signature: it is the pass of its present link, and not over."""
    is_ours = hmac.compare_digest(_seal(signature, given.began_at).encode(), given.seal.encode())
    is_present = given.began_at <= now < given.began_at + PASS_LIFE
    return is_ours and is_present and signature.digest is not None


def _seal(signature: Signature, began_at: datetime) -> str:
    key = signature.id.bytes + (signature.digest or "").encode()
    return hmac.digest(key, f"{began_at.timestamp():.0f}".encode(), hashlib.sha256).hex()


_MOBILE = re.compile(r"(?:(?:\+|00)30)?(69[0-9]{8})|(\+[1-9][0-9]{6,14})")


def mobile_of(person: Person) -> str | None:
    """The number of a party in E.164 if an SMS may reach it: a Greek mobile, or one with a country's code."""
    found = _MOBILE.fullmatch(re.sub(r"[\s().\-/]", "", person.phone or ""))
    if found is None:
        return None
    return f"+30{found.group(1)}" if found.group(1) else found.group(2)


def statement_rule(party: Party, rules: Iterable[PartyRule]) -> PartyRule | None:
    """The rule of a party of whom a signature may be asked; None if nothing is."""
    rule = rule_of(party.declared_role, rules)
    return rule if rule is not None and rule.statement is not None else None


def answer_of(signature: Signature, answers: Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    """What the service task of a settled signature gives back to its diagram.

    `state` is `signed` or `refused`, `signed_on` the local date or null, `answers` are the fields of the
    party's form, `reason` says why it was refused.
    """
    return {
        "state": signature.state.value,
        "signed_on": signature.signed_on(zone),
        "answers": dict(answers),
        "reason": signature.reason,
    }
