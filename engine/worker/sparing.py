"""Sparing the worker's hands: an agency that lets attempts run into the void is asked by one hand at a time.

Otherwise one large agency that hangs would soon hold every hand, and with them the deliveries to all others.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from uuid import UUID

from engine.ports.connector import Connector, Delivery, DeliveryOutcome, DeliveryResult

Seconds = Callable[[], float]
"""A clock that only runs forward, in seconds."""


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """How many attempts in a row may each fail after `slow` before the agency rests, and for how long."""

    failures: int = 3
    slow: timedelta = timedelta(seconds=5)
    rest: timedelta = timedelta(seconds=30)


@dataclass
class _Record:
    """What is remembered of one agency: slow failures in a row, and when it may next be asked."""

    failures: int = 0
    rests_until: float = 0


@dataclass(frozen=True, kw_only=True)
class SparingConnector:
    """A connector that passes attempts on, unless the agency rests: then they fail at once.

    A failed attempt counts, and is repeated after the rest at the earliest. When the rest is over, a single
    attempt is let through; if that is slow to fail too, the agency rests again. An agency that fails quickly
    costs no hand, and does not rest.
    """

    connector: Connector
    tolerance: Tolerance = Tolerance()
    seconds: Seconds = time.monotonic
    _records: dict[UUID, _Record] = field(default_factory=dict)
    _turn: Lock = field(default_factory=Lock)

    def deliver(self, delivery: Delivery) -> DeliveryOutcome:
        """Make one attempt, or let it be."""
        begun = self.seconds()
        if not self._may_ask(delivery.agency.id, begun):
            return DeliveryOutcome(
                result=DeliveryResult.FAILED,
                detail="The agency did not answer several times in a row, and is left alone for a while.",
                retry_after=self.tolerance.rest,
            )
        outcome = self.connector.deliver(delivery)
        took = timedelta(seconds=self.seconds() - begun)
        self._remember(
            delivery.agency.id,
            was_slow=outcome.result is DeliveryResult.FAILED and took >= self.tolerance.slow,
        )
        return outcome

    def _may_ask(self, agency_id: UUID, now: float) -> bool:
        with self._turn:
            record = self._records.setdefault(agency_id, _Record())
            if record.failures < self.tolerance.failures:
                return True
            if now < record.rests_until:
                return False
            # This attempt is the one that is let through; the others wait as long again.
            record.rests_until = now + self.tolerance.rest.total_seconds()
            return True

    def _remember(self, agency_id: UUID, *, was_slow: bool) -> None:
        with self._turn:
            record = self._records[agency_id]
            if not was_slow:
                record.failures = 0
                return
            record.failures += 1
            record.rests_until = self.seconds() + self.tolerance.rest.total_seconds()
