"""Claims about tracking: the receipt opens the status, and nothing personal."""

from tests.api.desk import Desk
from tests.office import CONFIRMED


def test_the_receipt_shows_where_the_case_is(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()
    path = f"/track/{case['number'].replace('-', '')}?code={case['tracking_code'].lower()}"

    waiting = desk.get(path, by=None).get_json()
    desk.post(f"/service-tasks/{service_task}/complete", {"data": CONFIRMED}, by="municipality")
    ready = desk.get(path, by=None).get_json()

    assert waiting["flags"] == ["awaiting_agency"]
    assert ready["flags"] == ["ready_for_pickup"]
    assert ready["expected"]["en"] == "Your document is ready: please come and collect it."
    assert ready["procedure"]["el"] == "Βεβαίωση μόνιμης κατοικίας"


def test_nothing_personal_is_shown(desk: Desk) -> None:
    case = desk.opens_case()

    text = desk.get(f"/track/{case['number']}?code={case['tracking_code']}", by=None).text

    for personal in ("Δημητρίου", "094014201", "maria", case["id"]):
        assert personal not in text


def test_a_wrong_code_and_an_unknown_number_look_alike(desk: Desk) -> None:
    case = desk.opens_case()

    answers = [
        desk.get(f"/track/{case['number']}?code=AAAAAAAA", by=None),
        desk.get("/track/0009-26-000999-9?code=AAAAAAAA", by=None),
        desk.get("/track/nonsense?code=AAAAAAAA", by=None),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
