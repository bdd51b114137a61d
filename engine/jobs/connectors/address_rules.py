"""Which network addresses a connector may speak to, so that an endpoint never leads into our own network."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

OPEN_PORTS = frozenset({80, 443})
"""Ports that any public endpoint may have; others are allowed host by host."""

# The special-purpose registries of IANA (RFC 6890 and its updates), written out because the standard
# library's `is_global` differs between releases of Python and calls multicast and 6to4 global.
_CLOSED_IPV4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network, and the unspecified address
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind a carrier's address translation
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, the metadata services of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # automatic multicast tunnels
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)

# Everything outside global unicast is closed: loopback, link-local, unique local, multicast, IPv4-mapped
# addresses, and NAT64 (64:ff9b::/96).
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_CLOSED_IPV6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_IPV4)
    return address in _GLOBAL_UNICAST and not any(address in network for network in _CLOSED_IPV6)


@dataclass(frozen=True, kw_only=True)
class AddressRules:
    """What is open besides the public internet on ports 80 and 443: single places and whole networks.

    A place is a host and a port. A listed place or network may also be spoken to without TLS.
    """

    places: frozenset[tuple[str, int]] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, entries: Sequence[str]) -> "AddressRules":
        """The rules for entries such as `127.0.0.1:8081`, `[::1]:8081`, `agency.example:8443`, `10.1.0.0/16`.

        Raises ValueError with a sentence that names the first entry that is none of these.
        """
        networks = [ip_network(entry.strip()) if _is_network(entry) else None for entry in entries]
        return cls(
            places=frozenset(
                _place(entry) for entry, network in zip(entries, networks, strict=True) if network is None
            ),
            networks=tuple(network for network in networks if network is not None),
        )

    def lists(self, host: str, port: int) -> bool:
        """Whether the operator named this place, or wrote down a network that this literal address is in."""
        return (host.lower(), port) in self.places or self._in_networks(_literal(host))

    def problem(self, *, host: str, port: int, address: Address) -> str | None:
        """Why `address`, to which `host` resolved, may not be connected to; None if it may."""
        if (host.lower(), port) in self.places or self._in_networks(address):
            return None
        if port not in OPEN_PORTS:
            return f"port {port} is not open to agencies (80, 443 and what the operator lists are)"
        if not is_public(address):
            return f"{host} leads to an address that is not public"
        return None

    def _in_networks(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self.networks)


def _is_network(entry: str) -> bool:
    return "/" in entry


def _place(entry: str) -> tuple[str, int]:
    host, _, port = entry.strip().rpartition(":")
    host = host.removeprefix("[").removesuffix("]").lower()
    if not host or not (port.isascii() and port.isdecimal()) or not 0 < int(port) < 65536:
        raise ValueError(f"Expected host:port or a network such as 10.0.0.0/8, but found {entry!r}.")
    return host, int(port)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
