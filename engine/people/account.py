"""Accounts: the password and the second factor by which a person proves here who they are.

A person whom a directory or an identity provider vouches for needs no password here. Passwords follow NIST
SP 800-63B, section 3.1.1: a least length, no rules of composition, no expiry, nothing that is guessed first.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from unicodedata import normalize
from uuid import UUID

from engine.kernel.refusal import Conflict, Invalid
from engine.people import one_time_code
from engine.people.model import User
from engine.people.session import Workplace

SHORTEST_PASSWORD = 12
"""Characters."""
LONGEST_PASSWORD = 256
"""Characters: more would cost work without adding safety."""
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is mistaken for something else on paper."""
_GUESSED_FIRST = ("password", "123456", "qwerty", "κωδικοσ", "κωδικόσ", "stoa")
"""Case-folded, which makes every final sigma a common one."""


Opened = Callable[[bytes], bytes]
"""Opens a sealed secret; it raises `Unavailable` if it cannot."""


class WrongCode(Invalid):
    """The one-time code is not the present one, or it was used before."""

    code = "wrong_code"


@dataclass(frozen=True, kw_only=True)
class Account:
    """How one user proves who they are.

    `password_hash` is a PHC string; None where somebody else vouches. `sealed_secret` is what makes the codes
    of the second factor, sealed, which counts from `totp_confirmed_at`; `totp_last_step` is the step of the
    last code that was taken. `recovery_digests` are of the recovery codes that are left. `device_key` signs
    what its known devices keep; None before there was one.
    """

    user_id: UUID
    password_hash: str | None = None
    password_set_at: datetime | None = None
    sealed_secret: bytes | None = None
    totp_confirmed_at: datetime | None = None
    totp_last_step: int | None = None
    recovery_digests: tuple[bytes, ...] = ()
    device_key: bytes | None = None

    @property
    def takes_codes(self) -> bool:
        """Whether a telephone makes codes for this account; its owner may have passkeys besides."""
        return self.totp_confirmed_at is not None

    def with_password(self, password_hash: str, at: datetime) -> "Account":
        """The account with another password."""
        return replace(self, password_hash=password_hash, password_set_at=at)

    def without_devices(self) -> "Account":
        """The account to which no device is known."""
        return replace(self, device_key=None)

    def enrolling(self, sealed_secret: bytes) -> "Account":
        """The account with a secret that is not confirmed yet; `Conflict` if it takes codes already."""
        if self.takes_codes:
            raise Conflict("Expected an account without a second factor, but it has one.")
        return replace(self, sealed_secret=sealed_secret, totp_confirmed_at=None, totp_last_step=None)

    def confirmed(
        self, code: str, *, now: datetime, opened: Opened, recovery_codes: tuple[str, ...]
    ) -> "Account":
        """The account whose second factor counts from now; `WrongCode` if the telephone shows another."""
        if self.sealed_secret is None or self.takes_codes:
            raise Conflict("Expected a second factor that waits to be confirmed, but there is none.")
        taken = self._with_code_taken(self.sealed_secret, code, now, opened)
        enrolled = replace(taken, totp_confirmed_at=now)
        return enrolled.with_recovery_codes(recovery_codes)

    def with_recovery_codes(self, codes: tuple[str, ...]) -> "Account":
        """The account with these recovery codes and no others."""
        return replace(self, recovery_digests=tuple(map(digest_of_recovery_code, codes)))

    def without_codes(self) -> "Account":
        """The account that takes no codes of a telephone any more."""
        return replace(self, sealed_secret=None, totp_confirmed_at=None, totp_last_step=None)

    def without_second_factor(self) -> "Account":
        """The account that takes neither codes of a telephone nor recovery codes."""
        return self.without_codes().with_recovery_codes(())

    def passed(self, code: str, *, now: datetime, opened: Opened) -> "Account":
        """The account after a one-time code or a recovery code was taken; each opens it once.

        `WrongCode` if it is neither. A recovery code needs no secret, and so opens also what cannot be
        unsealed any more.
        """
        digest = digest_of_recovery_code(code)
        if digest in self.recovery_digests:
            left = tuple(known for known in self.recovery_digests if known != digest)
            return replace(self, recovery_digests=left)
        sealed = self.sealed_secret if self.takes_codes else None
        if sealed is None:
            raise _wrong_code()
        return self._with_code_taken(sealed, code, now, opened)

    def _with_code_taken(self, sealed: bytes, code: str, now: datetime, opened: Opened) -> "Account":
        digits = "".join(code.split())
        secret = opened(sealed)
        step = one_time_code.step_of(digits, secret=secret, now=now, after=self.totp_last_step)
        if step is None:
            raise _wrong_code()
        return replace(self, totp_last_step=step)


def _wrong_code() -> WrongCode:
    problem = "expected the code that the telephone shows now, or a recovery code that was not used"
    return WrongCode(f"code: {problem}", {"code": [problem]})


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes for the day on which the telephone is lost, of 79 random bits each."""
    return tuple(_new_recovery_code() for _ in range(RECOVERY_CODES))


def digest_of_recovery_code(code: str) -> bytes:
    """What is kept of a recovery code; how it was spaced and written does not matter."""
    letters = "".join(character for character in code.lower() if character.isalnum())
    return hashlib.sha256(f"recovery:{letters}".encode()).digest()


def require_good_password(password: str, *, username: str) -> str:
    """The password in the form in which it is hashed (NFKC); `Invalid` if it is too easily guessed."""
    text = normalize("NFKC", password)
    plain = text.casefold()
    if len(text) < SHORTEST_PASSWORD:
        raise Invalid.field(
            "password", f"expected at least {SHORTEST_PASSWORD} characters, found {len(text)}"
        )
    if len(text) > LONGEST_PASSWORD:
        raise Invalid.field("password", f"expected at most {LONGEST_PASSWORD} characters, found {len(text)}")
    names_its_owner = len(username) > 3 and username.casefold() in plain
    if names_its_owner or len(set(plain)) < 5 or plain.startswith(_GUESSED_FIRST):
        raise Invalid.field("password", "expected something that nobody would guess first")
    return text


def as_typed(password: str) -> str:
    """A typed password in the form in which it is compared: NFKC, and no longer than any that is taken."""
    return normalize("NFKC", password[: 4 * LONGEST_PASSWORD])


def _new_recovery_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


@dataclass(frozen=True, kw_only=True)
class LinkedIdentity:
    """Who a person is here whom an identity provider knows (OpenID Connect Core, section 5.7)."""

    issuer: str
    subject: str
    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class SecondFactors:
    """By what somebody proves their second factor; recovery codes do for either."""

    takes_codes: bool
    has_passkeys: bool


@dataclass(frozen=True, kw_only=True)
class UserAccount:
    """A user with what an operator wants to know of them; `account` is None if they never had a password."""

    user: User
    account: Account | None
    workplaces: tuple[Workplace, ...]
    has_second_factor: bool = False
