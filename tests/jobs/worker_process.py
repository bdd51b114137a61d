"""A worker as a process of its own, with a lease that is short enough for tests."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from engine.bootstrap import build, build_channels, build_connector
from engine.jobs.process import pace_of
from engine.jobs.stopping import stop_signal
from engine.jobs.worker import Worker
from engine.settings import from_environment


def work(environment: Mapping[str, str], lease_seconds: float) -> None:
    """Work until SIGTERM, with the settings that every worker reads from its environment."""
    settings = from_environment(environment)
    pace = replace(pace_of(settings), poll=timedelta(seconds=0.05), lease=timedelta(seconds=lease_seconds))
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    stop = stop_signal()
    worker = Worker(build(settings), build_connector(settings), channels=build_channels(settings), pace=pace)
    worker.run_forever(stop)
