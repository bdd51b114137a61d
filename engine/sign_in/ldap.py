"""A directory asked by LDAP: a person is looked up by name, and then signed in with their own password."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ldap3 import NONE, SIMPLE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException, LDAPInvalidCredentialsResult
from ldap3.utils.conv import escape_filter_chars

from engine.domain.refusal import Unavailable

_SECONDS = 5
"""How long the directory may take to answer."""


@dataclass(frozen=True, kw_only=True)
class LdapDirectory:
    """Fills the port `Directory`.

    `url` is `ldaps://host` or `ldap://host`, which is turned to TLS before anything secret is said (StartTLS,
    RFC 4511, section 4.14). `person_filter` finds a person, with `{username}` for their name. `bind_name` is
    the entry that may search, empty for anybody. `ca_file` holds the authorities that vouch for the server,
    empty for those of the machine.
    """

    url: str
    search_base: str
    person_filter: str
    bind_name: str
    bind_password: str
    ca_file: str

    def vouches_for(self, username: str, password: str) -> bool:
        """Whether that is the password of the one person of that name.

        An empty password proves nothing: a server lets anybody in with one (RFC 4513, section 5.1.2).
        """
        if not username or not password:
            return False
        with _translating():
            name = self._name_of(username)
            return name is not None and self._opens(name, password)

    def _name_of(self, username: str) -> str | None:
        """The distinguished name of the one person of that user name; None for nobody, and for several."""
        wanted = self.person_filter.replace("{username}", escape_filter_chars(username))
        with self._connected(self.bind_name, self.bind_password) as connection:
            connection.search(
                self.search_base,
                wanted,
                search_scope=SUBTREE,
                attributes=[],
                size_limit=2,
                time_limit=_SECONDS,
            )
            found = [one["dn"] for one in connection.response or () if one["type"] == "searchResEntry"]
        return found[0] if len(found) == 1 else None

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
            user=name or None,
            password=password or None,
            authentication=SIMPLE if name else None,
            auto_referrals=False,
            raise_exceptions=True,
            receive_timeout=_SECONDS,
        )
        try:
            connection.open()
            if not self.url.startswith("ldaps:") and not connection.start_tls():
                raise Unavailable("The directory does not turn to TLS.")
            connection.bind()
            yield connection
        finally:
            # Not by unbinding, which would first send something, over a connection that may have failed.
            connection.strategy.close()
            if connection.socket is not None:
                connection.socket.close()

    def _server(self) -> Server:
        tls = _NamedTls(ca_certs_file=self.ca_file or None)
        return Server(self.url, tls=tls, get_info=NONE, connect_timeout=_SECONDS)


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
    except (LDAPException, OSError, ssl.SSLError) as error:
        raise Unavailable("The directory does not answer, or not as it should.") from error
