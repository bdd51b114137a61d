"""The connections of a process, and how long one may be open without a request.

A connection that brings no whole head of a request in time is closed, whatever trickles in: a head that drips
and a connection that nobody uses are the same. Of those there are so many at most; one more closes the one
that has been without a request for longest. Nothing here knows of HTTP: who serves a request says so.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Client = tuple[Any, ...]
"""The address and the port of the other side: there is one connection of each at a time."""
NOBODY: Client = ("", 0)
"""Whoever had gone before the connection was taken up."""


class Connections:
    """Keeps the connections of one event loop, each from when it is made until it is lost.

    `idle_seconds` is how long one may be open without a request, `most_idle` how many may be so at once.
    """

    def __init__(self, *, idle_seconds: float, most_idle: int) -> None:
        self._idle_seconds = idle_seconds
        self._most_idle = most_idle
        self._by_client: dict[Client, _Connection] = {}
        self._idle: dict[_Connection, asyncio.TimerHandle] = {}
        self._are_ending = False

    def __contains__(self, client: Client) -> bool:
        return client in self._by_client

    def watched(self, protocol: asyncio.Protocol) -> asyncio.Protocol:
        """The protocol of a new connection, with this looking after it."""
        return _Connection(protocol, self)

    @contextmanager
    def serving(self, client: Client) -> Iterator[None]:
        """While a request of this client is served its connection is not idle."""
        connection = self._by_client.get(client)
        if connection is None:
            yield
            return
        self._no_longer_idle(connection)
        try:
            yield
        finally:
            if client in self._by_client:
                self._begin_idle(connection)

    def cut(self, client: Client) -> None:
        """End the connection of this client at once, with what it has not read yet."""
        connection = self._by_client.get(client)
        if connection is not None:
            connection.transport.abort()

    def end(self) -> None:
        """Close every connection without a request, and from now on each whose request is answered."""
        self._are_ending = True
        for connection in list(self._idle):
            connection.close()

    def made(self, connection: "_Connection") -> None:
        """A connection is there; it is idle until its first request."""
        if len(self._idle) >= self._most_idle:
            longest = next(iter(self._idle))
            self._no_longer_idle(longest)
            longest.transport.abort()
        self._by_client[connection.client] = connection
        self._begin_idle(connection)

    def lost(self, connection: "_Connection") -> None:
        """A connection has ended."""
        self._no_longer_idle(connection)
        if self._by_client.get(connection.client) is connection:
            del self._by_client[connection.client]

    def _begin_idle(self, connection: "_Connection") -> None:
        seconds = 0 if self._are_ending else self._idle_seconds
        self._idle[connection] = asyncio.get_running_loop().call_later(seconds, connection.close)

    def _no_longer_idle(self, connection: "_Connection") -> None:
        timer = self._idle.pop(connection, None)
        if timer is not None:
            timer.cancel()


class _Connection(asyncio.Protocol):
    """What stands between a transport and the protocol that reads requests from it."""

    def __init__(self, protocol: asyncio.Protocol, connections: Connections) -> None:
        self._protocol = protocol
        self._connections = connections
        # Nothing stands between the two while bytes come in.
        self.data_received = protocol.data_received  # type: ignore[method-assign]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError(f"Expected a connection of a stream, found {transport!r}.")
        self.transport = transport
        self.client: Client = tuple((transport.get_extra_info("peername") or NOBODY)[:2])
        self._connections.made(self)
        self._protocol.connection_made(transport)

    def connection_lost(self, reason: Exception | None) -> None:
        self._connections.lost(self)
        self._protocol.connection_lost(reason)

    def eof_received(self) -> bool | None:
        return self._protocol.eof_received()

    def pause_writing(self) -> None:
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        self._protocol.resume_writing()

    def close(self) -> None:
        """Close the connection; one that does not read what it was sent would never be closed, and is cut."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()


class WatchingLoop(asyncio.SelectorEventLoop):
    """An event loop whose servers have their connections watched, by `connections`."""

    connections: Connections

    async def create_server(  # type: ignore[override]  # the arguments that are used here, by name
        self, protocol_factory: Callable[[], asyncio.Protocol], **options: Any
    ) -> asyncio.Server:
        """As in asyncio."""
        return await super().create_server(lambda: self.connections.watched(protocol_factory()), **options)
