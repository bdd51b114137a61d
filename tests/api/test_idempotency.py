"""Claims about idempotency keys: a request that was sent twice has its effect once."""

import pytest

from tests.api.desk import NEW_CASE, Desk
from tests.office import CONFIRMED

ONCE = {"Idempotency-Key": "3f1c-once"}


def test_the_same_request_with_the_same_key_opens_one_case(desk: Desk) -> None:
    first = desk.post("/cases", NEW_CASE, headers=ONCE)
    again = desk.post("/cases", NEW_CASE, headers=ONCE)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert len(desk.get("/cases").get_json()["items"]) == 1


def test_the_order_of_names_makes_no_other_request(desk: Desk) -> None:
    first = desk.post("/cases", NEW_CASE, headers=ONCE)
    again = desk.post("/cases", dict(reversed(list(NEW_CASE.items()))), headers=ONCE)

    assert first.get_json() == again.get_json()


def test_another_request_with_the_same_key_is_refused(desk: Desk) -> None:
    desk.post("/cases", NEW_CASE, headers=ONCE)

    other = desk.post("/cases", {**NEW_CASE, "channel": "phone"}, headers=ONCE)

    assert other.status_code == 422
    assert other.get_json()["type"] == "/problems/idempotency_key_reused"


def test_a_request_that_was_refused_leaves_its_key_free(desk: Desk) -> None:
    refused = desk.post("/cases", {**NEW_CASE, "data": {}}, headers=ONCE)
    done = desk.post("/cases", NEW_CASE, headers=ONCE)

    assert (refused.status_code, done.status_code) == (422, 201)


def test_a_key_belongs_to_who_uses_it(desk: Desk) -> None:
    first = desk.post("/cases", NEW_CASE, headers=ONCE)
    others = desk.post("/cases", NEW_CASE, headers=ONCE, by="petros")

    assert first.get_json()["id"] != others.get_json()["id"]


def test_an_answer_that_was_sent_twice_is_taken_once(desk: Desk) -> None:
    _, service_task = desk.sends_to_municipality()
    path = f"/service-tasks/{service_task}/complete"

    first = desk.post(path, {"data": CONFIRMED}, by="municipality", headers=ONCE)
    again = desk.post(path, {"data": CONFIRMED}, by="municipality", headers=ONCE)
    unkeyed = desk.post(path, {"data": CONFIRMED}, by="municipality")

    assert (
        first.get_json()
        == again.get_json()
        == {
            "id": service_task,
            "state": "completed",
            "left_out": [],
        }
    )
    assert unkeyed.status_code == 409


@pytest.mark.parametrize("key", ["", "with space", "κλειδί".encode().decode("latin-1"), "x" * 129])
def test_a_key_that_is_none_is_refused(desk: Desk, key: str) -> None:
    response = desk.post("/cases", NEW_CASE, headers={"Idempotency-Key": key})

    assert response.status_code == 400
    assert desk.get("/cases").get_json()["items"] == []
