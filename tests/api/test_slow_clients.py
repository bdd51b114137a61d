"""Claims about `stoa serve`: clients that are slow, send too much or read nothing, and a killed process."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from demo.network import free_port
from engine.bootstrap import build
from engine.documents.model import MOST_BYTES
from engine.kernel.actor import SYSTEM, Scope
from engine.people.tokens import IssueToken
from engine.settings import from_environment
from tests.api.desk import NEW_CASE
from tests.office import ROOT, an_office
from tests.servers import eventually

PROCESSES, THREADS = 2, 2
LIMITS = {
    "STOA_IDLE_SECONDS": "1",
    "STOA_TRANSFER_SECONDS": "1",
    "STOA_TRANSFER_BYTES": "1000",
    "STOA_STOP_SECONDS": "4",
    "STOA_RATE_LIMIT": "100000",
    "STOA_LOG_LEVEL": "warning",
}
MANY = 4 * PROCESSES * THREADS
"""Slow clients: more than there are threads."""
SOON = 5
"""Seconds in which a check of health is answered by a busy machine; not those for which slow clients last."""


@dataclass(frozen=True)
class Served:
    """A served API: its process and port, its database, a clerk's token, and the id of a case."""

    pid: int
    port: int
    database: Path
    token: str
    case: str

    @property
    def processes(self) -> set[int]:
        """The processes that answer."""
        found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return {int(pid) for pid in found}

    def connects(self) -> socket.socket:
        """A connection that has sent nothing yet."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def begins(
        self, path: str, *, length: int | None, token: str = "", more: str = "X-More: no"
    ) -> socket.socket:
        """A connection that has sent the head of a POST; a `length` of None announces pieces (chunked)."""
        lines = [f"POST {path} HTTP/1.1", "Host: stoa", f"Content-Type: {_kind_of(path)}"]
        lines.append("Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}")
        lines += [f"Authorization: Bearer {token}", more] if token else [more]
        connection = self.connects()
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        return connection

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """The status and the body of the answer to a whole request of the clerk."""
        known = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(method, path, body, known)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def is_healthy(self) -> bool:
        """Whether a check of health is answered soon."""
        begun = time.monotonic()
        return self.call("GET", "/healthz")[0] == 200 and time.monotonic() - begun < SOON


@pytest.fixture(scope="module")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The API as `stoa serve` serves it, with small limits."""
    folder = tmp_path_factory.mktemp("served")
    database = Path(shutil.copy(sqlite_template, folder / "stoa.db"))
    url = f"sqlite:///{database}"
    with build(from_environment({"STOA_DATABASE_URL": url})) as engine:
        office = an_office(engine)
        command = IssueToken(
            label="desk", scopes=frozenset(Scope), user_id=office.clerk.id, branch_id=office.branch.id
        )
        token = office.does(command, actor=SYSTEM).text
        case = str(office.opens_case().case.id)
    port = free_port()
    environment = {**os.environ, **LIMITS, "STOA_DATABASE_URL": url, "STOA_PORT": str(port)}
    options = ["--workers", str(PROCESSES), "--threads", str(THREADS)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "api.cli.main", "serve", *options], cwd=ROOT, env=environment, stderr=log
        )
        here = Served(server.pid, port, database, token, case)
        try:
            assert eventually(lambda: _answers(here))
            yield here
        finally:
            server.terminate()
            assert server.wait(timeout=20) == 0


def test_bodies_that_drip_hold_nobody_up_and_are_told_so(served: Served) -> None:
    drips = _many(lambda: served.begins("/api/v1/cases", length=50_000, token=served.token))
    with drips as slow, _dripping(slow, b"{"):
        was_healthy = served.is_healthy()

        status, problem = _answer(slow[0])
    assert was_healthy
    assert (status, problem["type"]) == (408, "/problems/request_too_slow")


def test_heads_that_drip_hold_nobody_up_and_are_cut_off(served: Served) -> None:
    with _many(lambda: served.connects()) as slow:
        for connection in slow:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nX-Slow: ")

        was_healthy = served.is_healthy()

        seconds = _until_cut_off(slow[0])
    assert was_healthy
    assert seconds < 3


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(served: Served) -> None:
    with served.begins("/api/v1/cases", length=5_000_000, token=served.token) as connection:
        status, problem = _answer(connection)

    assert (status, problem["type"]) == (413, "/problems/content_too_large")
    assert problem["detail"] == "Expected at most 1,000,000 bytes."


