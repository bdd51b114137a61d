"""One-time codes of a telephone: TOTP (RFC 6238) with SHA-1, six digits and steps of 30 seconds.

These are the parameters that every authenticator understands. A code is good for its own step and for the
one before and after it, and once only (section 5.2 of the RFC).
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
"""As long as the digest (RFC 4226, section 4, requirement 6)."""
_DRIFT = 1


def new_secret() -> bytes:
    """A fresh secret."""
    return secrets.token_bytes(SECRET_BYTES)


def step_at(moment: datetime) -> int:
    """The number of the step that the moment (aware) lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_of(secret: bytes, step: int) -> str:
    """The code of a step, with its leading zeros."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(code: str, *, secret: bytes, now: datetime, after: int | None) -> int | None:
    """The step whose code that is, if it is near `now` and later than the step `after`, else None.

    Every candidate is compared, in constant time, so that an answer does not tell how near a guess was.
    """
    present = step_at(now)
    found = None
    for step in range(present - _DRIFT, present + _DRIFT + 1):
        is_this = hmac.compare_digest(code_of(secret, step).encode(), code.encode())
        if is_this and (after is None or step > after):
            found = step
    return found


def as_text(secret: bytes) -> str:
    """The secret as a person types it: base32 in groups of four."""
    letters = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def enrolment_address(secret: bytes, *, username: str, issuer: str) -> str:
    """What the QR code of an enrolment holds: `otpauth://totp/…`, the authenticators' key URI format."""
    label = f"{quote(issuer)}:{quote(username)}"
    asked = {
        "secret": base64.b32encode(secret).decode().rstrip("="),
        "issuer": issuer,
        "algorithm": "SHA1",
        "digits": DIGITS,
        "period": STEP_SECONDS,
    }
    return f"otpauth://totp/{label}?{urlencode(asked, quote_via=quote)}"
