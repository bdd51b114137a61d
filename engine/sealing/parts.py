"""Files sealed in parts, each with AES-256-GCM under a key that seals this one file alone.

So a file is sealed, opened and read from the middle with the memory for one part. The nonce is the number of
the part and whether it is the last (STREAM: Hoang, Reyhanitabar, Rogaway and Vizár, 2015), so that parts that
were exchanged, left out or cut off do not open. No nonce is used twice, as the key never seals another file.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.kernel.refusal import Unavailable
from engine.sealing.keyring import KEY_BYTES

PART_BYTES = 262_144
"""The size of each part but the last before it is sealed."""
SALT_BYTES = 16
DAMAGED = "document_damaged"
"""The code of a refusal to open a part that is not what was sealed."""
_NUMBER_BYTES = 11


@dataclass(frozen=True)
class Span:
    """Bytes of a file, from `start` up to and without `end`."""

    start: int
    end: int

    def within(self, size: int) -> "Span":
        """The part of the span that lies in a file of that many bytes."""
        return Span(min(self.start, size), min(self.end, size))

    @property
    def parts(self) -> range:
        """The numbers of the parts in which they lie."""
        return range(self.start // PART_BYTES, count_of(self.end))


def count_of(size: int) -> int:
    """How many parts a file of that many bytes has."""
    return -(-size // PART_BYTES)


@dataclass(frozen=True)
class FileKey:
    """The key of one file, and whose file it is."""

    secret: bytes = field(repr=False)
    owner: UUID

    @classmethod
    def fresh(cls, owner: UUID) -> Self:
        return cls(secret=os.urandom(KEY_BYTES), owner=owner)

    def of_copy(self, salt: bytes) -> Self:
        """The key of a copy of the file, which has a salt of its own (HKDF with SHA-256, RFC 5869)."""
        derivation = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"stoa copy")
        return type(self)(secret=derivation.derive(self.secret), owner=self.owner)

    def sealed(self, file: BinaryIO, *, size: int) -> Iterator[bytes]:
        """The parts of a file of `size` bytes, in order; each but the last is `PART_BYTES` and a tag long."""
        cipher, last = AESGCM(self.secret), count_of(size) - 1
        for number in range(last + 1):
            content = file.read(PART_BYTES)
            yield cipher.encrypt(_nonce(number, is_last=number == last), content, self.owner.bytes)

    def opened(self, sealed: bytes, *, number: int, size: int) -> bytes:
        """The part of that number of a file of `size` bytes; `Unavailable` (`DAMAGED`) if it was changed."""
        nonce = _nonce(number, is_last=number == count_of(size) - 1)
        try:
            return AESGCM(self.secret).decrypt(nonce, sealed, self.owner.bytes)
        except (InvalidTag, ValueError) as error:
            raise Unavailable(
                f"Part {number} of document {self.owner} is not what was sealed.", code=DAMAGED
            ) from error


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(_NUMBER_BYTES) + (b"\x01" if is_last else b"\x00")
