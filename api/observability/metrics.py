"""Metrics in Prometheus' text format: this API's requests, and the engine's counts.

Several API processes share their request metrics through files when PROMETHEUS_MULTIPROC_DIR names a folder,
which `stoa serve` sees to; whichever process is asked then answers for all. The engine's counts come from the
database, so they are the same in every process.
"""

import os
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM
from engine.operations.model import NOTHING_COUNTED, Gauges, Totals
from engine.operations.queries import CountEverything, CountSettled

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The request metrics of one API process, by method and route; `requests` by status too."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("stoa_http_requests", "Requests answered.", labels, registry=self._registry)
        self.seconds = Histogram(
            "stoa_http_request_seconds",
            "How long requests took.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self._registry,
        )

    def text(self, gauges: Gauges) -> bytes:
        registry = self._registry
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types here
        registry_of_engine = CollectorRegistry()
        registry_of_engine.register(_EngineMetrics(gauges))
        return generate_latest(registry) + generate_latest(registry_of_engine)


class _EngineMetrics:
    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def collect(self) -> Iterable[Metric]:
        gauges = self._gauges
        yield _counter("stoa_cases_started", "Cases opened since the beginning.", gauges.cases_started)
        yield _counter("stoa_tasks_completed", "Tasks completed since the beginning.", gauges.tasks_completed)
        yield _by_status(gauges.cases_by_status)
        yield GaugeMetricFamily("stoa_open_tasks", "Tasks that wait for a person.", gauges.open_tasks)
        yield GaugeMetricFamily("stoa_jobs_ready", "Jobs that are to be done.", gauges.jobs_ready)
        yield GaugeMetricFamily(
            "stoa_job_lag_seconds", "Age of the oldest job that is due and not begun.", gauges.job_lag_seconds
        )
        yield GaugeMetricFamily("stoa_dead_letters", "Jobs that were given up.", gauges.dead_letters)
        yield GaugeMetricFamily(
            "stoa_paused_agencies", "Agencies that nothing is sent to.", gauges.paused_agencies
        )
        yield GaugeMetricFamily(
            "stoa_access_concerns",
            "Exceptional and unusual readings that nobody has reviewed.",
            gauges.access_concerns,
        )
        yield GaugeMetricFamily("stoa_stuck_cases", "Cases that wait for a repair.", gauges.stuck_cases)
        beat = gauges.last_worker_beat
        if beat is not None:
            yield GaugeMetricFamily(
                "stoa_worker_last_beat_timestamp_seconds", "When a worker was last alive.", beat.timestamp()
            )


def _counter(name: str, means: str, value: int) -> CounterMetricFamily:
    return CounterMetricFamily(name, means, value)


def _by_status(counts: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily("stoa_cases", "Cases by status.", labels=["status"])
    for status, number in sorted(counts.items()):
        family.add_metric([status], number)
    return family


AGE = timedelta(seconds=10)
"""How old counts may be before they are looked up again."""


class RecentGauges:
    """Keeps the last counts of an engine, and those that cannot change any more.

    Only the first look counts everything: a million closed cases take nearly a second. Threads that find the
    counts too old at the same time look them up twice.
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
