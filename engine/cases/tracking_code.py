"""Tracking: what the receipt of a case opens to whoever holds it, by its number and its code."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from engine.cases import changeset_store
from engine.cases import store as cases_store
from engine.cases.case_number import CaseNumber
from engine.cases.changeset_store import CaseView
from engine.cases.model import Case
from engine.cases.receipt_code import DIGESTED, KEYED, digest_of, is_code
from engine.context import Transaction
from engine.kernel.refusal import Invalid, NotFound
from engine.sealing.seals import SealedAnew, Seals, SecretKind
from engine.storage.database import Connection

PASS_LIFE = timedelta(minutes=30)
"""How long a browser is shown a case without the code being given again."""


@dataclass(frozen=True, kw_only=True)
class TrackingPass:
    """Stands for the code of a receipt for a while, so that a browser need not keep the code.

    It opens the case that it was made for until `PASS_LIFE` after `began_at`, and tells nothing of the code.
    """

    began_at: datetime
    seal: str


Proof = str | TrackingPass
"""The code on a receipt, or a pass that was given for it."""


def pass_for(case: Case, *, now: datetime) -> TrackingPass:
    """A pass that begins now, in whole seconds."""
    began_at = now.replace(microsecond=0)
    return TrackingPass(began_at=began_at, seal=_seal(case, began_at))


def opens(case: Case, *, number: str, proof: Proof, now: datetime, seals: Seals) -> bool:
    """Whether that number (as `CaseNumber` writes it) and that proof open the case."""
    if isinstance(proof, str):
        is_proved = is_code(proof, digest=case.tracking_digest, case_id=case.id, seals=seals)
    else:
        is_proved = hmac.compare_digest(_seal(case, proof.began_at).encode(), proof.seal.encode())
        is_proved = is_proved and proof.began_at <= now < proof.began_at + PASS_LIFE
    return is_proved and case.number == number


def case_of_receipt(
    connection: Connection, *, number: str, proof: Proof, now: datetime, seals: Seals
) -> CaseView:
    """The case that the number on a receipt, as a person writes it, and that proof open."""
    refusal = no_such_receipt()
    try:
        known_number = str(CaseNumber.read(number))
    except Invalid as wrong:
        raise refusal from wrong
    view = changeset_store.case_numbered(connection, known_number)
    if view is None or not opens(view.case, number=known_number, proof=proof, now=now, seals=seals):
        raise refusal
    return view


def code_of(connection: Connection, case: Case, seals: Seals) -> str:
    """The code of a case's receipt; `Unavailable` (`KEY_MISSING`) if no key at hand opens it."""
    sealed = cases_store.SEALED_CODES.of(connection, case.id)
    if sealed is None:
        return case.tracking_digest
    return seals.opened(sealed, kind=SecretKind.TRACKING_CODE, owner=case.id).decode()


def seal_plain_codes(transaction: Transaction, *, after: UUID, limit: int) -> SealedAnew:
    """Seal the codes of up to `limit` cases that keep them as they are; the key of today is at hand."""
    connection, seals = transaction.connection, transaction.seals
    plain = cases_store.lock_plain_codes(connection, (DIGESTED, KEYED), after=after, limit=limit)
    for case_id, code in plain.items():
        sealed = seals.sealed(code.encode(), kind=SecretKind.TRACKING_CODE, owner=case_id)
        cases_store.keep_code(connection, case_id, digest=digest_of(code, case_id, seals), sealed=sealed)
    return SealedAnew(renewed=len(plain), unopened=0, last=list(plain)[-1] if plain else None)


def renew_digests(transaction: Transaction, codes: Mapping[UUID, bytes]) -> None:
    """Make the digests anew that an older key was used for, of these codes by case."""
    digests = {
        case_id: digest_of(code.decode(), case_id, transaction.seals) for case_id, code in codes.items()
    }
    cases_store.replace_digests(transaction.connection, digests, kept_as=KEYED)


def no_such_receipt() -> NotFound:
    """The refusal for a wrong code, an unknown number, and what belongs to another case: all alike."""
    return NotFound("There is no case with this number and code.")


def _seal(case: Case, began_at: datetime) -> str:
    key = case.id.bytes + case.tracking_digest.encode()
    return hmac.digest(key, f"{case.number} {began_at.timestamp():.0f}".encode(), hashlib.sha256).hex()
