"""The engine's counts, looked up now and then: they read whole indexes, and load balancers ask often."""

from datetime import datetime, timedelta

from engine.dispatch import Engine
from engine.domain.actor import SYSTEM
from engine.ports.reads import Gauges
from engine.queries.operations import CountEverything

AGE = timedelta(seconds=10)
"""How old counts may be before they are looked up again."""


class RecentGauges:
    """Remembers the last counts of an engine. Threads that find them too old at once look them up twice."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._last: tuple[datetime, Gauges] | None = None

    def now(self) -> Gauges:
        """Counts that are at most `AGE` old."""
        moment = self._engine.clock.now()
        if self._last is None or not timedelta(0) <= moment - self._last[0] <= AGE:
            self._last = (moment, self._engine.ask(CountEverything(), actor=SYSTEM))
        return self._last[1]
