"""The keys of the journal: derived from the keys of the installation, and known by their names.

From every key of the installation come a key for the chain of the journal and a key that signs anchors. None
of them tells another.
"""

from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.sealing.keyring import Keyring

_CHAIN, _ANCHORS = "journal 1: chain", "journal 1: anchors"
"""The purposes for which keys are derived. The words make the keys, and must never change."""


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


class JournalKeys:
    """The keys of the journal that come from the keys at hand."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._known: dict[str, JournalKey] = {}

    @cached_property
    def newest(self) -> JournalKey | None:
        """The key for new lines and anchors; None if there is none, and then lines have a plain hash.

        It stays the same: keys that were given come before that of the file, which is made if there are none.
        """
        return next(iter(self._by_name.values()), None)

    def named(self, name: str) -> JournalKey | None:
        """The key of that name; None if it is not at hand."""
        return self._by_name.get(name)

    @property
    def _by_name(self) -> dict[str, JournalKey]:
        chain = self._keyring.labelled(_CHAIN)
        if len(self._known) != len(chain):
            self._known = {
                of_chain.name.hex(): JournalKey(
                    name=of_chain.name.hex(), secret=of_chain.secret, signing_seed=of_anchors.secret
                )
                for of_chain, of_anchors in zip(chain, self._keyring.labelled(_ANCHORS), strict=True)
            }
        return self._known


NO_JOURNAL_KEYS = JournalKeys(Keyring(()))


def is_signed(content: bytes, *, signature: str, public_key: str) -> bool:
    """Whether whoever has the private key to a public key signed that content; both in hexadecimal."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(
            bytes.fromhex(signature), content
        )
    except (InvalidSignature, ValueError):
        return False
    return True
