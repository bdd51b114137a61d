"""Hashes of passwords: Argon2id with the parameters of RFC 9106, section 4, second recommended option."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from engine.kernel.refusal import Unavailable
from engine.people.account import as_typed, require_good_password


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether it was the password; `better_hash` is its hash where the stored one has weaker parameters."""

    is_right: bool
    better_hash: str | None = None


@dataclass(frozen=True)
class Passwords:
    """Hashes and compares passwords; each takes about a tenth of a second and `memory_kib` of memory.

    At most `at_once` of them in this process, so that a storm of sign-ins does not use up the memory of all;
    who has waited for `turn_seconds` is refused as `Unavailable`. Strangers never have all the turns: one is
    left for known devices.
    """

    memory_kib: int = 64 * 1024
    rounds: int = 3
    lanes: int = 4
    at_once: int = 4
    turn_seconds: float = 10.0
    _turns: BoundedSemaphore = field(init=False, repr=False, compare=False)
    _turns_of_strangers: BoundedSemaphore = field(init=False, repr=False, compare=False)
    _hasher: PasswordHasher = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        hasher = PasswordHasher(
            time_cost=self.rounds, memory_cost=self.memory_kib, parallelism=self.lanes, type=Type.ID
        )
        object.__setattr__(self, "_turns", BoundedSemaphore(self.at_once))
        object.__setattr__(self, "_turns_of_strangers", BoundedSemaphore(max(1, self.at_once - 1)))
        object.__setattr__(self, "_hasher", hasher)

    def hashed(self, password: str, *, username: str) -> str:
        """The hash of a new password as a PHC string; `Invalid` for a password that is guessed too easily."""
        good = require_good_password(password, username=username)
        with self._turn():
            return self._hasher.hash(good)

    def verdict(self, stored: str | None, password: str, *, is_known: bool = False) -> Verdict:
        """Whether that password was stored. Without a stored hash it is wrong, after just as much work.

        `is_known` says that it comes from a device that is known to the account.
        """
        typed = as_typed(password)
        with self._turn(is_known=is_known):
            compared = stored or self._nobodys
            if not self._is_right(compared, typed):
                return Verdict(is_right=False)
            is_weaker = self._hasher.check_needs_rehash(compared)
            return Verdict(is_right=True, better_hash=self._hasher.hash(typed) if is_weaker else None)

    @cached_property
    def _nobodys(self) -> str:
        """A hash to compare with where none is stored; nobody knows the password, of 256 random bits."""
        return self._hasher.hash(secrets.token_urlsafe())

    def _is_right(self, stored: str, typed: str) -> bool:
        try:
            return self._hasher.verify(stored, typed)
        except (VerificationError, InvalidHashError):
            return False

    @contextmanager
    def _turn(self, *, is_known: bool = True) -> Iterator[None]:
        with ExitStack() as turns:
            for wanted in (self._turns,) if is_known else (self._turns_of_strangers, self._turns):
                if not wanted.acquire(timeout=self.turn_seconds):
                    raise Unavailable("Too many people are signing in at once; try again in a moment.")
                turns.callback(wanted.release)
            yield