def test_a_large_body_of_somebody_unknown_is_refused_before_it_is_sent(served: Served) -> None:
    with served.begins("/api/v1/cases", length=900_000) as connection:
        status, problem = _answer(connection)

    assert (status, problem["type"]) == (401, "/problems/unauthenticated")


def test_a_large_form_of_somebody_unknown_is_refused_before_it_is_sent(served: Served) -> None:
    with served.begins("/sign-in", length=5_000_000) as connection:
        status, problem = _answer(connection)

    assert (status, problem["type"]) == (413, "/problems/content_too_large")


def test_a_form_that_is_larger_than_what_is_taken_unasked_is_read_whole(served: Served) -> None:
    form = b"code=" + b"x" * 100_000 + b"&csrf=not-ours"
    with served.begins("/track", length=len(form)) as connection:
        connection.sendall(form)

        status, problem = _answer(connection)

    assert (status, problem["type"]) == (403, "/problems/form_token_refused")


def test_a_body_in_pieces_is_refused_once_it_is_too_large(served: Served) -> None:
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with served.begins("/api/v1/cases", length=None, token=served.token) as connection:
        for _ in range(20):
            connection.sendall(piece)

        status, problem = _answer(connection)

    assert (status, problem["type"]) == (413, "/problems/content_too_large")


def test_a_body_in_pieces_is_taken_whole(served: Served) -> None:
    body = json.dumps(NEW_CASE).encode()
    pieces = [body[:100], body[100:]]
    with served.begins("/api/v1/cases", length=None, token=served.token) as connection:
        for piece in [*pieces, b""]:
            connection.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")

        status, opened = _answer(connection)

    assert status == 201
    assert opened["channel"] == NEW_CASE["channel"]


def test_a_large_document_is_kept_and_comes_back_as_it_was(served: Served) -> None:
    content = _document(3_000_000)

    added = _add_document(served, content)

    assert served.call("GET", f"/api/v1/documents/{added}/content") == (200, content)


def test_whoever_goes_away_in_the_middle_of_a_file_leaves_nothing(served: Served) -> None:
    path = f"/api/v1/cases/{served.case}/documents"
    before, open_before = served.call("GET", path), _nameless_files(served)
    with served.begins(path, length=3_000_000, token=served.token) as connection:
        connection.sendall(_document(2_000_000))
        was_spooled = eventually(lambda: _nameless_files(served) > open_before)

    is_gone = eventually(lambda: _nameless_files(served) == open_before)

    assert was_spooled
    assert is_gone
    assert served.call("GET", path) == before


def test_answers_that_nobody_reads_hold_nobody_up_and_are_given_up(served: Served) -> None:
    address = f"/api/v1/documents/{_add_document(served, _document(MOST_BYTES))}/content"
    request = f"GET {address} HTTP/1.1\r\nHost: stoa\r\nAuthorization: Bearer {served.token}\r\n\r\n"
    with _many(lambda: served.connects()) as slow:
        for connection in slow:
            connection.sendall(request.encode())

        was_healthy = served.is_healthy()

        got = _after_a_pause(slow[0])
    assert was_healthy
    assert 0 < got < MOST_BYTES


def test_a_process_is_alive_while_all_its_threads_wait_for_the_database(served: Served) -> None:
    body = json.dumps(NEW_CASE).encode()
    with closing(sqlite3.connect(served.database, isolation_level=None)) as lock, ExitStack() as at_the_end:
        lock.execute("BEGIN IMMEDIATE")
        waiting = [at_the_end.enter_context(_invited(served, len(body))) for _ in range(MANY)]
        for connection in waiting:
            connection.sendall(body)

        were_healthy = [served.is_healthy() for _ in range(10)]

        lock.execute("ROLLBACK")
        opened = {_answer(connection)[0] for connection in waiting}
    assert all(were_healthy)
    assert opened == {201}


def test_a_killed_process_is_replaced_while_the_other_answers(served: Served) -> None:
    killed = min(served.processes)

    os.kill(killed, signal.SIGKILL)

    assert eventually(lambda: killed not in served.processes, seconds=10)
    assert all(served.is_healthy() for _ in range(10))
    assert eventually(lambda: len(served.processes) == PROCESSES, seconds=10)


