"""Invitations: a code, by e-mail or on a slip, with which somebody who is to work here begins."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from engine.kernel.actor import Role
from engine.kernel.bilingual import Language
from engine.kernel.refusal import Conflict
from engine.kernel.vocabulary import search_form

VALID_FOR = timedelta(days=14)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is mistaken for something else on paper."""
_GROUPS, _LETTERS = 5, 4
"""Twenty letters: 99 random bits, which nobody guesses, however often they try."""


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """That somebody called `name` is to have a post here, once they come with the code.

    `username` is what they are to be called if they are new here; a post that is given `by_two` waits for
    another to confirm it. Of the code only the digest is kept. One that is sent by e-mail has none before it
    is sent. It is used once, until `expires_at`, unless it `ended_at` some moment: accepted by `user_id`, or
    taken back.
    """

    id: UUID
    name: str
    username: str
    organisation_id: UUID
    role: Role
    valid_from: date | None = None
    valid_until: date | None = None
    position: str = ""
    by_two: bool = False
    language: Language = Language.EL
    email: str | None = None
    digest: bytes | None = None
    made_by: str
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    user_id: UUID | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether somebody may still come with its code."""
        return self.ended_at is None and now < self.expires_at

    def require_open(self, now: datetime) -> None:
        """Refuse to use one that is over."""
        if not self.is_open(now):
            raise Conflict("This invitation is over: ask for another.", code="invitation_over")

    def with_code(self, code: str) -> "Invitation":
        """The invitation with this code and no other."""
        return replace(self, digest=digest_of(code))

    def ended(self, at: datetime, *, user_id: UUID | None = None) -> "Invitation":
        """The invitation that is over, and forgets its code and address; `user_id` is who accepted it."""
        return replace(self, ended_at=at, user_id=user_id, digest=None, email=None)


def new_code() -> str:
    """A fresh code, in groups that can be read aloud."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_GROUPS * _LETTERS))
    return "-".join(letters[start : start + _LETTERS] for start in range(0, len(letters), _LETTERS))


def digest_of(code: str) -> bytes:
    """What is kept of a code; how it was spaced and written does not matter."""
    letters = "".join(character for character in code.lower() if character.isalnum())
    return hashlib.sha256(f"invitation:{letters}".encode()).digest()


def new_username(name: str) -> str:
    """A user name for somebody of that name: the last word in Latin letters, and random digits.

    The digits are there whether or not somebody has the same name, so that nobody learns from a user name
    who else there is.
    """
    words = "".join(letter if letter.isascii() else " " for letter in search_form(name)).split()
    stem = words[-1][:40] if words else "user"
    return f"{stem}-{secrets.randbelow(900_000) + 100_000}"
