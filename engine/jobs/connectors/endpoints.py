"""Endpoints: what the URL of an agency must look like before it is kept, and before it is called."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from engine.jobs.connectors.address_rules import OPEN_PORTS, AddressRules

LONGEST_URL = 2000
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A URL that was checked, in parts: `target` is path and query, `host` has no brackets."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


class EndpointRefused(Exception):
    """The URL cannot be an endpoint; the message says what was expected."""


def endpoint_problem(url: str, rules: AddressRules) -> str | None:
    """Why `url` may not be an agency's endpoint, as a sentence; None if it may.

    Names are not resolved here: what they lead to is checked at every connection.
    """
    try:
        read_endpoint(url, rules)
    except EndpointRefused as refused:
        return str(refused)
    return None


def read_endpoint(url: str, rules: AddressRules) -> Endpoint:
    """The parts of `url`; `EndpointRefused` unless it is an https URL without credentials.

    Plain http is for places that the operator lists.
    """
    if len(url) > LONGEST_URL or not all("!" <= character <= "~" for character in url):
        raise EndpointRefused(
            f"Expected at most {LONGEST_URL} ASCII characters without spaces (international names as xn--)."
        )
    parts, port = _split(url)
    host = parts.hostname or ""
    if parts.scheme not in _DEFAULT_PORTS or not host:
        raise EndpointRefused("Expected an absolute https URL.")
    if parts.username is not None or parts.fragment or "\\" in url:
        raise EndpointRefused("Expected a URL without user name, fragment or backslash.")
    port = port or _DEFAULT_PORTS[parts.scheme]
    _require_open(parts.scheme, host, port, rules)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Endpoint(scheme=parts.scheme, host=host, port=port, target=target)


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise EndpointRefused("Expected an absolute https URL with a port between 1 and 65535.") from problem
    if port == 0:
        raise EndpointRefused("Expected a port between 1 and 65535, but found 0.")
    return parts, port


def _require_open(scheme: str, host: str, port: int, rules: AddressRules) -> None:
    if rules.lists(host, port):
        return
    if scheme != "https":
        raise EndpointRefused("Expected https; http is only for places that the operator lists.")
    # A host whose last label begins with a digit is an address to resolvers, also in odd notations (`127.1`,
    # `0x7f.1`), so it must be an ordinary one.
    if host.rsplit(".", 1)[-1][:1].isdigit() or ":" in host:
        _require_open_address(host, port, rules)
    elif port not in OPEN_PORTS:
        raise EndpointRefused(f"Expected port 443 or one that the operator lists, but found {port}.")


def _require_open_address(host: str, port: int, rules: AddressRules) -> None:
    try:
        address = ip_address(host)
    except ValueError as problem:
        raise EndpointRefused("Expected a host name or an ordinary IP address.") from problem
    if reason := rules.problem(host=host, port=port, address=address):
        raise EndpointRefused(f"Expected a public address, but {reason}.")
