"""How a process is asked to stop: SIGTERM or SIGINT."""

import signal
from threading import Event


def stop_signal() -> Event:
    """An event that SIGTERM and SIGINT set from now on; for the main thread of a process only."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
