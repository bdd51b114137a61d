"""The engine's counts, looked up now and then: they read much of an index, and load balancers ask often."""

from datetime import datetime, timedelta

from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM
from engine.operations.model import NOTHING_COUNTED, Gauges, Totals
from engine.operations.queries import CountEverything, CountSettled

AGE = timedelta(seconds=10)
"""How old counts may be before they are looked up again."""


class RecentGauges:
    """Remembers the last counts of an engine, and what of them cannot change any more.

    Only the first look counts everything: a million closed cases take the better part of a second. Threads
    that find the counts too old at once look them up twice.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._settled: Totals = NOTHING_COUNTED
        self._last: tuple[datetime, Gauges] | None = None

    def now(self) -> Gauges:
        """Counts that are at most `AGE` old."""
        moment = self._engine.clock.now()
        if self._last is None or not timedelta(0) <= moment - self._last[0] <= AGE:
            settled = self._engine.ask(CountSettled(after=self._settled), actor=SYSTEM)
            self._last = (moment, self._engine.ask(CountEverything(after=settled), actor=SYSTEM))
            self._settled = settled
        return self._last[1]
