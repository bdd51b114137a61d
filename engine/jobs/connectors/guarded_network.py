"""A network for httpcore that looks up a host, checks where it leads, and connects to what it checked.

Checking a name first and connecting by name afterwards would leave a gap in which the name can change (DNS
rebinding). Certificates are still verified against the name, because TLS starts after the connection stands.
"""

import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from ssl import SSLContext
from typing import Any

import httpcore

from engine.jobs.connectors.address_rules import Address, AddressRules

Resolve = Callable[[str, int], Iterable[str]]
"""Gives the addresses of a host, in the order in which they should be tried; OSError if there are none."""


class AddressRefused(httpcore.ConnectError):
    """The host leads somewhere that agencies may not be; nothing was sent."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host as the system's resolver gives them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(kw_only=True)
class Deadline:
    """When an exchange is over, however slowly the peer keeps it alive; seconds of the monotonic clock.

    The next exchange on the same connection moves it.
    """

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        return cls(at=time.monotonic() + seconds)

    def within(self, timeout: float | None) -> float | None:
        """The seconds left, or `timeout` if that is shorter; None when nothing is left."""
        left = self.at - time.monotonic()
        if left <= 0:
            return None
        return left if timeout is None else min(left, timeout)


@dataclass(frozen=True, kw_only=True)
class GuardedNetwork(httpcore.NetworkBackend):
    """Connects to checked addresses only, for exchanges that are over at the deadline."""

    rules: AddressRules
    deadline: Deadline
    resolve: Resolve = resolve
    system: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the host's first address that answers; `AddressRefused` if any may not be called."""
        unreached: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in self._checked_addresses(host, port):
            left = self.deadline.within(timeout)
            if left is None:
                break
            try:
                stream = self.system.connect_tcp(str(address), port, left, local_address, socket_options)
                return BoundedStream(stream=stream, deadline=self.deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as problem:
                unreached = problem
        raise unreached or httpcore.ConnectTimeout("The time was over before a connection stood.")

    def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002 - the interface is httpcore's
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Refused: an agency is never a socket of this machine."""
        raise AddressRefused("Expected a network address, but found a socket of this machine.")

    def _checked_addresses(self, host: str, port: int) -> list[Address]:
        try:
            addresses = [ip_address(text) for text in self.resolve(host, port)]
        except (OSError, UnicodeError) as problem:
            raise httpcore.ConnectError(f"{host} could not be looked up.") from problem
        for address in addresses:
            if reason := self.rules.problem(host=host, port=port, address=address):
                raise AddressRefused(f"Expected a public address, but {reason}.")
        return addresses


@dataclass(frozen=True, kw_only=True)
class BoundedStream(httpcore.NetworkStream):
    """A connection on which nothing goes past the deadline: sending byte after byte does not hold us."""

    stream: httpcore.NetworkStream
    deadline: Deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Up to `max_bytes`; `ReadTimeout` when the time is over."""
        left = self.deadline.within(timeout)
        if left is None:
            raise httpcore.ReadTimeout("The exchange took too long.")
        return self.stream.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of `buffer`; `WriteTimeout` when the time is over."""
        left = self.deadline.within(timeout)
        if left is None:
            raise httpcore.WriteTimeout("The exchange took too long.")
        self.stream.write(buffer, left)

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The connection under TLS, bounded in the same way."""
        left = self.deadline.within(timeout)
        if left is None:
            raise httpcore.ConnectTimeout("The exchange took too long.")
        secured = self.stream.start_tls(ssl_context, server_hostname, left)
        return BoundedStream(stream=secured, deadline=self.deadline)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)
