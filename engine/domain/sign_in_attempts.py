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
"""After that long without a further one, attempts need not be kept."""
_FIRST_WAIT = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(minutes=15)


class TooManyAttempts(Unavailable):
    """The account or the address has failed too often; the next attempt counts after `wait_seconds`."""

    code = "too_many_attempts"

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"There were too many attempts; the next one is possible in {wait_seconds} seconds.")
        self.wait_seconds = wait_seconds


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Somebody who wants in: the user name that they give, and the address that they come from."""

    username: str
    address: str

    @property
    def subjects(self) -> "tuple[Subject, Subject]":
        """Whose attempts it counts for: the account's and the address's."""
        return of_account(self.username), of_address(self.address)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whose attempts are counted, as a digest; how many are free, and how soon one is forgotten again."""

    digest: bytes
    free: int
    one_forgotten_every: timedelta


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """The attempts of one subject that did not succeed, and the moment of the last."""

    digest: bytes
    failures: int
    last_at: datetime

    def counted(self, subject: Subject, now: datetime) -> "Attempts":
        """With one attempt of the subject more; `TooManyAttempts` if it comes too early."""
        left = self.last_at + wait_after(self.failures, free=subject.free) - now
        if left > timedelta(0):
            raise TooManyAttempts(ceil(left.total_seconds()))
        forgotten = max(0, (now - self.last_at) // subject.one_forgotten_every)
        return replace(self, failures=max(0, self.failures - forgotten) + 1, last_at=now)

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
    digest = _digest("account", username.strip().casefold())
    return Subject(digest=digest, free=5, one_forgotten_every=timedelta(minutes=15))


def of_address(address: str) -> Subject:
    """The attempts from an address; in IPv6 from its network of 64 bits, which is one subscriber's.

    More are free, and forgotten sooner, than of an account: a whole office may share one address.
    """
    digest = _digest("address", _network(address))
    return Subject(digest=digest, free=50, one_forgotten_every=timedelta(minutes=1))


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
