"""Connections that are kept: used again by the next attempt, and never where that could harm it."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from engine.jobs.connectors.webhook import WebhookConnector
from engine.service_tasks.connector import DeliveryOutcome, DeliveryResult
from tests.jobs.connectors.connections import IMPATIENT, LOOPBACK
from tests.jobs.connectors.deliveries import a_connected_agency, a_delivery

Talk = Callable[[int, int], tuple[bytes, bool]]
"""What a server says to a request, and whether it keeps the connection then.

It is given the number of the connection and that of the request on it.
"""


def _answer(number: int) -> bytes:
    body = json.dumps({"data": {"answer": number}}).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


@contextmanager
def _server(talk: Talk) -> Iterator[str]:
    """An endpoint at a server that takes one connection after the other."""
    listener = socket.create_server(("127.0.0.1", 0))
    accepted: list[socket.socket] = []

    def serve() -> None:
        for number in range(10):
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            accepted.append(connection)
            with connection:
                for request in range(10):
                    said = connection.recv(65536)
                    while said and not said.endswith(b"}"):
                        said += connection.recv(65536)
                    if not said:
                        break
                    words, goes_on = talk(number, request)
                    connection.sendall(words)
                    if not goes_on:
                        break

    thread = Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/inbox"
    finally:
        for one in (listener, *accepted):
            # One that is closed already cannot be shut down.
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def _delivered(talk: Talk, *, times: int) -> list[DeliveryOutcome]:
    with _server(talk) as endpoint:
        connector = WebhookConnector(rules=LOOPBACK, patience=IMPATIENT)
        return [connector.deliver(a_delivery(a_connected_agency(endpoint))) for _ in range(times)]


def test_the_next_attempt_goes_over_the_same_connection() -> None:
    seen: list[tuple[int, int]] = []

    def talks(connection: int, request: int) -> tuple[bytes, bool]:
        seen.append((connection, request))
        return _answer(request), True

    outcomes = _delivered(talks, times=3)

    assert seen == [(0, 0), (0, 1), (0, 2)]
    assert [outcome.data for outcome in outcomes] == [{"answer": 0}, {"answer": 1}, {"answer": 2}]


def test_a_server_that_ends_a_kept_connection_is_asked_over_a_new_one() -> None:
    def talks(connection: int, request: int) -> tuple[bytes, bool]:
        return (b"", False) if request else (_answer(connection), True)

    outcomes = _delivered(talks, times=3)

    assert [outcome.data for outcome in outcomes] == [{"answer": 0}, {"answer": 1}, {"answer": 2}]


def test_a_new_connection_that_ends_without_an_answer_is_a_failure() -> None:
    heard: list[int] = []

    def talks(connection: int, request: int) -> tuple[bytes, bool]:
        heard.append(connection)
        return b"", False

    [outcome] = _delivered(talks, times=1)

    assert outcome.result is DeliveryResult.FAILED
    assert heard == [0]


def test_what_a_server_says_beyond_its_answer_is_no_answer_to_the_next_attempt() -> None:
    def talks(connection: int, request: int) -> tuple[bytes, bool]:
        return _answer(connection) + _answer(99), True

    outcomes = _delivered(talks, times=2)

    assert [outcome.data for outcome in outcomes] == [{"answer": 0}, {"answer": 1}]
