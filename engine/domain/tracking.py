"""Tracking: what the receipt of a case opens to whoever holds it, by its number and its code."""

import hmac

from engine.domain.case import Case
from engine.domain.refusal import NotFound


def opens(case: Case, *, number: str, code: str) -> bool:
    """Whether that number (as `CaseNumber` writes it) and that code stand on the receipt of the case."""
    given = code.strip().upper().encode()
    is_its_code = hmac.compare_digest(case.tracking_code.encode(), given)
    return is_its_code and case.number == number


def no_such_receipt() -> NotFound:
    """The refusal for a wrong code, an unknown number, and what belongs to another case: all alike."""
    return NotFound("There is no case with this number and code.")
