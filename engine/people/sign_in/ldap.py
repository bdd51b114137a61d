"""A directory asked by LDAP: a person is looked up by name, and then signed in with their own password."""

import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ldap3 import NONE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException, LDAPInvalidCredentialsResult, LDAPInvalidDnError
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import parse_dn

from engine.kernel.refusal import Unavailable
from engine.people.sign_in.contract import ExternalIdentity

_ESCAPED = re.compile(rb"\\(?:([0-9a-fA-F]{2})|(.))")
_SECONDS = 5
"""How long the directory may take to answer."""


@dataclass(frozen=True, kw_only=True)
class LdapGroups:
    """How a person's groups are found.

    With `group_filter`, such as `(member={dn})`, by a search below `search_base`; without one by the
    `attribute` of the person that names their groups. A group is called as its entry is: `cn=x,ou=groups` is
    x.
    """

    attribute: str = "memberOf"
    search_base: str = ""
    group_filter: str = ""


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """A person's entry: its distinguished name, and what it says of them."""

    dn: str
    attributes: Mapping[str, Sequence[Any]]

    def texts(self, attribute: str) -> list[str]:
        """The values of an attribute, whose name may be written in any case."""
        wanted = attribute.lower()
        found = next((values for name, values in self.attributes.items() if name.lower() == wanted), ())
        return [str(one) for one in found]


@dataclass(frozen=True, kw_only=True)
class LdapDirectory:
    """Fills the port `Directory`.

    `url` is `ldaps://host` or `ldap://host`, which is turned to TLS before anything secret is said (StartTLS,
    RFC 4511, section 4.14). `person_filter` finds a person, with `{username}` for their name. `bind_name` is
    the entry that may search, empty for anybody. `ca_file` holds the certificate authorities of the server,
    empty for those of the machine. `name_attribute` is what colleagues call a person. Without `groups` it is
    not asked for any.
    """

    url: str
    search_base: str
    person_filter: str
    bind_name: str
    bind_password: str = field(repr=False)
    ca_file: str
    name_attribute: str = "cn"
    groups: LdapGroups | None = None

    def person(self, username: str, password: str) -> ExternalIdentity | None:
        """The one person of that name, if that is their password.

        An empty password proves nothing: a server lets anybody in with one (RFC 4513, section 5.1.2).
        """
        if not username or not password:
            return None
        with _translating():
            with self._connected(self.bind_name, self.bind_password) as connection:
                entry = self._entry_of(connection, username)
                groups = self._groups_of(connection, entry) if entry else frozenset()
            if entry is None or not self._opens(entry.dn, password):
                return None
        name = next(iter(entry.texts(self.name_attribute)), "")
        return ExternalIdentity(username=username, display_name=name, groups=groups)

    def _entry_of(self, connection: Connection, username: str) -> _Entry | None:
        """The entry of the one person of that user name; None for nobody, and for several."""
        wanted = self.person_filter.replace("{username}", escape_filter_chars(username))
        asked = [self.name_attribute]
        if self.groups and not self.groups.group_filter:
            asked.append(self.groups.attribute)
        found = _found(connection, self.search_base, wanted, attributes=asked, size_limit=2)
        return found[0] if len(found) == 1 else None

    def _groups_of(self, connection: Connection, entry: _Entry) -> frozenset[str]:
        if self.groups is None:
            return frozenset()
        if not self.groups.group_filter:
            return frozenset(map(_called, entry.texts(self.groups.attribute)))
        wanted = self.groups.group_filter.replace("{dn}", escape_filter_chars(entry.dn))
        found = _found(connection, self.groups.search_base or self.search_base, wanted)
        return frozenset(_called(group.dn) for group in found)

    def _opens(self, name: str, password: str) -> bool:
        try:
            with self._connected(name, password):
                return True
        except LDAPInvalidCredentialsResult:
            return False

    @contextmanager
    def _connected(self, name: str, password: str) -> Iterator[Connection]:
        connection = Connection(
            self._server(),
            user=name,
            password=password,
            auto_referrals=False,
            raise_exceptions=True,
            receive_timeout=_SECONDS,
        )
        try:
            if not connection.server.ssl and not connection.start_tls():
                raise Unavailable("The directory does not turn to TLS.")
            connection.bind()
            yield connection
        finally:
            # Not by unbinding, which would first send something, over a connection that may have failed.
            connection.strategy.close()
            if connection.socket is not None:
                connection.socket.close()

    def _server(self) -> Server:
        tls = _NamedTls(ca_certs_file=self.ca_file)
        return Server(self.url, tls=tls, get_info=NONE, connect_timeout=_SECONDS)


def _found(
    connection: Connection,
    search_base: str,
    wanted: str,
    *,
    attributes: Sequence[str] = (),
    size_limit: int = 0,
) -> list[_Entry]:
    connection.search(
        search_base,
        wanted,
        search_scope=SUBTREE,
        attributes=list(attributes),
        size_limit=size_limit,
        time_limit=_SECONDS,
    )
    return [
        _Entry(dn=one["dn"], attributes=one["attributes"])
        for one in connection.response
        if one["type"] == "searchResEntry"
    ]


def _called(group: str) -> str:
    """What a group is called whose distinguished name that is (RFC 4514); a plain name is itself."""
    try:
        value = str(parse_dn(group)[0][1])
    except LDAPInvalidDnError:
        return group
    return _ESCAPED.sub(_unescaped, value.encode()).decode(errors="replace")


def _unescaped(escaped: re.Match[bytes]) -> bytes:
    """The byte that two hexadecimal digits stand for, or the character itself (section 2.4)."""
    return bytes.fromhex(escaped[1].decode()) if escaped[1] else escaped[2]


class _NamedTls(Tls):  # type: ignore[misc]  # the library has no types
    """TLS whose handshake checks the server's name too.

    The library does that afterwards, with a function that Python 3.12 has no more.
    """

    def wrap_socket(self, connection: Connection, do_handshake: bool = False) -> None:  # noqa: FBT001, FBT002 - as there
        trusted = ssl.create_default_context(cafile=self.ca_certs_file)
        connection.socket = trusted.wrap_socket(
            connection.socket, server_hostname=connection.server.host, do_handshake_on_connect=do_handshake
        )


@contextmanager
def _translating() -> Iterator[None]:
    """Raise `Unavailable` for whatever keeps the directory from saying yes or no."""
    try:
        yield
    except (LDAPException, OSError) as error:
        raise Unavailable("The directory does not answer, or not as it should.") from error
