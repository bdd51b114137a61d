"""Codes of receipts: made, compared, and kept so that the database alone does not tell them.

A code has 80 bits, so that its digest (SHA-256) tells nothing of it. Codes of before have 40: whoever has
the digest of one finds the code by trying, so theirs are made with a key of the installation (HMAC-SHA256)
and say with which. The code itself is kept sealed, for whoever prints the receipt again.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from uuid import UUID

from engine.kernel.refusal import Unavailable
from engine.sealing.keyring import KEY_MISSING
from engine.sealing.seals import Seals

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""32 letters and digits, none that is easily mistaken for another (Crockford, Base 32)."""
_BITS = 80
_LONG_ENOUGH = _BITS // 5
_MEANT = str.maketrans("OILΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "011ABEZH1KMN0PTYX")
"""What somebody means who types a letter that looks like another, or has a Greek keyboard."""
_LABEL = "tracking codes"
DIGESTED, KEYED = "sha256$", "hmac$"
"""How the two forms of digests begin. A text with neither is a code of before, kept as it is."""


@dataclass(frozen=True, kw_only=True)
class IssuedCode:
    """A fresh code with what is kept of it: its digest, and the code itself, sealed."""

    code: str = field(repr=False)
    digest: str
    sealed: bytes


def issued_code(case_id: UUID, seals: Seals) -> IssuedCode:
    """A code for a case, as it stands on the receipt: `K7QX-9PAB-2MRT-4WZE`."""
    code = fresh_code()
    return IssuedCode(
        code=code,
        digest=DIGESTED + _digest(normal(code), case_id),
        sealed=seals.kept_code(code.encode(), owner=case_id),
    )


def fresh_code() -> str:
    """A code of 80 random bits, as people type it: `K7QX-9PAB-2MRT-4WZE`."""
    number = secrets.randbits(_BITS)
    letters = [LETTERS[number >> shift & 31] for shift in range(0, _BITS, 5)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, len(letters), 4))


def normal(typed: str) -> str:
    """A code as it is compared, however a person types it: capital letters and digits alone."""
    return "".join(letter for letter in typed.upper().translate(_MEANT) if letter.isalnum())


def is_code(typed: str, *, digest: str, case_id: UUID, seals: Seals) -> bool:
    """Whether that is the code of the case with that digest.

    `Unavailable` (`KEY_MISSING`) if the digest was made with a key that is not at hand.
    """
    given = normal(typed)
    if digest.startswith(DIGESTED):
        return hmac.compare_digest(digest.removeprefix(DIGESTED), _digest(given, case_id))
    if not digest.startswith(KEYED):
        return hmac.compare_digest(normal(digest).encode(), given.encode())
    name, _, expected = digest.removeprefix(KEYED).partition("$")
    for key in seals.keyring.labelled(_LABEL):
        if key.name.hex() == name:
            return hmac.compare_digest(expected, _keyed_digest(given, case_id, key.secret))
    raise Unavailable(
        "The key with which the digest of a tracking code was made is not among those of STOA_SECRET_KEYS.",
        code=KEY_MISSING,
    )


def digest_of(code: str, case_id: UUID, seals: Seals) -> str:
    """What is kept of a code to compare with, made with the key of today, which is there, for a short one."""
    if len(normal(code)) >= _LONG_ENOUGH:
        return DIGESTED + _digest(normal(code), case_id)
    key = seals.keyring.labelled(_LABEL)[0]
    return f"{KEYED}{key.name.hex()}${_keyed_digest(normal(code), case_id, key.secret)}"


def _digest(code: str, case_id: UUID) -> str:
    return hashlib.sha256(b"stoa tracking code:" + case_id.bytes + code.encode()).hexdigest()


def _keyed_digest(code: str, case_id: UUID, key: bytes) -> str:
    return hmac.digest(key, case_id.bytes + code.encode(), hashlib.sha256).hex()
