"""Tracking: what the receipt of a case opens to whoever holds it, by its number and its code."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.cases import changeset_store
from engine.cases.case_number import CaseNumber
from engine.cases.changeset_store import CaseView
from engine.cases.model import Case
from engine.kernel.refusal import Invalid, NotFound
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


def opens(case: Case, *, number: str, proof: Proof, now: datetime) -> bool:
    """Whether that number (as `CaseNumber` writes it) and that proof open the case."""
    if isinstance(proof, str):
        is_proved = hmac.compare_digest(case.tracking_code.encode(), proof.strip().upper().encode())
    else:
        is_proved = hmac.compare_digest(_seal(case, proof.began_at).encode(), proof.seal.encode())
        is_proved = is_proved and proof.began_at <= now < proof.began_at + PASS_LIFE
    return is_proved and case.number == number


def case_of_receipt(connection: Connection, *, number: str, proof: Proof, now: datetime) -> CaseView:
    """The case that the number on a receipt, as a person writes it, and that proof open."""
    refusal = no_such_receipt()
    try:
        known_number = str(CaseNumber.read(number))
    except Invalid as wrong:
        raise refusal from wrong
    view = changeset_store.case_numbered(connection, known_number)
    if view is None or not opens(view.case, number=known_number, proof=proof, now=now):
        raise refusal
    return view


def no_such_receipt() -> NotFound:
    """The refusal for a wrong code, an unknown number, and what belongs to another case: all alike."""
    return NotFound("There is no case with this number and code.")


def _seal(case: Case, began_at: datetime) -> str:
    # The case's id, which nobody outside is told, keeps a seal from being searched for the short code in it.
    key = case.id.bytes + case.tracking_code.encode()
    return hmac.digest(key, f"{case.number} {began_at.timestamp():.0f}".encode(), hashlib.sha256).hex()
