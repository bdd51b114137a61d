"""Claims about what two people do at once, over two real connections to a real server."""

import http.client
import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from werkzeug.serving import make_server

from engine.bootstrap import build
from engine.settings import from_environment
from tests.api.desk import BASE, NEW_CASE, Desk, a_desk
from tests.builders import NOON
from tests.office import PAPERS_COMPLETE, MovableClock
from tests.servers import listening


@pytest.fixture
def served(database_url: str) -> Iterator[tuple[Desk, int]]:
    """A desk on each kind of database, and the port at which a server with threads answers for it."""
    clock = MovableClock(NOON)
    engine = build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock)
    desk = a_desk(engine, clock=clock)
    with listening(make_server("127.0.0.1", 0, desk.app, threaded=True)) as port:
        yield desk, port
    engine.close()


def send(
    port: int, path: str, *, token: str, body: Any = None, headers: Mapping[str, str] | None = None
) -> int:
    """POST over a connection of its own; the status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    given = {"Authorization": f"Bearer {token}", **(headers or {})}
    if body is not None:
        given["Content-Type"] = "application/json"
    try:
        connection.request("POST", BASE + path, json.dumps(body) if body is not None else None, given)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def at_once(*sending: Any) -> Counter[int]:
    """Start all at the same moment, and count the statuses."""
    start = threading.Barrier(len(sending))

    def wait_and_send(one: Any) -> int:
        start.wait()
        return int(one())

    with ThreadPoolExecutor(len(sending)) as pool:
        return Counter(pool.map(wait_and_send, sending))


def test_of_two_who_complete_a_task_at_once_one_is_told_that_it_was_done(served: tuple[Desk, int]) -> None:
    desk, port = served
    task = desk.opens_case()["tasks"][0]["id"]
    desk.post(f"/tasks/{task}/claim")
    body = {"data": PAPERS_COMPLETE}

    def complete() -> int:
        return send(port, f"/tasks/{task}/complete", token=desk.tokens["maria"], body=body)

    statuses = at_once(complete, complete)

    assert statuses == {200: 1, 409: 1}


def test_of_clerks_who_claim_a_task_at_once_one_gets_it(served: tuple[Desk, int]) -> None:
    desk, port = served
    task = desk.opens_case()["tasks"][0]["id"]

    statuses = at_once(
        lambda: send(port, f"/tasks/{task}/claim", token=desk.tokens["maria"]),
        lambda: send(port, f"/tasks/{task}/claim", token=desk.tokens["petros"]),
    )

    assert statuses == {200: 1, 409: 1}


def test_the_same_request_sent_four_times_at_once_opens_one_case(served: tuple[Desk, int]) -> None:
    desk, port = served

    def open_case() -> int:
        return send(
            port, "/cases", token=desk.tokens["maria"], body=NEW_CASE, headers={"Idempotency-Key": "once"}
        )

    statuses = at_once(*[open_case] * 4)

    assert statuses == {201: 4}
    assert len(desk.get("/cases").get_json()["items"]) == 1
