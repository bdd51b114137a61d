"""Claims about what clients of the API and readers of pages get while the database is away or frozen."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from lxml import html
from werkzeug.test import TestResponse

from engine.bootstrap import build
from engine.kernel.actor import SYSTEM
from engine.operations.housekeeping import Beat
from engine.settings import from_environment
from engine.storage.database import LEFT_ALONE
from tests.api.desk import NEW_CASE, Desk, a_desk
from tests.builders import NOON
from tests.office import MovableClock
from tests.outages.own_server import OwnServer
from tests.pages.visiting import OpenDesk
from tests.servers import an_address_of

PAGES = (
    "/",
    "/sign-in",
    "/track",
    "/account",
    "/desk",
    "/desk/open",
    "/desk/calls",
    "/desk/branch",
    "/desk/incidents",
    "/desk/agency",
    "/desk/cases/01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b",
    "/desk/tasks/01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b",
)
CALLS = (
    ("GET", "/worklist/counts", None),
    ("GET", "/cases", None),
    ("GET", "/incidents", None),
    ("GET", "/staff", None),
    ("GET", "/procedures", None),
    ("POST", "/cases", NEW_CASE),
    ("POST", "/tasks/01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b/claim", None),
)


@pytest.fixture
def desk(environment: dict[str, str]) -> Iterator[Desk]:
    """The API over an office on the server."""
    clock = MovableClock(NOON)
    with build(from_environment(environment), clock=clock) as engine:
        yield a_desk(engine, clock=clock, **environment)


def test_without_a_database_every_call_is_told_when_to_try_again(desk: Desk, server: OwnServer) -> None:
    server.stops()

    answers = [desk.call(method, path, json=body) for method, path, body in CALLS]
    message = desk.sends_webhook({"type": "service_task.completed", "data": {}})

    assert {status_of(answer) for answer in [*answers, message]} == {(503, "/problems/unavailable", "5")}


@pytest.mark.parametrize("address", PAGES)
def test_without_a_database_a_page_says_so_in_its_own_look(
    desk: Desk, server: OwnServer, address: str
) -> None:
    nikos = OpenDesk(desk).visit(desk.office.manager)
    server.stops()

    page = nikos.opens(address)

    assert_says_unavailable(page)


def test_without_a_database_a_form_is_told_too(desk: Desk, server: OwnServer) -> None:
    nikos = OpenDesk(desk).visit(desk.office.manager)
    nikos.opens("/desk/branch")
    server.stops()

    for address in ("/desk/branch/maria/pause", "/sign-out", "/track"):
        assert_says_unavailable(nikos.client.post(address, data={"csrf": nikos.token}, headers=HTML))


def test_a_form_that_is_refused_is_refused_although_nobody_can_be_recognised(
    desk: Desk, server: OwnServer
) -> None:
    nikos = OpenDesk(desk).visit(desk.office.manager)
    server.stops()

    page = nikos.client.post("/sign-out", data={"csrf": "made-up"}, headers=HTML)

    assert page.status_code == 403
    assert html.fromstring(page.text).findtext(".//h1") == "You may not do this"


def test_a_standby_still_shows_pages(desk: Desk, server: OwnServer) -> None:
    nikos = OpenDesk(desk).visit(desk.office.manager)
    server.becomes_a_standby()
    # Long enough for the session to want its end put off, which is something to write.
    desk.office.clock.advance(timedelta(hours=2))

    shown = [nikos.opens("/desk").status_code, nikos.opens("/desk/branch").status_code]
    refused = nikos.sends("/desk/branch/maria/pause", reason="Leave.")
    server.is_promoted()
    nikos.opens("/desk/branch")
    accepted = nikos.sends("/desk/branch/maria/pause", follow=False, reason="Leave.")

    assert shown == [200, 200]
    assert refused.status_code == 503
    assert accepted.status_code == 303


def test_the_unavailable_page_does_not_wait_for_a_frozen_database_again(
    desk: Desk, server: OwnServer
) -> None:
    nikos = OpenDesk(desk).visit(desk.office.manager)
    with server.frozen():
        begun = time.monotonic()
        page = nikos.opens("/desk")
        taken = time.monotonic() - begun

    assert_says_unavailable(page)
    assert taken < 5


def test_health_and_readiness_while_the_database_is_frozen(desk: Desk, server: OwnServer) -> None:
    desk.office.does(Beat(worker="w1"), actor=SYSTEM)
    assert desk.client.get("/readyz").status_code == 200

    with server.frozen(), an_address_of(desk.app) as address, ThreadPoolExecutor(20) as clients:
        waiting = [clients.submit(status_at, address, "/desk") for _ in range(18)]
        alive, alive_after = timed(address, "/healthz")
        ready, ready_after = timed(address, "/readyz")
        statuses = {done.result(timeout=30) for done in waiting}

    assert (alive, ready) == (200, 503)
    assert alive_after < 0.5
    assert ready_after < 4
    assert statuses <= {303, 503}
    time.sleep(LEFT_ALONE)
    assert desk.client.get("/readyz").status_code == 200


def test_readiness_follows_the_server(desk: Desk, server: OwnServer) -> None:
    found = [desk.client.get("/readyz").status_code]
    server.stops()
    found.append(desk.client.get("/readyz").status_code)
    server.starts()
    found.append(desk.client.get("/readyz").status_code)

    assert found == [200, 503, 200]


HTML = {"Accept": "text/html", "Accept-Language": "en"}


def status_of(answer: TestResponse) -> tuple[int, str, str | None]:
    return answer.status_code, answer.get_json()["type"], answer.headers.get("Retry-After")


def assert_says_unavailable(page: TestResponse) -> None:
    assert (page.status_code, page.headers.get("Retry-After")) == (503, "5")
    shown = html.fromstring(page.text)
    assert shown.findtext(".//h1") == "The system is not available now"
    assert shown.xpath("//link[@rel='stylesheet' and contains(@href, 'desk')]")
    # Nobody was recognised, which does not mean that nobody is signed in.
    assert not shown.xpath("//a[@href='/sign-in']")


def status_at(address: str, path: str) -> int:
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def timed(address: str, path: str) -> tuple[int, float]:
    begun = time.monotonic()
    return status_at(address, path), time.monotonic() - begun
