"""The key that an installation on SQLite makes for itself, in a file that only its user may read."""

import base64
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.kernel.refusal import Unavailable
from engine.kernel.seals import KEY_MISSING
from engine.people.sign_in.seals import KEY_BYTES

_EXPECTED = f"keys of {KEY_BYTES} bytes in base64, as `openssl rand -base64 {KEY_BYTES}` makes them"


@dataclass(frozen=True)
class KeyFile:
    """A key in a file; the file is made when the key is first wanted, readable by its owner alone."""

    path: Path

    @property
    def is_there(self) -> bool:
        return self.path.exists()

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
