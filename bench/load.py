"""Load: clients that each send prepared requests over one kept-alive connection, as lean as Python can."""

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Reply:
    """The status of a reply and its body."""

    status: int
    body: bytes


class Client:
    """One connection to a server on this machine."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""

    def send(self, request: bytes) -> Reply:
        """Send one request and read its reply, which must state its length."""
        self._socket.sendall(request)
        data = self._rest
        while _HEAD_END not in data:
            data += self._receive()
        head, body = data.split(_HEAD_END, 1)
        length = _content_length(head)
        while len(body) < length:
            body += self._receive()
        self._rest = body[length:]
        return Reply(int(head[9:12]), body[:length])

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _receive(self) -> bytes:
        piece = self._socket.recv(65536)
        if not piece:
            raise ConnectionError("the server hung up")
        return piece


def request(method: str, path: str, *, token: str, body: bytes = b"") -> bytes:
    """The bytes of a JSON request."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + body


@dataclass(frozen=True)
class Run:
    """What a run of clients gave: seconds, each request's latency, and how often each status came."""

    seconds: float
    latencies: tuple[float, ...]
    statuses: dict[int, int]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds


def run(host: str, port: int, requests: Sequence[bytes], *, clients: int) -> tuple[Run, list[Reply]]:
    """Share the requests out to `clients` connections that work at once."""
    shares = [list(range(number, len(requests), clients)) for number in range(clients)]
    replies: list[Reply | None] = [None] * len(requests)
    latencies = [0.0] * len(requests)
    ready = threading.Barrier(clients + 1)

    def work(share: list[int]) -> None:
        client = Client(host, port)
        ready.wait()
        for number in share:
            begun = time.perf_counter()
            replies[number] = client.send(requests[number])
            latencies[number] = time.perf_counter() - begun
        client.close()

    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    ready.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    answered = [reply for reply in replies if reply is not None]
    statuses: dict[int, int] = {}
    for reply in answered:
        statuses[reply.status] = statuses.get(reply.status, 0) + 1
    return Run(seconds, tuple(latencies), statuses), answered


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError("the reply does not state its length")
