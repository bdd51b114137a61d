"""Sparing the worker's hands: a peer that lets attempts run into the void is asked by one hand at a time.

Otherwise one large agency that hangs, or the mail server, would soon hold every hand, and with them whatever
goes to all the others.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

from engine.notices.channel import Channel, Sending, SendingOutcome, SendingResult
from engine.service_tasks.connector import Connector, Delivery, DeliveryOutcome, DeliveryResult

Seconds = Callable[[], float]
"""A clock that only runs forward, in seconds."""


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """How many attempts in a row may each fail after `slow` before the peer rests, and for how long."""

    failures: int = 3
    slow: timedelta = timedelta(seconds=5)
    rest: timedelta = timedelta(seconds=30)


@dataclass
class _Record:
    """What is remembered of one peer: slow failures in a row, and when it may next be asked."""

    failures: int = 0
    rests_until: float = 0


@dataclass(frozen=True, kw_only=True)
class Rests:
    """Who rests of several peers, each known by a key.

    When a rest is over, a single attempt is let through; if that is slow to fail too, the peer rests again.
    A peer that fails quickly costs no hand, and does not rest.
    """

    tolerance: Tolerance = Tolerance()
    seconds: Seconds = time.monotonic
    _records: dict[Hashable, _Record] = field(default_factory=dict)
    _turn: Lock = field(default_factory=Lock)

    def may_ask(self, peer: Hashable) -> bool:
        """Whether an attempt may be made now."""
        now = self.seconds()
        with self._turn:
            record = self._records.setdefault(peer, _Record())
            if record.failures < self.tolerance.failures:
                return True
            if now < record.rests_until:
                return False
            # This attempt is the one that is let through; the others wait as long again.
            record.rests_until = now + self.tolerance.rest.total_seconds()
            return True

    def remember(self, peer: Hashable, *, begun: float, has_failed: bool) -> None:
        """Note what came of an attempt that was begun at that second."""
        now = self.seconds()
        was_slow = has_failed and now - begun >= self.tolerance.slow.total_seconds()
        with self._turn:
            record = self._records.setdefault(peer, _Record())
            record.failures = record.failures + 1 if was_slow else 0
            record.rests_until = now + self.tolerance.rest.total_seconds()


@dataclass(frozen=True, kw_only=True)
class SparingConnector:
    """A connector that passes attempts on, unless the agency rests: then they fail at once.

    A failed attempt counts, and is repeated after the rest at the earliest.
    """

    connector: Connector
    rests: Rests = field(default_factory=Rests)

    def deliver(self, delivery: Delivery) -> DeliveryOutcome:
        """Make one attempt, or let it be."""
        agency, begun = delivery.agency.id, self.rests.seconds()
        if not self.rests.may_ask(agency):
            return DeliveryOutcome(
                result=DeliveryResult.FAILED,
                detail="The agency did not answer several times in a row, and is left alone for a while.",
                retry_after=self.rests.tolerance.rest,
            )
        outcome = self.connector.deliver(delivery)
        self.rests.remember(agency, begun=begun, has_failed=outcome.result is DeliveryResult.FAILED)
        return outcome


@dataclass(frozen=True, kw_only=True)
class SparingChannel:
    """A channel that passes attempts on, unless its provider rests: then they fail at once."""

    channel: Channel
    rests: Rests = field(default_factory=Rests)

    def send(self, sending: Sending) -> SendingOutcome:
        """Make one attempt, or let it be."""
        way, begun = sending.channel, self.rests.seconds()
        if not self.rests.may_ask(way):
            return SendingOutcome(
                result=SendingResult.FAILED,
                detail="The provider did not answer several times in a row, and is left alone for a while.",
            )
        outcome = self.channel.send(sending)
        self.rests.remember(way, begun=begun, has_failed=outcome.result is SendingResult.FAILED)
        return outcome
