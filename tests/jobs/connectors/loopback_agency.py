"""An agency's server on loopback: it records what arrives and answers as the test says."""

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread


@dataclass(frozen=True, kw_only=True)
class Received:
    """A request as it arrived; header names are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the agency says."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Respond = Callable[[Received], Answer]


def always(answer: Answer) -> Respond:
    """Answers everything in the same way."""
    return lambda received: answer


class LoopbackAgency:
    """A running server. `answering` may be replaced at any time, and may sleep, to be slow."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.answering: Respond = always(Answer(status=202))
        self.received: list[Received] = []
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler_class())
        self._server.daemon_threads = True
        # Keeping finished threads would make closing wait for a deliberately slow answer.
        self._server.block_on_close = False
        self._scheme = "http" if tls is None else "https"
        if tls is not None:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Where deliveries go."""
        return f"{self._scheme}://127.0.0.1:{self.port}/inbox"

    @property
    def ids(self) -> list[str]:
        """The webhook-ids in the order of arrival."""
        return [received.headers["webhook-id"] for received in list(self.received)]

    def serve(self) -> None:
        """Answer until closed."""
        self._server.serve_forever(poll_interval=0.02)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def _take(self, received: Received) -> Answer:
        with self._lock:
            self.received.append(received)
        return self.answering(received)

    def _handler_class(self) -> type[BaseHTTPRequestHandler]:
        agency = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", "0"))
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(length)
                answer = agency._take(Received(path=self.path, headers=headers, body=body))
                self.send_response(answer.status)
                for name, value in {"content-length": str(len(answer.body)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *args: object) -> None:
                """Say nothing: the test's output is its own."""

        return Handler


@contextmanager
def a_running_agency(tls: ssl.SSLContext | None = None) -> Iterator[LoopbackAgency]:
    """An agency that serves for the length of the block."""
    agency = LoopbackAgency(tls)
    thread = Thread(target=agency.serve, daemon=True)
    thread.start()
    try:
        yield agency
    finally:
        agency.close()
        thread.join()
