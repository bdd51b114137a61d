"""Connections to agencies that stay open for the next exchange; each is used by one exchange at a time."""

import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import httpcore

from engine.jobs.connectors.guarded_network import Deadline

IDLE_SECONDS = 4.0
"""After this long without an exchange a connection is closed: many servers close after five seconds."""

OLDEST_SECONDS = 60.0
"""A connection of that age is closed, so that its host is looked up and checked anew."""

MOST_IDLE = 32
"""Connections that are kept for one agency's server; a worker has few more threads than that."""

Connect = Callable[[httpcore.Origin, Deadline], httpcore.HTTPConnection]
"""Makes a connection to a server that connects when it is first used; its exchanges end at the deadline."""


@dataclass(frozen=True, kw_only=True)
class KeptConnection:
    """A connection, and the deadline of the exchange that uses it."""

    connection: httpcore.HTTPConnection
    deadline: Deadline
    opened_at: float = field(default_factory=time.monotonic)

    @property
    def may_be_used_again(self) -> bool:
        """Whether its last exchange is over, both sides keep it, and it is not too old."""
        return (
            self.connection.is_idle()
            and not self.connection.has_expired()
            and time.monotonic() - self.opened_at < OLDEST_SECONDS
        )


class KeptConnections:
    """The connections of a connector to all servers; threads may share it."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._lock = Lock()
        self._idle: dict[str, list[KeptConnection]] = {}
        self._swept_at = time.monotonic()
        weakref.finalize(self, _close_all, self._idle)

    def exchange(
        self, request: httpcore.Request, read: Callable[[httpcore.Response], Any], *, seconds: float
    ) -> Any:
        """What `read` makes of the response; it may raise as httpcore does.

        A kept connection that the server closes while it is being used says nothing about the server: the
        same request goes over a new one, in what is left of the time.
        """
        deadline = Deadline.after(seconds)
        origin = request.url.origin
        key = str(origin)
        kept = self._taken(key)
        if kept is not None:
            try:
                with self._used(key, kept, deadline):
                    return _exchanged(kept.connection, request, read)
            except (httpcore.NetworkError, httpcore.RemoteProtocolError):
                kept = None
        fresh = KeptConnection(connection=self._connect(origin, deadline), deadline=deadline)
        with self._used(key, fresh, deadline):
            return _exchanged(fresh.connection, request, read)

    @contextmanager
    def _used(self, key: str, kept: KeptConnection, until: Deadline) -> Iterator[None]:
        kept.deadline.at = until.at
        try:
            yield
        except BaseException:
            kept.connection.close()
            raise
        self._give_back(key, kept)

    def _taken(self, key: str) -> KeptConnection | None:
        """The connection that was used last, if it is of use still."""
        self._sweep()
        while True:
            with self._lock:
                idle = self._idle.get(key)
                kept = idle.pop() if idle else None
            if kept is None or kept.may_be_used_again:
                return kept
            kept.connection.close()

    def _give_back(self, key: str, kept: KeptConnection) -> None:
        if kept.connection.is_idle() and not _has_more_to_say(kept.connection):
            with self._lock:
                idle = self._idle.setdefault(key, [])
                if len(idle) < MOST_IDLE:
                    idle.append(kept)
                    return
        kept.connection.close()

    def _sweep(self) -> None:
        """Close what nobody has used for a while, whichever server it leads to."""
        now = time.monotonic()
        if now - self._swept_at < IDLE_SECONDS:
            return
        self._swept_at = now
        with self._lock:
            before = [(key, kept) for key, idle in self._idle.items() for kept in idle]
            self._idle.clear()
        for key, kept in before:
            if kept.may_be_used_again:
                with self._lock:
                    self._idle.setdefault(key, []).append(kept)
            else:
                kept.connection.close()


def _exchanged(
    connection: httpcore.HTTPConnection, request: httpcore.Request, read: Callable[[httpcore.Response], Any]
) -> Any:
    response = connection.handle_request(request)
    try:
        return read(response)
    finally:
        response.close()


def _has_more_to_say(connection: httpcore.HTTPConnection) -> bool:
    """Whether more came than the answer: it would be taken for the answer to the next request."""
    http11: Any = connection._connection  # noqa: SLF001 - nothing public tells; a test pins it
    return bool(http11._h11_state.trailing_data[0])  # noqa: SLF001


def _close_all(idle: dict[str, list[KeptConnection]]) -> None:
    for kept in (one for of_server in idle.values() for one in of_server):
        kept.connection.close()