def test_a_stop_finishes_what_has_begun_and_waits_for_no_slow_client(served: Served) -> None:
    """Each process stops as it does when `stoa serve` does, which then starts it again."""
    body, stopped = json.dumps(NEW_CASE).encode(), served.processes
    with closing(sqlite3.connect(served.database, isolation_level=None)) as lock, ExitStack() as at_the_end:
        lock.execute("BEGIN IMMEDIATE")
        opening = at_the_end.enter_context(_invited(served, len(body)))
        opening.sendall(body)
        slow = [at_the_end.enter_context(_invited(served, 50_000)) for _ in range(MANY)]
        at_the_end.enter_context(_dripping(slow, b"{" * 40_000))

        for pid in stopped:
            os.kill(pid, signal.SIGTERM)

        begun = time.monotonic()
        told = {_answer(connection)[0] for connection in slow}
        seconds = time.monotonic() - begun
        lock.execute("ROLLBACK")
        opened, _ = _answer(opening)
        assert eventually(lambda: not stopped & served.processes)

    assert told == {503}
    assert seconds < int(LIMITS["STOA_STOP_SECONDS"])
    assert opened == 201


def _kind_of(path: str) -> str:
    """The type of the bodies that are sent to an address."""
    if "/documents" in path:
        return "application/octet-stream"
    return "application/json" if path.startswith("/api/") else "application/x-www-form-urlencoded"


def _nameless_files(served: Served) -> set[str]:
    """The nameless files that the processes have open in the temporary folder."""
    folder = tempfile.gettempdir()
    links = [link for pid in served.processes for link in Path(f"/proc/{pid}/fd").iterdir()]
    found = [str(link.readlink()) for link in links if link.is_symlink()]
    return {name for name in found if name.startswith(folder) and name.endswith("(deleted)")}


def _answers(served: Served) -> bool:
    try:
        return served.call("GET", "/healthz")[0] == 200
    except OSError:
        return False


@contextmanager
def _many(connect: Any) -> Iterator[list[socket.socket]]:
    """So many connections that there would be no thread left."""
    with ExitStack() as opened:
        yield [opened.enter_context(connect()) for _ in range(MANY)]


def _invited(served: Served, length: int) -> socket.socket:
    """A connection whose request has begun, because it was asked for the body."""
    connection = served.begins(
        "/api/v1/cases", length=length, token=served.token, more="Expect: 100-continue"
    )
    assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
    return connection


@contextmanager
def _dripping(connections: list[socket.socket], first: bytes) -> Iterator[None]:
    """Send much at first, then byte by byte, until the block ends or nobody takes it."""
    over = Event()

    def drip() -> None:
        piece, still = first, list(connections)
        while still and not over.wait(0.2):
            for connection in list(still):
                try:
                    connection.sendall(piece)
                except OSError:
                    still.remove(connection)
            piece = b" "

    thread = Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _until_cut_off(connection: socket.socket) -> float:
    """Seconds until the server ends a connection to which a byte goes again and again."""
    connection.settimeout(0.1)
    begun = time.monotonic()
    while time.monotonic() - begun < 10:
        try:
            connection.sendall(b".")
            if not connection.recv(1):
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - begun


def _answer(connection: socket.socket) -> tuple[int, Any]:
    """The status and the JSON of the answer to what was sent so far."""
    answer = HTTPResponse(connection)
    answer.begin()
    return answer.status, json.loads(answer.read())


def _after_a_pause(connection: socket.socket) -> int:
    """The bytes that are there for somebody who reads when the time for it is over."""
    time.sleep(float(LIMITS["STOA_TRANSFER_SECONDS"]) + 1)
    got = 0
    try:
        while piece := connection.recv(1_000_000):
            got += len(piece)
    except ConnectionResetError:
        pass
    return got


def _document(size: int) -> bytes:
    return b"%PDF-1.7 ".ljust(size, b"x")


def _add_document(served: Served, content: bytes) -> str:
    path = f"/api/v1/cases/{served.case}/documents?name=bill.pdf"
    status, added = served.call("POST", path, content, **{"Content-Type": "application/octet-stream"})
    assert status == 201, added
    return str(json.loads(added)["id"])
