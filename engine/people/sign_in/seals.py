"""Seals with AES-256 in Galois/Counter Mode (NIST SP 800-38D); each says with which key it was made.

A sealed secret is one byte for the form, eight that name the key, a nonce of twelve, and the ciphertext with
its tag. The owner is authenticated with it, so that a row copied to another account opens nothing.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.kernel.refusal import Unavailable
from engine.kernel.seals import KEY_MISSING, NO_KEY
from engine.people.one_time_code import SECRET_BYTES

KEY_BYTES = 32
_FORM = b"\x01"
_NAME_BYTES = 8
_NONCE_BYTES = 12
_HEAD_BYTES = len(_FORM) + _NAME_BYTES


@dataclass(frozen=True)
class KeyedSeals:
    """Fills the port `Seals`. `keys` gives those of the moment: the first seals, all of them open."""

    keys: Callable[[], Sequence[bytes]]

    def sealed(self, secret: bytes, *, owner: UUID) -> bytes:
        keys = self.keys()
        if not keys:
            raise Unavailable(
                "Expected a key in STOA_SECRET_KEYS to keep secrets with, but it is empty.",
                code=NO_KEY,
            )
        nonce = os.urandom(_NONCE_BYTES)
        return _head_of(keys[0]) + nonce + AESGCM(keys[0]).encrypt(nonce, secret, owner.bytes)

    def opened(self, sealed: bytes, *, owner: UUID) -> bytes:
        """The secret; one of before secrets were sealed is what it is, and told by its length."""
        if len(sealed) == SECRET_BYTES:
            return sealed
        nonce_ends = _HEAD_BYTES + _NONCE_BYTES
        nonce, ciphertext = sealed[_HEAD_BYTES:nonce_ends], sealed[nonce_ends:]
        for key in self.keys():
            if sealed.startswith(_head_of(key)):
                try:
                    return AESGCM(key).decrypt(nonce, ciphertext, owner.bytes)
                except InvalidTag as error:
                    raise _missing("It was sealed for somebody else, or changed.") from error
        raise _missing("Its key is not among those of STOA_SECRET_KEYS.")

    def is_up_to_date(self, sealed: bytes) -> bool:
        """Whether the first key sealed it."""
        keys = self.keys()
        return bool(keys) and len(sealed) != SECRET_BYTES and sealed.startswith(_head_of(keys[0]))


def _head_of(key: bytes) -> bytes:
    """How everything begins that the key has sealed: a digest names the key without telling it."""
    return _FORM + hashlib.sha256(b"stoa key:" + key).digest()[:_NAME_BYTES]


def _missing(why: str) -> Unavailable:
    return Unavailable(f"A sealed secret cannot be opened. {why}", code=KEY_MISSING)
