"""Claims about who may come in: tokens, scopes, and what the API says to those who may not."""

from datetime import timedelta

from engine.kernel.actor import SYSTEM, Role, Scope
from engine.people.session import new_token
from engine.people.tokens import RevokeToken
from tests.api.desk import BASE, NEW_CASE, Desk, a_desk


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


def test_every_call_but_tracking_and_webhooks_needs_a_token(desk: Desk) -> None:
    document = desk.client.get(f"{BASE}/openapi.json").get_json()

    for path, item in document["paths"].items():
        for method, operation in item.items():
            public = path.startswith((f"{BASE}/track", f"{BASE}/webhooks"))
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
