"""The actions of a case over REST: listed and taken by clerk, agency and citizen, and once."""

import pytest

from tests.api.desk import Desk, a_desk
from tests.messages.test_desk_actions import open_tasks, under_way


@pytest.fixture
def desk() -> Desk:
    return a_desk()


def test_an_action_is_listed_with_its_words_and_taken_once(desk: Desk) -> None:
    opened = under_way(desk.office, reason="required", interrupting=False)
    address = f"/cases/{opened.case.id}/actions"

    listed = desk.get(address).get_json()["items"]
    bare = desk.post(f"{address}/withdraw", {})
    taken = [
        desk.post(f"{address}/withdraw", {"reason": "Το ζήτησε."}, headers={"Idempotency-Key": "click"})
        for _ in range(2)
    ]

    assert listed == [
        {
            "name": "withdraw",
            "label": {"el": "Απόσυρση", "en": "Withdraw"},
            "says": None,
            "law": None,
            "needs_reason": True,
            "form": None,
        }
    ]
    assert (bare.status_code, list(bare.get_json()["errors"])) == (422, ["reason"])
    assert [(answer.status_code, answer.get_json()) for answer in taken] == [(200, {"result": "taken"})] * 2
    assert open_tasks(desk.office, opened) == ["close_file", "examine"]


def test_a_citizen_takes_an_action_with_the_receipt(desk: Desk) -> None:
    opened = under_way(desk.office)
    address, code = f"/track/{opened.case.number}/actions", desk.office.code_of(opened.case)

    listed = desk.get(f"{address}?code={code}", by=None).get_json()["items"]
    wrong = desk.post(f"{address}/withdraw", {"code": "AAAA-AAAA-AAAA-AAAA"}, by=None)
    keyed = [
        desk.post(f"{address}/withdraw", {"code": code}, by=None, headers={"Idempotency-Key": "click"})
        for _ in range(2)
    ]
    again = desk.post(f"{address}/withdraw", {"code": code}, by=None)

    assert [one["name"] for one in listed] == ["withdraw"]
    assert (wrong.status_code, [answer.status_code for answer in keyed]) == (404, [200, 200])
    assert (again.status_code, again.get_json()["type"].rpartition("/")[2]) == (409, "action_not_open")
    assert open_tasks(desk.office, opened) == ["close_file"]
