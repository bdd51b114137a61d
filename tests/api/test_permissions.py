"""Claims about who sees and does what: decided per object, never by address."""

import pytest

from tests.api.desk import NEW_CASE, Desk
from tests.office import CONFIRMED, PAPERS_COMPLETE


def test_a_clerk_of_another_branch_cannot_tell_a_case_from_none(desk: Desk) -> None:
    case, _ = desk.sends_to_municipality()

    answers = [
        desk.get(f"/cases/{case['id']}{part}", by="foteini") for part in ("", "/journal", "/diagram")
    ] + [desk.post(f"/cases/{case['id']}/withdraw", {"reason": "όχι"}, by="foteini")]

    assert {answer.status_code for answer in answers} == {404}
    assert desk.get("/cases", by="foteini").get_json()["items"] == []


def test_a_clerk_of_another_branch_cannot_tell_a_task_from_none(desk: Desk) -> None:
    task = desk.opens_case()["tasks"][0]["id"]

    answers = [
        desk.get(f"/tasks/{task}", by="foteini"),
        desk.post(f"/tasks/{task}/claim", by="foteini"),
        desk.post(f"/tasks/{task}/complete", {"data": PAPERS_COMPLETE}, by="foteini"),
        desk.call("PUT", f"/tasks/{task}/draft", by="foteini", json={"data": {}}),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert desk.get("/tasks", by="foteini").get_json()["items"] == []


def test_an_agency_sees_its_service_tasks_and_what_the_diagram_hands_over(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()

    listed = desk.get("/service-tasks", by="municipality").get_json()["items"]
    shown = desk.get(f"/service-tasks/{service_task}", by="municipality").get_json()

    assert [task["id"] for task in listed] == [service_task]
    assert shown["variables"].keys() == {
        "given_name",
        "family_name",
        "patronymic",
        "afm",
        "register",
        "residence",
        "evidence",
    }
    assert "tracking_code" not in str(shown)
    assert case["id"] not in str(shown)


def test_an_agency_sees_nothing_of_others(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()

    assert desk.get("/service-tasks", by="registry").get_json()["items"] == []
    assert desk.get(f"/service-tasks/{service_task}", by="registry").status_code == 404
    answer = desk.post(f"/service-tasks/{service_task}/complete", {"data": CONFIRMED}, by="registry")
    assert answer.status_code == 404
    assert desk.get(f"/cases/{case['id']}", by="municipality").status_code == 404
    assert desk.get("/cases", by="municipality").get_json()["items"] == []
    assert desk.get("/tasks", by="municipality").get_json()["items"] == []


def test_an_auditor_sees_everything_and_changes_nothing(desk: Desk) -> None:
    case = desk.opens_case()
    task = case["tasks"][0]["id"]

    assert desk.get(f"/cases/{case['id']}/journal", by="thanos").status_code == 200
    assert desk.post(f"/cases/{case['id']}/withdraw", {"reason": "όχι"}, by="thanos").status_code == 403
    assert desk.post(f"/tasks/{task}/claim", by="thanos").status_code == 403
    assert desk.post("/cases", NEW_CASE, by="thanos").status_code == 403


def test_an_agent_of_the_call_centre_opens_a_case_in_a_branch_that_they_name(desk: Desk) -> None:
    opened = desk.post("/cases", {**NEW_CASE, "channel": "phone", "branch": "0010"}, by="dimitra")

    assert opened.status_code == 201
    assert opened.get_json()["branch"] == "0010"


def test_a_clerk_opens_no_case_in_another_branch(desk: Desk) -> None:
    assert desk.post("/cases", {**NEW_CASE, "branch": "0010"}).status_code == 403


@pytest.mark.parametrize("name", ["maria", "anna", "municipality"])
def test_only_a_manager_hands_out_work(desk: Desk, name: str) -> None:
    task = desk.opens_case()["tasks"][0]["id"]

    refused = desk.post(f"/tasks/{task}/assign", {"to": "petros", "reason": "ασθένεια"}, by=name)
    done = desk.post(f"/tasks/{task}/assign", {"to": "petros", "reason": "ασθένεια"}, by="nikos")

    assert refused.status_code in (403, 404)
    assert done.get_json()["assignee"] == "petros"
