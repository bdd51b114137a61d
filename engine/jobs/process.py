"""The worker as a process: built from settings, stopped by SIGTERM or SIGINT."""

import logging
from dataclasses import replace
from datetime import timedelta

from engine.bootstrap import build, build_channels, build_connector
from engine.jobs.pace import Pace
from engine.jobs.stopping import stop_signal
from engine.jobs.worker import Worker
from engine.settings import Settings

_CHORES = 5


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, then finish what was begun and return; for the main thread only.

    Being killed instead is harmless: what was under way is done again when its lease is over, and the agency
    knows it by its webhook-id.
    """
    # A chore that takes longer than its interval is skipped once, which is as it should be and no warning.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    stop = stop_signal()
    # Every hand may need the database at the same time, and so may the chores.
    pool = max(settings.database_pool, settings.worker_threads + _CHORES)
    with build(replace(settings, database_pool=pool)) as engine:
        worker = Worker(
            engine, build_connector(settings), channels=build_channels(settings), pace=pace_of(settings)
        )
        worker.run_forever(stop)


def pace_of(settings: Settings) -> Pace:
    """The measures that the settings set."""
    return Pace(
        poll=timedelta(seconds=settings.worker_poll_seconds),
        lease=timedelta(seconds=settings.lease_seconds),
        jobs_at_once=settings.worker_threads,
    )
