"""HTTP calls of the demonstration, which speaks to Stoa from outside as anybody would."""

import http.client
import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any
from urllib.parse import urlsplit


class Unreachable(Exception):
    """The server gave no answer; the message says which server and why."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The server's response."""

    status: int
    body: bytes

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def call(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 15,
) -> Reply:
    """Make one request and read its answer; `Unreachable` if there is none within `timeout` seconds."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, target, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return Reply(status=response.status, body=response.read())
    except (OSError, http.client.HTTPException) as problem:
        raise Unreachable(f"{parts.netloc} gave no answer: {type(problem).__name__}.") from problem
    finally:
        connection.close()


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
