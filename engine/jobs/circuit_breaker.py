"""Circuit breaker: a peer that keeps attempts waiting until they fail is asked by one attempt at a time.

Otherwise one large agency that hangs, or the mail server, would soon occupy every thread of the worker, and
with them whatever goes to all the others.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import TypeVar

from engine.notices.channel import Sending, SendingOutcome, SendingResult
from engine.service_tasks.connector import Delivery, DeliveryOutcome, DeliveryResult

R = TypeVar("R")

Deliver = Callable[[Delivery], DeliveryOutcome]
Send = Callable[[Sending], SendingOutcome]


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """How many attempts in a row may each fail after `slow` before the circuit opens, and for how long."""

    failures: int = 3
    slow: timedelta = timedelta(seconds=5)
    pause: timedelta = timedelta(seconds=30)


@dataclass
class _Circuit:
    """What is remembered of one peer: slow failures in a row, and when it may next be asked."""

    failures: int = 0
    open_until: float = 0


@dataclass(frozen=True, kw_only=True)
class CircuitBreaker:
    """The circuits of several peers, each known by a key; threads may share it.

    When the pause of an open circuit is over, a single attempt is let through; if that is slow to fail too,
    the circuit stays open. A peer that fails quickly occupies no thread, and keeps its circuit closed.
    `seconds` is a clock that only runs forward.
    """

    thresholds: Thresholds = Thresholds()
    seconds: Callable[[], float] = time.monotonic
    _circuits: dict[Hashable, _Circuit] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def attempt(self, peer: Hashable, call: Callable[[], R], *, has_failed: Callable[[R], bool]) -> R | None:
        """The outcome of the call; None, and no call is made, while the peer's circuit is open."""
        begun = self.seconds()
        if not self._lets_through(peer, begun):
            return None
        outcome = call()
        now = self.seconds()
        was_slow = has_failed(outcome) and now - begun >= self.thresholds.slow.total_seconds()
        with self._lock:
            circuit = self._circuits[peer]
            circuit.failures = circuit.failures + 1 if was_slow else 0
            circuit.open_until = now + self.thresholds.pause.total_seconds()
        return outcome

    def _lets_through(self, peer: Hashable, now: float) -> bool:
        with self._lock:
            circuit = self._circuits.setdefault(peer, _Circuit())
            if circuit.failures < self.thresholds.failures:
                return True
            if now < circuit.open_until:
                return False
            # This attempt is the one that is let through; the others wait as long again.
            circuit.open_until = now + self.thresholds.pause.total_seconds()
            return True


def deliver_through(breaker: CircuitBreaker, deliver: Deliver) -> Deliver:
    """`deliver`, or at once a failure, to be repeated after the pause at the earliest."""

    def attempt(delivery: Delivery) -> DeliveryOutcome:
        outcome = breaker.attempt(
            delivery.agency.id,
            lambda: deliver(delivery),
            has_failed=lambda outcome: outcome.result is DeliveryResult.FAILED,
        )
        return outcome or DeliveryOutcome(
            result=DeliveryResult.FAILED,
            detail="The agency did not answer several times in a row, and is left alone for a while.",
            retry_after=breaker.thresholds.pause,
        )

    return attempt


def send_through(breaker: CircuitBreaker, send: Send) -> Send:
    """`send`, or at once a failure."""

    def attempt(sending: Sending) -> SendingOutcome:
        outcome = breaker.attempt(
            sending.channel,
            lambda: send(sending),
            has_failed=lambda outcome: outcome.result is SendingResult.FAILED,
        )
        return outcome or SendingOutcome(
            result=SendingResult.FAILED,
            detail="The provider did not answer several times in a row, and is left alone for a while.",
        )

    return attempt
