"""A worker as a process of its own, with a lease that is short enough for tests.

It reads the same settings as every worker, and the seconds of the lease as its only argument.
"""

import logging
import os
import sys
from dataclasses import replace
from datetime import timedelta

from engine.bootstrap import build, build_channels, build_connector
from engine.settings import from_environment
from engine.worker.process import pace_of
from engine.worker.stopping import stop_signal
from engine.worker.worker import Worker


def main(lease_seconds: float) -> None:
    """Work until SIGTERM."""
    settings = from_environment(os.environ)
    pace = replace(pace_of(settings), poll=timedelta(seconds=0.05), lease=timedelta(seconds=lease_seconds))
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    stop = stop_signal()
    worker = Worker(build(settings), build_connector(settings), channels=build_channels(settings), pace=pace)
    worker.run_forever(stop)


if __name__ == "__main__":
    main(float(sys.argv[1]))
