"""A worker as a process of its own, with a lease that is short enough for tests."""

from collections.abc import Mapping
from datetime import timedelta

from engine.bootstrap import build_worker
from engine.jobs.worker import WorkerOptions, stop_signal
from engine.settings import from_environment


def work(environment: Mapping[str, str], lease_seconds: float) -> None:
    """Work until SIGTERM, with the settings that every worker reads from its environment."""
    options = WorkerOptions(poll=timedelta(seconds=0.05), lease=timedelta(seconds=lease_seconds))
    stop = stop_signal()
    build_worker(from_environment(environment), options=options).run_forever(stop)
