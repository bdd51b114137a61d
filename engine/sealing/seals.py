"""Seals with AES-256 in Galois/Counter Mode (NIST SP 800-38D); each says with which key it was made.

A sealed secret is one byte for the form, eight that name the key, a nonce of twelve, and the ciphertext with
its tag. Its owner, and of which kind it is, are authenticated with it, so that a secret copied to another row
or column opens nothing. A tracking code that was kept while there was no key is a byte and the code.
"""

import os
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from cryptography.exceptions import InvalidTag

from engine.kernel.refusal import Unavailable
from engine.sealing.keyring import KEY_MISSING, NAME_BYTES, Key, Keyring

NO_KEY = "no_secret_key"
"""The code of a refusal to seal without a key."""
PLAIN = b"\x00"
"""The form of a tracking code that was kept without a key."""
_SEALED = b"\x01"
_BARE_BYTES = 20
"""The length of a second factor from before secrets were sealed, which has no form; no sealed one has it."""
_NONCE_BYTES = 12
HEAD_BYTES = len(_SEALED) + NAME_BYTES
"""So many bytes at the beginning say with which key a secret was sealed."""


class SecretKind(StrEnum):
    """What is sealed. The words are part of what is authenticated, and must never change."""

    SECOND_FACTOR = "second factor"
    AGENCY_SECRETS = "agency secrets"
    TRACKING_CODE = "tracking code"
    DOCUMENT_KEY = "document key"
    SIGNING_CODE = "signing code"


_KEPT_WITHOUT_KEY = (SecretKind.TRACKING_CODE, SecretKind.SIGNING_CODE)
"""What an installation without a key keeps as it is."""


@dataclass(frozen=True, kw_only=True)
class SealedAnew:
    """What came of a batch of secrets that were to be sealed with the key of today.

    `unopened` are those that no key at hand opens; they stay as they are. `last` is the owner of the last
    one, after which the next batch begins; None if there is none any more.
    """

    renewed: int
    unopened: int
    last: UUID | None


@dataclass(frozen=True)
class Seals:
    """Seals secrets with keys that are kept elsewhere than what is sealed."""

    keyring: Keyring

    @property
    def head(self) -> bytes | None:
        """How everything begins that is sealed today; None if there is no key to seal with."""
        keys = self.keyring.keys
        return head_of(keys[0]) if keys else None

    def sealed(self, secret: bytes, *, kind: SecretKind, owner: UUID) -> bytes:
        """The secret as it may be stored; it opens for the same owner and kind only.

        `Unavailable` (`NO_KEY`) if there is no key to seal with.
        """
        keys = self.keyring.keys
        if not keys:
            raise Unavailable(
                "Expected a key in STOA_SECRET_KEYS to keep secrets with, but it is empty.",
                code=NO_KEY,
            )
        nonce = os.urandom(_NONCE_BYTES)
        return head_of(keys[0]) + nonce + keys[0].cipher.encrypt(nonce, secret, _bound_to(kind, owner))

    def kept_code(self, code: bytes, *, owner: UUID, kind: SecretKind = SecretKind.TRACKING_CODE) -> bytes:
        """A code sealed, or without any key as it is, marked so that it can be sealed later.

        `kind` is that of tracking codes or of the codes in the links of parties.

        Nothing else may be in the clear here: who could write into the database would make of a sealed
        secret one that they know.
        """
        if not self.keyring.keys:
            return PLAIN + code
        return self.sealed(code, kind=kind, owner=owner)

    def opened(self, sealed: bytes, *, kind: SecretKind, owner: UUID) -> bytes:
        """The secret again.

        `Unavailable` (`KEY_MISSING`) if it was sealed with a key that is not at hand, for somebody else, or
        as something else.
        """
        if kind is SecretKind.SECOND_FACTOR and len(sealed) == _BARE_BYTES:
            return sealed
        if sealed[:1] == PLAIN and kind in _KEPT_WITHOUT_KEY:
            return sealed[1:]
        key = self.keyring.named(sealed[len(_SEALED) : HEAD_BYTES])
        if key is None or sealed[:1] != _SEALED:
            raise _missing("Its key is not among those of STOA_SECRET_KEYS.")
        nonce_ends = HEAD_BYTES + _NONCE_BYTES
        nonce, ciphertext = sealed[HEAD_BYTES:nonce_ends], sealed[nonce_ends:]
        try:
            return key.cipher.decrypt(nonce, ciphertext, _bound_to(kind, owner))
        except (InvalidTag, ValueError) as error:
            raise _missing("It was sealed for somebody else, or changed.") from error

    def is_up_to_date(self, sealed: bytes) -> bool:
        """Whether it was sealed with the key that seals today; if not, it is better sealed anew."""
        head = self.head
        return head is not None and sealed.startswith(head)


def head_of(key: Key) -> bytes:
    """How everything begins that the key has sealed."""
    return _SEALED + key.name


def _bound_to(kind: SecretKind, owner: UUID) -> bytes:
    """What is authenticated besides the secret; for second factors the owner alone, as they always were."""
    return owner.bytes if kind is SecretKind.SECOND_FACTOR else f"stoa {kind}:".encode() + owner.bytes


def _missing(why: str) -> Unavailable:
    return Unavailable(f"A sealed secret cannot be opened. {why}", code=KEY_MISSING)
