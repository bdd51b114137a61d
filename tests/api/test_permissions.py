"""Claims about who sees and does what: decided per object, never by address."""

from typing import Any

import pytest

from engine.kernel.actor import SYSTEM, Role
from engine.organisation.registers import EnterBranch
from tests.api.desk import NEW_CASE, Desk
from tests.builders import a_branch
from tests.office import CONFIRMED, PAPERS_COMPLETE

SEES_EVERYWHERE = pytest.mark.parametrize("sees_everywhere", [Role.SUPERVISOR, Role.AUDITOR])
"""The roles in which a clerk or manager of another branch sees the case too."""


LOOKS_AT_EVERYTHING = (Role.SUPERVISOR, Role.AUDITOR)
"""Of these, the ones who give a reason before they read a case."""


def engages_elsewhere(desk: Desk, *roles: Role) -> None:
    """Give Eleni these roles, all in the branch 0011, in which no case of the test is."""
    branch = a_branch(code="0011", name="ΚΕΠ Βόλου", name_en="Volos", municipality="Βόλου")
    desk.office.does(EnterBranch(branch=branch), actor=SYSTEM)
    desk.engages("eleni", branch, *roles)


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


def test_an_auditor_reads_everything_with_a_reason_and_changes_nothing(desk: Desk) -> None:
    case = desk.opens_case()
    task = case["tasks"][0]["id"]
    desk.gives_reason(case, by="thanos")

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


@SEES_EVERYWHERE
@pytest.mark.parametrize("works_as", [Role.CLERK, Role.MANAGER])
@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("withdraw", {"reason": "όχι"}),
        ("suspend", {"reason": "όχι"}),
        ("notes", {"text": "όχι"}),
    ],
)
def test_who_sees_a_case_of_another_branch_changes_it_in_no_second_role(
    desk: Desk, works_as: Role, sees_everywhere: Role, call: str, body: Any
) -> None:
    case = desk.opens_case()
    engages_elsewhere(desk, works_as, sees_everywhere)
    if sees_everywhere in LOOKS_AT_EVERYTHING:
        desk.gives_reason(case, by="eleni")

    seen = desk.get(f"/cases/{case['id']}", by="eleni")
    refused = desk.post(f"/cases/{case['id']}/{call}", body, by="eleni")
    allowed = desk.post(f"/cases/{case['id']}/{call}", body, by="maria")

    assert (seen.status_code, refused.status_code) == (200, 403)
    assert allowed.status_code < 300, allowed.text


@SEES_EVERYWHERE
def test_who_sees_a_task_of_another_branch_takes_it_in_no_second_role(
    desk: Desk, sees_everywhere: Role
) -> None:
    case = desk.opens_case()
    task = case["tasks"][0]["id"]
    engages_elsewhere(desk, Role.CLERK, sees_everywhere)
    if sees_everywhere in LOOKS_AT_EVERYTHING:
        desk.gives_reason(case, by="eleni")

    seen = desk.get(f"/tasks/{task}", by="eleni")
    refused = desk.post(f"/tasks/{task}/claim", by="eleni")

    assert (seen.status_code, refused.status_code) == (200, 403)
    assert desk.post(f"/tasks/{task}/claim", by="maria").status_code == 200


@SEES_EVERYWHERE
def test_who_sees_a_case_of_another_branch_answers_for_no_agency_in_a_second_role(
    desk: Desk, sees_everywhere: Role
) -> None:
    _, service_task = desk.sends_to_municipality()
    engages_elsewhere(desk, Role.CLERK, sees_everywhere)
    answer = {"data": CONFIRMED}

    refused = desk.post(f"/service-tasks/{service_task}/complete", answer, by="eleni")
    allowed = desk.post(f"/service-tasks/{service_task}/complete", answer, by="maria")

    assert (refused.status_code, allowed.status_code) == (403, 200)


def test_a_clerk_who_takes_calls_too_sees_no_case_of_another_branch(desk: Desk) -> None:
    case = desk.opens_case()
    engages_elsewhere(desk, Role.CLERK, Role.AGENT)

    assert desk.get(f"/cases/{case['id']}", by="eleni").status_code == 404
    assert desk.get(f"/cases/{case['id']}/notes", by="eleni").status_code == 404


@SEES_EVERYWHERE
def test_a_manager_who_sees_a_stuck_case_of_another_branch_repairs_it_in_no_second_role(
    desk: Desk, sees_everywhere: Role
) -> None:
    case, service_task = desk.sends_to_municipality()
    desk.post(f"/service-tasks/{service_task}/fail", {"code": "METEOR", "message": "όχι"}, by="municipality")
    engages_elsewhere(desk, Role.MANAGER, sees_everywhere)
    if sees_everywhere in LOOKS_AT_EVERYTHING:
        desk.gives_reason(case, by="eleni")

    (incident,) = desk.get(f"/cases/{case['id']}", by="eleni").get_json()["incidents"]
    element = desk.get(f"/service-tasks/{service_task}").get_json()["element"]
    move = {"from": element, "to": "hand_over", "reason": "Απάντησε τηλεφωνικά."}
    refused = [
        desk.post(f"/incidents/{incident['id']}/retry", by="eleni"),
        desk.get(f"/cases/{case['id']}/variables", by="eleni"),
        desk.post(f"/cases/{case['id']}/move", move, by="eleni"),
    ]

    assert [answer.status_code for answer in refused] == [403, 403, 403]
    assert desk.post(f"/cases/{case['id']}/move", move, by="nikos").status_code == 200


def test_a_manager_who_sees_the_cases_of_another_branch_does_not_see_its_load(desk: Desk) -> None:
    engages_elsewhere(desk, Role.MANAGER, Role.AGENT)

    assert desk.get("/staff?branch=0009", by="eleni").status_code == 403
    assert desk.get("/staff?branch=0011", by="eleni").status_code == 200
    assert desk.get("/staff?branch=0009", by="nikos").status_code == 200
