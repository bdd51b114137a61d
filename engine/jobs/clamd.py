"""ClamAV's daemon as a scanner of documents, by its command INSTREAM (clamd(8))."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from engine.documents.model import Scan
from engine.documents.scan import Verdict
from engine.kernel.refusal import Unavailable

_LONGEST_ANSWER = 4096
_CLEAN, _FOUND = "stream: OK", " FOUND"


@dataclass(frozen=True, kw_only=True)
class Clamd:
    """The daemon at `address`: a path of a socket, or host and port. Each wait is at most `patience`."""

    address: str | tuple[str, int]
    patience: timedelta = timedelta(seconds=60)

    def scan(self, pieces: Iterable[bytes]) -> Verdict:
        """What it makes of a file. Whatever it answers but OK is not clean.

        `Unavailable` if it cannot be reached, or breaks off without an answer.
        """
        try:
            with self._connected() as connection:
                return _verdict_of(_answer(connection, pieces))
        except OSError as fault:
            raise Unavailable(f"The virus scanner cannot be reached ({type(fault).__name__}).") from fault

    def _connected(self) -> socket.socket:
        seconds = self.patience.total_seconds()
        if isinstance(self.address, tuple):
            return socket.create_connection(self.address, timeout=seconds)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(seconds)
        connection.connect(self.address)
        return connection


def read_address(text: str) -> str | tuple[str, int]:
    """`host:port`, or the path of a socket; `ValueError` says what was expected."""
    if text.startswith("/"):
        return text
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ValueError("host:port, or the path of a socket such as /run/clamav/clamd.ctl")
    return host.strip("[]"), int(port)


def _answer(connection: socket.socket, pieces: Iterable[bytes]) -> str:
    try:
        connection.sendall(b"zINSTREAM\0")
        for piece in pieces:
            connection.sendall(len(piece).to_bytes(4) + piece)
        connection.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        # It stops listening once a file is too large for it, and has said so before.
        return _received(connection)
    return _received(connection)


def _received(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
        part = connection.recv(_LONGEST_ANSWER)
        if not part:
            break
        answer += part
    if not answer:
        raise ConnectionResetError("no answer")
    return answer.rstrip(b"\0").decode(errors="replace").strip()


def _verdict_of(answer: str) -> Verdict:
    if answer == _CLEAN:
        return Verdict(scan=Scan.CLEAN)
    said = answer.removeprefix("stream: ")
    if answer.endswith(_FOUND):
        return Verdict(scan=Scan.INFECTED, detail=said.removesuffix(_FOUND))
    return Verdict(scan=Scan.FAILED, detail=said[:200])
