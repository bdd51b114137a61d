"""Failed sign-ins: each makes the next attempt wait longer, for the account and for the address.

An attempt is counted before it is judged, so that many at once do not slip through, and taken back when
it succeeds. Accounts that do not exist are counted like others, and nothing tells them apart.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil

from engine.domain.refusal import Unavailable

FORGOTTEN_AFTER = timedelta(hours=24)
"""Without a further failure."""
_FIRST_WAIT = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(minutes=15)
_FREE_FOR_AN_ACCOUNT = 5
_FREE_FOR_AN_ADDRESS = 50
"""A whole office may sign in from one address."""


class TooManyAttempts(Unavailable):
    """The account or the address has failed too often; the next attempt counts after `wait_seconds`."""

    code = "too_many_attempts"

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"There were too many attempts; the next one is possible in {wait_seconds} seconds.")
        self.wait_seconds = wait_seconds


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whose attempts are counted, as a digest, and how many of them are free."""

    digest: bytes
    free: int


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """The attempts of one subject that did not succeed, and the moment of the last."""

    digest: bytes
    failures: int
    last_at: datetime

    def counted(self, now: datetime, *, free: int) -> "Attempts":
        """With one attempt more; `TooManyAttempts` if it comes too early."""
        if now - self.last_at >= FORGOTTEN_AFTER:
            return replace(self, failures=1, last_at=now)
        left = self.last_at + wait_after(self.failures, free=free) - now
        if left > timedelta(0):
            raise TooManyAttempts(ceil(left.total_seconds()))
        return replace(self, failures=self.failures + 1, last_at=now)

    def forgiven(self, how_many: int) -> "Attempts":
        """With so many attempts less."""
        return replace(self, failures=max(0, self.failures - how_many))


def wait_after(failures: int, *, free: int) -> timedelta:
    """How long after so many failures the next attempt has to wait."""
    beyond = failures - free
    if beyond < 0:
        return timedelta(0)
    # The exponent is bounded before it is used: the count is whatever somebody's program made of it.
    doublings = min(beyond, 12)
    return min(_LONGEST_WAIT, _FIRST_WAIT * (1 << doublings))


def of_account(username: str) -> Subject:
    """The attempts on a user name, whether or not anybody has it."""
    return Subject(digest=_digest("account", username.strip().casefold()), free=_FREE_FOR_AN_ACCOUNT)


def of_address(address: str) -> Subject:
    """The attempts from an address; in IPv6 from its network of 64 bits, which is one subscriber's."""
    return Subject(digest=_digest("address", _network(address)), free=_FREE_FOR_AN_ADDRESS)


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return found.exploded[:19]
    return str(found)


def _digest(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}:{text}".encode()).digest()
