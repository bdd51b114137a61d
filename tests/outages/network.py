"""A network between the engine and its database that breaks when the engine commits."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread

from sqlalchemy.engine import make_url

from tests.outages.own_server import OwnServer
from tests.servers import listening

COMMIT = b"COMMIT\0"
"""The end of the message that asks for a commit (PostgreSQL documentation, section 53.7, Query)."""


class Break(Enum):
    """When the connection breaks."""

    BEFORE = "the commit does not arrive"
    AFTER = "the commit arrives, and its answer does not"


@dataclass
class Network:
    """The way to the server; `url` leads over it. The next commit breaks it as `breaks` says."""

    server: OwnServer
    url: str = ""
    breaks: Break | None = None
    has_broken: Event = field(default_factory=Event)

    def carry(self, client: socket.socket) -> None:
        """Carry everything both ways, until one side hangs up or the connection breaks."""
        with socket.socket(socket.AF_UNIX) as server:
            server.connect(str(self.server.socket))
            back = Thread(target=self._carry_back, args=(server, client))
            back.start()
            while sent := _received(client):
                if COMMIT in sent and self.breaks is not None:
                    self._break(client, server, sent)
                    break
                server.sendall(sent)
            with suppress(OSError):
                server.shutdown(socket.SHUT_WR)
            back.join()

    def _break(self, client: socket.socket, server: socket.socket, sent: bytes) -> None:
        how, self.breaks = self.breaks, None
        client.shutdown(socket.SHUT_RDWR)
        if how is Break.AFTER:
            server.sendall(sent)
        self.has_broken.set()

    def _carry_back(self, server: socket.socket, client: socket.socket) -> None:
        while answered := _received(server):
            with suppress(OSError):
                client.sendall(answered)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


def _received(end: socket.socket) -> bytes:
    """What came in; nothing once the other side is gone."""
    try:
        return end.recv(65_536)
    except OSError:
        return b""


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def a_network_to(server: OwnServer) -> Iterator[Network]:
    """A way to the server that may break."""
    network = Network(server)

    class Carrier(BaseRequestHandler):
        def handle(self) -> None:
            network.carry(self.request)

    with listening(_Server(("127.0.0.1", 0), Carrier)) as port:
        direct = make_url(server.url).difference_update_query(["host"])
        way = direct.set(host="127.0.0.1", port=port).update_query_dict({"sslmode": "disable"})
        network.url = way.render_as_string(hide_password=False)
        yield network
