"""Claims about who may come in: tokens, scopes, and what the API says to those who may not."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from structlog.testing import capture_logs

from engine.bootstrap import build
from engine.kernel.actor import SYSTEM, Role, Scope
from engine.operations.traffic import UntrustedProxySeen
from engine.people.session import new_token
from engine.people.tokens import RevokeToken
from engine.settings import from_environment
from tests.api.desk import BASE, NEW_CASE, Desk, a_desk
from tests.applications import an_application

OPEN_TO_ALL = tuple(f"{BASE}/{called}" for called in ("catalogue", "screens", "track", "webhooks"))
"""What is published, what shows only waiting numbers, and what asks for a proof of its own."""


def test_a_call_without_a_token_is_challenged(desk: Desk) -> None:
    response = desk.get("/cases", by=None)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="stoa"'
    assert response.get_json()["type"] == "/problems/unauthenticated"


def test_what_is_no_valid_token_opens_nothing(desk: Desk) -> None:
    for text in ("Bearer ", "Bearer x", f"Bearer {new_token()}", "Basic bWFyaWE6", "Bearer\tα", "x" * 5000):
        response = desk.get("/cases", by=None, headers={"Authorization": text})

        assert response.status_code == 401
        assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_a_revoked_token_stops_at_once(desk: Desk) -> None:
    token_id = desk.issue("guest", user_id=desk.office.clerk.id, branch_id=desk.office.branch.id)
    before = desk.get("/cases", by="guest")

    desk.office.does(RevokeToken(token_id=token_id), actor=SYSTEM)
    after = desk.get("/cases", by="guest")

    assert (before.status_code, after.status_code) == (200, 401)


def test_a_token_does_no_more_than_it_was_made_for(desk: Desk) -> None:
    desk.engages("reader", desk.office.branch, Role.CLERK, scopes=frozenset({Scope.CASES_READ}))

    reading = desk.get("/cases", by="reader")
    writing = desk.post("/cases", NEW_CASE, by="reader")

    assert reading.status_code == 200
    assert writing.status_code == 403
    assert writing.get_json()["type"] == "/problems/scope_missing"


def test_a_scope_is_refused_before_the_body_is_looked_at(desk: Desk) -> None:
    desk.engages("reader", desk.office.branch, Role.CLERK, scopes=frozenset({Scope.CASES_READ}))

    response = desk.call("POST", "/cases", by="reader", data=b"\x00 no json", content_type="text/plain")

    assert response.status_code == 403


def test_every_call_but_those_that_are_open_to_all_needs_a_token(desk: Desk) -> None:
    document = desk.client.get(f"{BASE}/openapi.json").get_json()

    for path, item in document["paths"].items():
        for method, operation in item.items():
            public = path.startswith(OPEN_TO_ALL)
            if method != "parameters":
                assert bool(operation["security"]) is not public


def test_a_token_that_has_spent_its_requests_waits() -> None:
    desk = a_desk(STOA_RATE_LIMIT="3")

    answers = [desk.get("/cases") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["RateLimit"] == '"minute";r=2;t=0'
    assert answers[3].headers["RateLimit-Policy"] == '"minute";q=3;w=60'
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 20
    assert desk.get("/cases", by="petros").status_code == 200


def test_an_address_that_guesses_tokens_waits_and_those_who_have_one_do_not() -> None:
    desk = a_desk(STOA_PUBLIC_RATE_LIMIT="2")
    guess = {"Authorization": f"Bearer {new_token()}"}

    answers = [desk.get("/cases", by=None, headers=guess).status_code for _ in range(3)]

    assert answers == [401, 401, 429]
    assert desk.get("/cases").status_code == 200


def test_an_address_that_guesses_tracking_codes_waits() -> None:
    desk = a_desk(STOA_PUBLIC_RATE_LIMIT="2")

    answers = [desk.get("/track/0009-26-000001-6?code=AAAAAAAA", by=None) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [404, 404, 429]


def test_behind_a_proxy_it_is_the_callers_address_that_waits() -> None:
    desk = a_desk(STOA_PUBLIC_RATE_LIMIT="1", STOA_TRUSTED_PROXIES="1")

    def guess(forged: str, real: str) -> int:
        headers = {"Authorization": f"Bearer {new_token()}", "X-Forwarded-For": f"{forged}, {real}"}
        return desk.get("/cases", by=None, headers=headers).status_code

    assert guess("192.0.2.1", "192.0.2.7") == 401
    assert guess("192.0.2.2", "192.0.2.7") == 429
    assert guess("192.0.2.2", "192.0.2.8") == 401


def test_a_token_that_has_expired_opens_nothing(desk: Desk) -> None:
    clerk, branch = desk.office.clerk, desk.office.branch
    desk.issue("guest", valid=timedelta(hours=1), user_id=clerk.id, branch_id=branch.id)

    before = desk.get("/cases", by="guest")
    desk.office.clock.advance(timedelta(hours=1))
    after = desk.get("/cases", by="guest")

    assert (before.status_code, after.status_code) == (200, 401)


def guesses(app: Flask, address: str = "192.0.2.1") -> int:
    """Guess a tracking code from an address; the status."""
    path = f"{BASE}/track/0009-26-000001-6?code=AAAAAAAA"
    return app.test_client().get(path, environ_base={"REMOTE_ADDR": address}).status_code


def test_guesses_are_counted_by_all_processes_together(database_url: str) -> None:
    settings = from_environment({"STOA_DATABASE_URL": database_url, "STOA_PUBLIC_RATE_LIMIT": "3"})
    with build(settings) as engine, build(settings) as other_engine:
        app, other = an_application(engine, settings), an_application(other_engine, settings)

        answers = [guesses(one) for one in (app, other, app, other, app)]

        assert answers == [404, 404, 404, 429, 429]
        assert guesses(other, "192.0.2.2") == 404


def test_a_subscriber_does_not_get_more_guesses_by_another_address_of_their_network() -> None:
    desk = a_desk(STOA_PUBLIC_RATE_LIMIT="2")

    answers = [guesses(desk.app, f"2001:db8:1:2::{number}") for number in range(3)]

    assert answers == [404, 404, 429]
    assert guesses(desk.app, "2001:db8:1:3::1") == 404


def test_guesses_are_free_again_when_time_has_passed() -> None:
    desk = a_desk(STOA_PUBLIC_RATE_LIMIT="2")
    before = [guesses(desk.app) for _ in range(3)]

    other_process = an_application(desk.office.engine, from_environment({"STOA_PUBLIC_RATE_LIMIT": "2"}))
    at_once = guesses(other_process)
    desk.office.clock.advance(timedelta(seconds=30))
    later = [guesses(other_process) for _ in range(2)]

    assert (before, at_once, later) == ([404, 404, 429], 429, [404, 429])


def test_the_requests_of_a_token_are_counted_by_all_processes_of_a_server(tmp_path: Path) -> None:
    environment = {"STOA_RATE_LIMIT": "3", "STOA_SHARED_FOLDER": str(tmp_path)}
    desk = a_desk(**environment)
    other = an_application(desk.office.engine, from_environment(environment))

    def asks(app: Flask, name: str = "maria") -> int:
        headers = {"Authorization": f"Bearer {desk.tokens[name]}"}
        return app.test_client().get(f"{BASE}/cases", headers=headers).status_code

    assert [asks(app) for app in (desk.app, other, desk.app, other, desk.app)] == [200, 200, 200, 429, 429]
    assert asks(other, "petros") == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_a_proxy_that_is_not_trusted_is_told_once_and_without_addresses(
    database_url: str, header: str
) -> None:
    settings = from_environment({"STOA_DATABASE_URL": database_url})
    with build(settings) as engine:
        app = an_application(engine, settings)
        before = engine.ask(UntrustedProxySeen(), actor=SYSTEM)

        with capture_logs() as logged:
            for _ in range(3):
                app.test_client().get("/track", headers={header: "for=203.0.113.7"})

        told = [line for line in logged if line["event"] == "proxy_not_trusted"]
        assert [line["log_level"] for line in told] == ["warning"]
        assert "STOA_TRUSTED_PROXIES" in told[0]["remedy"]
        assert "203.0.113.7" not in str(logged)
        assert before is None
        assert engine.ask(UntrustedProxySeen(), actor=SYSTEM) is not None


def test_a_proxy_that_is_trusted_and_a_check_of_health_are_no_reason_to_warn() -> None:
    trusting, direct = a_desk(STOA_TRUSTED_PROXIES="1"), a_desk()
    forwarded = {"X-Forwarded-For": "203.0.113.7"}

    with capture_logs() as logged:
        trusting.client.get("/track", headers=forwarded)
        direct.client.get("/healthz", headers=forwarded)
        direct.client.get("/track")

    assert "proxy_not_trusted" not in {line["event"] for line in logged}
