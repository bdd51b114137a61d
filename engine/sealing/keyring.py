"""The keys of an installation: those of its settings, and the one that it makes for itself on SQLite."""

import base64
import hashlib
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.kernel.refusal import Unavailable

KEY_BYTES = 32
NAME_BYTES = 8
KEY_MISSING = "secret_key_missing"
"""The code of a refusal to open what no key at hand has sealed."""
_EXPECTED = f"keys of {KEY_BYTES} bytes in base64, as `openssl rand -base64 {KEY_BYTES}` makes them"


@dataclass(frozen=True)
class Key:
    """A key, known by a name of `NAME_BYTES` that does not give it away; `cipher` is AES-256-GCM with it."""

    secret: bytes = field(repr=False)
    name: bytes
    cipher: AESGCM = field(repr=False, compare=False)

    @classmethod
    def of(cls, secret: bytes) -> Self:
        name = hashlib.sha256(b"stoa key:" + secret).digest()[:NAME_BYTES]
        return cls(secret=secret, name=name, cipher=AESGCM(secret))

    def derived(self, label: str) -> bytes:
        """A key of 32 bytes for that purpose alone (HKDF with SHA-256, RFC 5869).

        Whoever has it knows neither this key nor those of other purposes.
        """
        derivation = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"stoa " + label.encode())
        return derivation.derive(self.secret)


@dataclass(frozen=True)
class LabelledKey:
    """A key for one purpose, with the name of the key that it was derived from."""

    name: bytes
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class KeyFile:
    """A key in a file; the file is made when the key is first wanted, readable by its owner alone."""

    path: Path

    @property
    def is_there(self) -> bool:
        return self.path.exists()

    @property
    def is_private(self) -> bool:
        """Whether nobody but its owner may read or write the file, which is there."""
        return not self.path.stat().st_mode & 0o077

    def key(self) -> bytes:
        """The key; `Unavailable` if the file cannot be used."""
        try:
            if not self.is_there:
                self._make()
            return key_of(self.path.read_text(encoding="ascii"))
        except (OSError, ValueError) as error:
            raise Unavailable(
                f"Expected a key in {self.path}, but it cannot be used: {type(error).__name__}.",
                code=KEY_MISSING,
            ) from error

    def _make(self) -> None:
        """Write a fresh key; of two that come at once, both go on with the same.

        It gets its name when it is complete, and by a link, which is made once (link(2): EEXIST).
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f"{self.path.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n", encoding="ascii")
        try:
            with suppress(FileExistsError):
                self.path.hardlink_to(draft)
        finally:
            draft.unlink()


class Keyring:
    """The keys at hand: the first one seals, all of them open. Threads may share it.

    The key of `file` is the last. It is made when a key is wanted and none was given, and read once.
    """

    def __init__(self, given: Iterable[bytes], *, file: KeyFile | None = None) -> None:
        self._given = tuple(Key.of(secret) for secret in given)
        self._file = file
        self._complete: tuple[Key, ...] | None = self._given if file is None else None
        self._labelled: dict[str, tuple[LabelledKey, ...]] = {}

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every key, the one that seals first; `Unavailable` if there is a key file that cannot be used."""
        if self._complete is not None:
            return self._complete
        if self._file is None or (self._given and not self._file.is_there):
            return self._given
        self._complete = (*self._given, Key.of(self._file.key()))
        return self._complete

    def named(self, name: bytes) -> Key | None:
        """The key of that name; None if it is not at hand."""
        return next((key for key in self.keys if key.name == name), None)

    def labelled(self, label: str) -> Sequence[LabelledKey]:
        """A key for one purpose from each key, in their order: the first makes, all of them check.

        Empty if there is no key at all.
        """
        keys = self.keys
        known = self._labelled.get(label, ())
        if len(known) != len(keys):
            known = tuple(LabelledKey(name=key.name, secret=key.derived(label)) for key in keys)
            self._labelled[label] = known
        return known


def key_of(text: str) -> bytes:
    """The key that a text is in base64, of either alphabet; `ValueError` says what was expected."""
    letters = text.strip().rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        key = base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True)
    except ValueError as error:
        raise ValueError(_EXPECTED) from error
    if len(key) != KEY_BYTES:
        raise ValueError(_EXPECTED)
    return key
