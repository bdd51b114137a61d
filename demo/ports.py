"""Loopback ports: finding a free one, and waiting until somebody answers there."""

import socket
import time
from threading import Event

from demo.calls import Unreachable, call


def free_ports(*wanted: int) -> list[int]:
    """For each wanted port, itself if nobody listens there, else any free port; all of them different."""
    found: list[int] = []
    for port in wanted:
        free = free_port(port)
        found.append(free if free not in found else free_port())
    return found


def free_port(wanted: int | None = None) -> int:
    """`wanted` if nobody listens there, else any free port of the loopback address."""
    for port in (wanted, 0) if wanted else (0,):
        with socket.socket() as trial:
            # As the servers do, so that connections of an earlier run that are still fading do not count.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(trial.getsockname()[1])
    raise OSError("Expected a free loopback port, but found none.")


def wait_until_up(url: str, *, seconds: float, stop: Event) -> None:
    """Until a GET of `url` succeeds; `Unreachable` if `seconds` are over or `stop` is set before."""
    end = time.monotonic() + seconds
    while True:
        try:
            reply = call("GET", url, timeout=2)
            found = f"HTTP {reply.status}"
            if reply.accepted:
                return
        except Unreachable as problem:
            found = str(problem)
        if time.monotonic() > end or stop.wait(0.1):
            raise Unreachable(f"Expected {url} to be up within {seconds:g} seconds, but found: {found}")
