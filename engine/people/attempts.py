"""Failed attempts to prove something: each makes the next wait longer, for whomever it counts.

A sign-in at a known device of the account counts for that device alone, so that nobody elsewhere makes its
owner wait. Any other counts for the account in that network, and for the account at all strangers together;
never for a network alone, which a whole office or a proxy may share. What is said of a caller counts for the
case and the agent. An attempt is counted before it is judged, so that many at once do not slip through, and
taken back when it succeeds. Accounts that do not exist are counted like others, and nothing tells them apart.
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
_ONE_FORGOTTEN_EVERY = timedelta(minutes=15)
"""As long as the longest wait: who goes on failing in one place never comes to the free ones of strangers."""
_FREE_IN_ONE_PLACE = 5
_FREE_TO_STRANGERS = 20


class TooManyAttempts(Unavailable):
    """There were too many failures; the next attempt counts after `wait_seconds`."""

    code = "too_many_attempts"

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"There were too many attempts; the next one is possible in {wait_seconds} seconds.")
        self.wait_seconds = wait_seconds


@dataclass(frozen=True, kw_only=True)
class SignInAttempt:
    """Somebody who wants in: the user name that they give, the address that they come from, and their device.

    `device` is the text that a known device shows, empty if the browser showed none; it is not checked yet.
    """

    username: str
    address: str
    device: str = ""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whose attempts are counted, as a digest; how many are free, and how soon one is forgotten again.

    After the free ones the first wait is `first_wait`, and each further one twice as long. `account` is the
    digest of the account that is to be signed in to, if it is a sign-in that counts.
    """

    digest: bytes
    free: int
    one_forgotten_every: timedelta
    first_wait: timedelta = _FIRST_WAIT
    account: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """The attempts of one subject that did not succeed, and the moment of the last; `account` as there."""

    digest: bytes
    failures: int
    last_at: datetime
    account: bytes | None = None

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


def account_digest(username: str) -> bytes:
    """What a user name is counted by, whether or not anybody has it and however it is written."""
    return _digest("account", username.strip().casefold())


def of_device(username: str, device_id: str) -> Subject:
    """The attempts on an account at one device that is known to it."""
    return _place(username, f"device:{device_id}")


def of_network(username: str, address: str) -> Subject:
    """The attempts on an account from the network of an address, at devices that are not known to it."""
    return _place(username, f"network:{network_of(address)}")


def of_strangers(username: str) -> Subject:
    """The attempts on an account at all devices that are not known to it, wherever they are.

    More are free than in one network, so that nobody in one network can make all others wait.
    """
    account = account_digest(username)
    return Subject(
        digest=account, free=_FREE_TO_STRANGERS, one_forgotten_every=_ONE_FORGOTTEN_EVERY, account=account
    )


def sign_in_closed_until(attempts: Attempts) -> datetime:
    """The moment from which sign-ins that count there are judged again."""
    free = _FREE_TO_STRANGERS if attempts.digest == attempts.account else _FREE_IN_ONE_PLACE
    return attempts.last_at + wait_after(attempts.failures, free=free)


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


def network_of(address: str) -> str:
    """What counts as one network: an address of IPv4, and 64 bits of IPv6, which are one subscriber's.

    An address of IPv4 that is written as one of IPv6 is the same (RFC 4291, section 2.5.5.2).
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped) if found.ipv4_mapped is not None else found.exploded[:19]


def _place(username: str, place: str) -> Subject:
    account = account_digest(username)
    return Subject(
        digest=hashlib.sha256(account + place.encode()).digest(),
        free=_FREE_IN_ONE_PLACE,
        one_forgotten_every=_ONE_FORGOTTEN_EVERY,
        account=account,
    )


def _digest(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}:{text}".encode()).digest()
