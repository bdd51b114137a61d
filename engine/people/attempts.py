"""Failed attempts to prove something: each makes the next wait longer, for whomever it counts.

Sign-ins count for the account and the address; what is said of a caller counts for the case and the agent. An
attempt is counted before it is judged, so that many at once do not slip through, and taken back when it
succeeds. Accounts that do not exist are counted like others, and nothing tells them apart.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil
from uuid import UUID

from engine.kernel.refusal import Unavailable

FORGOTTEN_AFTER = timedelta(hours=24)
"""After that long without a further one, attempts need not be kept."""
_FIRST_WAIT = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(minutes=15)


class TooManyAttempts(Unavailable):
    """There were too many failures; the next attempt counts after `wait_seconds`."""

    code = "too_many_attempts"

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"There were too many attempts; the next one is possible in {wait_seconds} seconds.")
        self.wait_seconds = wait_seconds


@dataclass(frozen=True, kw_only=True)
class SignInAttempt:
    """Somebody who wants in: the user name that they give, and the address that they come from."""

    username: str
    address: str

    @property
    def subjects(self) -> "tuple[Subject, Subject]":
        """Whose attempts it counts for: the account's and the address's."""
        return of_account(self.username), of_address(self.address)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whose attempts are counted, as a digest; how many are free, and how soon one is forgotten again.

    After the free ones the first wait is `first_wait`, and each further one twice as long.
    """

    digest: bytes
    free: int
    one_forgotten_every: timedelta
    first_wait: timedelta = _FIRST_WAIT


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """The attempts of one subject that did not succeed, and the moment of the last."""

    digest: bytes
    failures: int
    last_at: datetime

    def counted(self, subject: Subject, now: datetime) -> "Attempts":
        """With one attempt of the subject more; `TooManyAttempts` if it comes too early."""
        left = self.closed_until(subject) - now
        if left > timedelta(0):
            raise TooManyAttempts(ceil(left.total_seconds()))
        forgotten = max(0, (now - self.last_at) // subject.one_forgotten_every)
        return replace(self, failures=max(0, self.failures - forgotten) + 1, last_at=now)

    def closed_until(self, subject: Subject) -> datetime:
        """The moment from which the subject's next attempt counts; one that is past closes nothing."""
        return self.last_at + wait_after(self.failures, free=subject.free, first=subject.first_wait)

    def forgiven(self, how_many: int) -> "Attempts":
        """With so many attempts less."""
        return replace(self, failures=max(0, self.failures - how_many))


def wait_after(failures: int, *, free: int, first: timedelta = _FIRST_WAIT) -> timedelta:
    """How long after so many failures the next attempt has to wait; at most a quarter of an hour."""
    beyond = failures - free
    if beyond < 0:
        return timedelta(0)
    # The exponent is bounded before it is used: the count is whatever somebody's program made of it.
    doublings = min(beyond, 12)
    return min(_LONGEST_WAIT, first * (1 << doublings))


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


def of_case_asked_about(case_id: UUID) -> Subject:
    """What callers say of one case, whoever asks: five wrong answers close it for a quarter of an hour."""
    return Subject(
        digest=_digest("caller", str(case_id)),
        free=5,
        one_forgotten_every=timedelta(minutes=15),
        first_wait=_LONGEST_WAIT,
    )


def of_asking_agent(user_id: UUID) -> Subject:
    """What callers say to one agent, in whichever case; more are free, as agents have many calls an hour."""
    return Subject(
        digest=_digest("agent", str(user_id)),
        free=20,
        one_forgotten_every=timedelta(minutes=5),
        first_wait=_LONGEST_WAIT,
    )


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
