"""The keys of the journal: derived from the keys of the installation, each for one purpose and with a name.

From every key of the installation come, by HKDF with SHA-256 (RFC 5869), a key for the chain of the journal,
a key that signs anchors, and the name by which both are known. None of them tells another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NAME_BYTES = 8


@dataclass(frozen=True)
class JournalKey:
    """One key: its name (16 hexadecimal digits, no secret), and what makes the hashes of lines."""

    name: str
    secret: bytes = field(repr=False)
    signing_seed: bytes = field(repr=False)

    def signed(self, content: bytes) -> str:
        """The signature (Ed25519, RFC 8032) of a content, in hexadecimal."""
        return self._private.sign(content).hex()

    @cached_property
    def public_key(self) -> str:
        """What the signatures are checked with (RFC 8032, section 5.1.5), in hexadecimal; it is no secret."""
        return self._private.public_key().public_bytes_raw().hex()

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.signing_seed)


@dataclass(frozen=True)
class JournalKeys:
    """Every key at hand. `keys` gives those of the installation, newest first; it is asked once."""

    keys: Callable[[], Sequence[bytes]]

    @cached_property
    def newest(self) -> JournalKey | None:
        """The key for new lines and anchors; None if there is none, and then lines have a plain hash."""
        return next(iter(self._by_name.values()), None)

    def named(self, name: str) -> JournalKey | None:
        """The key of that name; None if it is not at hand."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, JournalKey]:
        derived = [_derived(key) for key in self.keys()]
        return {key.name: key for key in derived}


NO_JOURNAL_KEYS = JournalKeys(tuple)


def is_signed(content: bytes, *, signature: str, public_key: str) -> bool:
    """Whether whoever has the private key to a public key signed that content; both in hexadecimal."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(
            bytes.fromhex(signature), content
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def _derived(key: bytes) -> JournalKey:
    return JournalKey(
        name=_expanded(key, b"stoa journal 1: name", _NAME_BYTES).hex(),
        secret=_expanded(key, b"stoa journal 1: chain", 32),
        signing_seed=_expanded(key, b"stoa journal 1: anchors", 32),
    )


def _expanded(key: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(key)
