"""A mail server on loopback: it speaks enough of SMTP (RFC 5321) to be handed a message, under TLS."""

import base64
import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from threading import Thread


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A message that was handed in: by whom, on what envelope, and whether under TLS."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    is_secret: bool
    signed_in_as: str


@dataclass
class MailServer:
    """What the server says, which a test may change, and what it took."""

    port: int = 0
    offers_tls: bool = True
    to_recipient: str = "250 ok"
    to_message: str = "250 taken"
    password: str = ""
    taken: list[Taken] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    """Every command that came, in order."""


@contextmanager
def a_running_mail_server(tls: ssl.SSLContext, *, tls_at_once: bool) -> Iterator[MailServer]:
    """A server that takes messages for the length of the block."""
    server = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        timeout = 10

        def handle(self) -> None:
            _Talk(self, server, tls, is_secret=tls_at_once).go()

        def finish(self) -> None:
            super().finish()
            # Under TLS it is another socket than the one that the listener accepted, and closes.
            self.connection.close()

    class Listener(socketserver.ThreadingTCPServer):
        allow_reuse_address = True

        def handle_error(self, *_: object) -> None:
            """A client that goes away is no fault of the server's."""

        def finish_request(self, request: object, address: object) -> None:
            secured = tls.wrap_socket(request, server_side=True) if tls_at_once else request  # type: ignore[arg-type]
            super().finish_request(secured, address)  # type: ignore[arg-type]

    with Listener(("127.0.0.1", 0), Handler) as listener:
        server.port = listener.server_address[1]
        thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        listener.shutdown()
        thread.join()


class _Talk:
    """One connection."""

    def __init__(
        self,
        handler: socketserver.StreamRequestHandler,
        server: MailServer,
        tls: ssl.SSLContext,
        *,
        is_secret: bool,
    ) -> None:
        self._handler, self._server, self._tls = handler, server, tls
        self._is_secret, self._name, self._sender = is_secret, "", ""
        self._recipients: list[str] = []

    def go(self) -> None:
        """Talk until the client quits."""
        self._say("220 mail.example ESMTP")
        while line := self._handler.rfile.readline().decode().rstrip("\r\n"):
            self._server.spoken.append(line)
            verb, _, rest = line.partition(" ")
            if verb.upper() == "QUIT":
                self._say("221 bye")
                return
            self._answer(verb.upper(), rest)

    def _answer(self, verb: str, rest: str) -> None:
        match verb:
            case "EHLO":
                offers_tls = self._server.offers_tls and not self._is_secret
                for word in ["SIZE 1000000", "AUTH PLAIN", *(["STARTTLS"] if offers_tls else [])]:
                    self._say(f"250-{word}")
                self._say("250 8BITMIME")
            case "STARTTLS":
                self._say("220 go on")
                secured = self._tls.wrap_socket(self._handler.connection, server_side=True)
                self._handler.rfile.close()
                self._handler.connection = secured
                self._handler.rfile = secured.makefile("rb")
                self._handler.wfile = secured.makefile("wb", buffering=0)  # type: ignore[assignment]
                self._is_secret = True
            case "AUTH":
                _, name, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
                self._name = name
                self._say("235 welcome" if password == self._server.password else "535 no")
            case "MAIL":
                self._sender = _address(rest)
                self._say("250 ok")
            case "RCPT":
                self._recipients.append(_address(rest))
                self._say(self._server.to_recipient)
            case "DATA":
                self._say("354 go on")
                self._take()
            case _:
                self._say("250 ok")

    def _take(self) -> None:
        lines: list[bytes] = []
        while (line := self._handler.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if self._server.to_message.startswith("250"):
            taken = Taken(
                sender=self._sender,
                recipients=tuple(self._recipients),
                message=message_from_bytes(b"".join(lines), policy=SMTP),
                is_secret=self._is_secret,
                signed_in_as=self._name,
            )
            self._server.taken.append(taken)
        self._say(self._server.to_message)

    def _say(self, text: str) -> None:
        self._handler.wfile.write(f"{text}\r\n".encode())


def _address(rest: str) -> str:
    return rest[rest.index("<") + 1 : rest.index(">")]
