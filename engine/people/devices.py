"""Known devices: browsers at which somebody has completed a sign-in before, proved by what they keep.

The text that a browser keeps names the device by random letters and has a signature for each account that was
signed in to there, made with a key that only this account has. It does not say which accounts these are, and
opens nothing: it only tells where an attempt counts (OWASP, "Slow Down Online Guessing Attacks with Device
Cookies").
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, replace

DEVICE_KEY_BYTES = 32
_SIGNATURE_BYTES = 16
_MOST_ACCOUNTS = 16
"""More people hardly share a browser; the account that was signed in to first goes first."""
_PART = "[A-Za-z0-9_-]{22}"
_TEXT = re.compile(rf"{_PART}(\.{_PART}){{1,{_MOST_ACCOUNTS}}}")


@dataclass(frozen=True, kw_only=True)
class Device:
    """A browser: its id, and the signatures of those accounts to which it is known, oldest first."""

    id: str
    signatures: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What the browser keeps."""
        return ".".join((self.id, *self.signatures))

    def is_known_by(self, key: bytes | None) -> bool:
        """Whether one of the signatures was made with the key of an account."""
        if key is None:
            return False
        expected = _signature(self.id, key)
        return any(hmac.compare_digest(expected, one) for one in self.signatures)

    def known_by(self, key: bytes) -> "Device":
        """The device with a signature made with the key of an account."""
        if self.is_known_by(key):
            return self
        return replace(self, signatures=(*self.signatures, _signature(self.id, key))[-_MOST_ACCOUNTS:])


def new_device() -> Device:
    """A device that no account knows, with an id of 128 random bits."""
    return Device(id=_letters(secrets.token_bytes(16)))


def device_of(text: str) -> Device | None:
    """The device that shows that text; None if it cannot be one of ours."""
    if not _TEXT.fullmatch(text):
        return None
    device_id, *signatures = text.split(".")
    return Device(id=device_id, signatures=tuple(signatures))


def new_device_key() -> bytes:
    return secrets.token_bytes(DEVICE_KEY_BYTES)


def _signature(device_id: str, key: bytes) -> str:
    return _letters(hmac.digest(key, device_id.encode(), hashlib.sha256)[:_SIGNATURE_BYTES])


def _letters(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
