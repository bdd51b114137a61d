"""Claims about the calls on cases."""

import re
from uuid import uuid4

from tests.api.desk import APPLICANT, NEW_CASE, Desk, minutes
from tests.office import CONFIRMED, HANDED_OVER, PAPERS_COMPLETE


def test_a_case_goes_from_the_counter_to_the_hand_over(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()

    answered = desk.post(f"/service-tasks/{service_task}/complete", {"data": CONFIRMED}, by="municipality")
    hand_over = desk.get(f"/cases/{case['id']}").get_json()["tasks"][0]["id"]
    desk.post(f"/tasks/{hand_over}/claim")
    ended = desk.post(f"/tasks/{hand_over}/complete", {"data": HANDED_OVER})

    assert answered.get_json() == {"id": service_task, "state": "completed", "left_out": []}
    assert ended.status_code == 200
    assert ended.get_json()["status"] == "completed"
    assert ended.get_json()["outcome"] == "handed_over"


def test_opening_a_case_answers_with_its_address_number_and_tracking_code(desk: Desk) -> None:
    response = desk.post("/cases", NEW_CASE)

    case = response.get_json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/v1/cases/{case['id']}"
    assert response.headers["ETag"] == '"v1"'
    assert case["number"].startswith("0009-26-000001-")
    assert re.fullmatch("([0-9A-Z]{4}-){3}[0-9A-Z]{4}", case["tracking_code"])
    assert [task["element"] for task in case["tasks"]] == ["check_papers"]


def test_data_that_do_not_fit_the_start_form_are_told_field_by_field(desk: Desk) -> None:
    response = desk.post("/cases", {**NEW_CASE, "data": {"declared": "yes", "typename": "x"}})

    problem = response.get_json()
    assert response.status_code == 422
    assert problem["type"] == "/problems/invalid"
    assert {"data.declared", "data.typename", "data.register.municipality"} <= problem["errors"].keys()


def test_every_wrong_field_of_the_body_is_told_at_once(desk: Desk) -> None:
    applicant = {**APPLICANT, "afm": "123456789", "amka": "1", "email": "eleni", "nickname": "Lena"}

    response = desk.post(
        "/cases", {**NEW_CASE, "applicant": applicant, "channel": "pigeon", "colour": "blue"}
    )

    assert response.status_code == 422
    assert response.get_json()["errors"].keys() == {
        "applicant.afm",
        "applicant.amka",
        "applicant.email",
        "applicant.nickname",
        "channel",
        "colour",
    }


def test_a_case_shows_who_is_in_it_and_what_is_open(desk: Desk) -> None:
    opened = desk.opens_case()

    case = desk.get(f"/cases/{opened['id']}").get_json()

    assert case["parties"][0]["person"]["family_name"] == "Δημητρίου"
    assert case["tasks"][0]["element"] == "check_papers"
    assert "tracking_code" not in case


def test_cases_are_found_by_name_without_accents(desk: Desk) -> None:
    opened = desk.opens_case()

    found = desk.get("/cases?q=dimitriou").get_json()
    missed = desk.get("/cases?q=papadopoulou").get_json()

    assert [case["id"] for case in found["items"]] == [opened["id"]]
    assert missed == {"items": [], "next": None}


def test_lists_come_in_pages_that_meet_without_gap_or_overlap(desk: Desk) -> None:
    opened = []
    for _ in range(5):
        desk.office.clock.advance(minutes(1))
        opened.append(desk.opens_case()["id"])

    pages = [desk.get("/cases?limit=2").get_json()]
    while pages[-1]["next"]:
        pages.append(desk.get(f"/cases?limit=2&cursor={pages[-1]['next']}").get_json())
    seen = [case["id"] for page in pages for case in page["items"]]

    assert seen == opened[::-1]


def test_a_cursor_that_did_not_come_from_us_is_refused(desk: Desk) -> None:
    response = desk.get("/cases?cursor=%21%21")

    assert response.status_code == 422
    assert "cursor" in response.get_json()["errors"]


def test_the_journal_tells_who_did_what(desk: Desk) -> None:
    case, _ = desk.sends_to_municipality()

    lines = desk.get(f"/cases/{case['id']}/journal").get_json()["items"]

    assert [line["action"] for line in lines][:3] == ["case_opened", "task_opened", "task_claimed"]
    assert lines[0]["actor"] == {"kind": "user", "name": "maria"}
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))


def test_the_diagram_comes_with_what_is_done_and_under_way(desk: Desk) -> None:
    case, _ = desk.sends_to_municipality()

    diagram = desk.get(f"/cases/{case['id']}/diagram").get_json()

    assert "<bpmn:definitions" in diagram["bpmn"]
    assert "check_papers" in diagram["completed"]
    assert "municipality_certifies" in diagram["active"]


def test_a_withdrawn_case_has_nothing_open_and_cannot_be_withdrawn_again(desk: Desk) -> None:
    case = desk.opens_case()

    withdrawn = desk.post(f"/cases/{case['id']}/withdraw", {"reason": "Το ζήτησε ο πολίτης."})
    again = desk.post(f"/cases/{case['id']}/withdraw", {"reason": "Το ζήτησε ο πολίτης."})

    assert withdrawn.get_json()["status"] == "withdrawn"
    assert withdrawn.get_json()["tasks"] == []
    assert again.status_code == 409
    assert again.get_json()["type"] == "/problems/case_withdrawn"


def test_a_suspended_case_takes_no_work_until_it_is_resumed(desk: Desk) -> None:
    case = desk.opens_case()
    task = case["tasks"][0]["id"]
    desk.post(f"/tasks/{task}/claim")

    desk.post(f"/cases/{case['id']}/suspend", {"reason": "Αναμονή εγγράφου."})
    refused = desk.post(f"/tasks/{task}/complete", {"data": PAPERS_COMPLETE})
    desk.post(f"/cases/{case['id']}/resume", {"reason": "Ήρθε το έγγραφο."})
    done = desk.post(f"/tasks/{task}/complete", {"data": PAPERS_COMPLETE})

    assert (refused.status_code, done.status_code) == (409, 200)


def test_stopping_a_case_needs_a_reason(desk: Desk) -> None:
    case = desk.opens_case()

    blank = desk.post(f"/cases/{case['id']}/withdraw", {"reason": "  "})
    missing = desk.post(f"/cases/{case['id']}/withdraw", {})

    assert (blank.status_code, missing.status_code) == (422, 422)
    assert "reason" in missing.get_json()["errors"]


def test_a_case_that_is_not_there_is_not_found(desk: Desk) -> None:
    response = desk.get(f"/cases/{uuid4()}")

    assert response.status_code == 404
    assert response.content_type == "application/problem+json"


def test_a_case_is_opened_with_how_the_citizen_was_received(desk: Desk) -> None:
    reception = {"identity": "passport", "papers": ["identity", "utility-bill"]}

    case = desk.opens_case(reception=reception)

    lines = desk.get(f"/cases/{case['id']}/journal").get_json()["items"]
    assert lines[0]["detail"]["identity"] == "passport"


def test_a_case_whose_papers_are_missing_is_not_filed(desk: Desk) -> None:
    reception = {"identity": "passport", "papers": ["utility-bill"]}

    refused = desk.post("/cases", {**NEW_CASE, "reception": reception})

    assert refused.status_code == 422
    assert refused.get_json()["errors"] == {"reception.papers": ["expected identity"]}
