"""The desk over the API: the worklist as a whole, the people of a branch, notes, callers, supplements."""

from typing import Any

import pytest

from engine.cases.callers import ENOUGH
from tests.api.desk import APPLICANT, Desk, minutes

WANTED = "Αντίγραφο λογαριασμού."


def first_task(case: dict[str, Any]) -> str:
    return str(case["tasks"][0]["id"])


def two_cases(desk: Desk) -> tuple[dict[str, Any], dict[str, Any]]:
    """One case, and another one a minute later."""
    first = desk.opens_case()
    desk.office.clock.advance(minutes(1))
    return first, desk.opens_case()


# The worklist as a whole


def test_the_worklist_is_counted_narrowed_and_sorted(desk: Desk) -> None:
    old, new = two_cases(desk)
    desk.post(f"/tasks/{first_task(old)}/claim")

    counts = desk.get("/worklist/counts").get_json()
    newest = desk.get("/tasks?order=newest").get_json()["items"]
    of_maria = desk.get("/tasks?assignee=maria", by="petros").get_json()["items"]
    overdue = desk.get("/tasks?overdue=true").get_json()["items"]

    assert (counts["mine"], counts["branch"], counts["unassigned"]) == (1, 2, 1)
    assert [task["id"] for task in newest] == [first_task(new), first_task(old)]
    assert ([task["id"] for task in of_maria], overdue) == ([first_task(old)], [])


@pytest.mark.parametrize("query", ["order=oddly", "overdue=yes", "flag=red", "assignee=nobody"])
def test_a_worklist_that_makes_no_sense_is_refused(desk: Desk, query: str) -> None:
    response = desk.get(f"/tasks?{query}")

    assert response.status_code == 422
    assert query.split("=")[0] in response.get_json()["errors"]


def test_the_pulse_is_another_one_after_an_act(desk: Desk) -> None:
    before = desk.get("/worklist/pulse").get_json()["pulse"]

    desk.opens_case()

    assert desk.get("/worklist/pulse").get_json()["pulse"] != before
    assert desk.get("/worklist/pulse", by="municipality").status_code == 200


def test_filters_are_kept_and_forgotten(desk: Desk) -> None:
    kept = desk.post("/worklist/filters", {"name": "Δικά μου", "query": "assignee=me"}).get_json()

    listed = desk.get("/worklist/filters").get_json()["items"]
    forgotten = desk.call("DELETE", f"/worklist/filters/{kept['id']}")
    again = desk.call("DELETE", f"/worklist/filters/{kept['id']}")

    assert listed == [kept]
    assert (forgotten.status_code, again.status_code) == (204, 404)


def test_the_next_task_is_claimed_once_for_one_key(desk: Desk) -> None:
    case, _later = two_cases(desk)
    headers = {"Idempotency-Key": "next-1"}

    first = desk.post("/tasks/claim-next", headers=headers)
    repeated = desk.post("/tasks/claim-next", headers=headers)

    assert (first.status_code, first.get_json()["id"]) == (200, first_task(case))
    assert repeated.get_json() == first.get_json()
    assert repeated.headers["ETag"] == first.headers["ETag"]


def test_when_there_is_no_task_the_answer_says_so(desk: Desk) -> None:
    response = desk.post("/tasks/claim-next")

    assert (response.status_code, response.get_json()["type"]) == (404, "/problems/nothing_to_claim")


def test_many_tasks_are_handed_out_and_what_fails_is_told(desk: Desk) -> None:
    case = desk.opens_case()
    unknown = case["id"]
    body = {"tasks": [first_task(case), unknown], "to": "petros", "reason": "Φόρτος"}

    assigned = desk.post("/tasks/assign", body, by="nikos").get_json()
    release = {"tasks": [first_task(case)], "reason": "Λήξη βάρδιας"}
    released = desk.post("/tasks/release", release, by="petros").get_json()

    assert [task["assignee"] for task in assigned["done"]] == ["petros"]
    assert [(told["task"], told["code"]) for told in assigned["refused"]] == [(unknown, "not_found")]
    assert [task["assignee"] for task in released["done"]] == [None]


# The people of a branch


def test_a_manager_sees_pauses_and_relieves_people(desk: Desk) -> None:
    case = desk.opens_case()
    desk.post(f"/tasks/{first_task(case)}/claim")

    paused = desk.post("/staff/maria/pause", {"until": "2026-03-16", "reason": "Άδεια"}, by="nikos")
    load = desk.get("/staff", by="nikos").get_json()["items"]
    moved = desk.post("/staff/maria/reassign", {"to": "petros", "reason": "Άδεια"}, by="nikos")
    back = desk.post("/staff/maria/resume", by="nikos")

    maria = next(person for person in load if person["username"] == "maria")
    assert paused.get_json()["until"] == "2026-03-15T22:00:00Z"
    assert (maria["open"], maria["roles"], maria["pause"]["reason"]) == (1, ["clerk"], "Άδεια")
    assert [task["assignee"] for task in moved.get_json()["done"]] == ["petros"]
    assert back.status_code == 204


def test_a_clerk_sees_no_load_and_pauses_nobody(desk: Desk) -> None:
    assert desk.get("/staff").status_code == 403
    assert desk.post("/staff/petros/pause", {"reason": "Άδεια"}).status_code == 403


@pytest.mark.parametrize("until", ["0001-01-01", "2026-03-09", "tomorrow"])
def test_nobody_is_paused_until_the_past(desk: Desk, until: str) -> None:
    response = desk.post("/staff/maria/pause", {"until": until, "reason": "Άδεια"}, by="nikos")

    assert (response.status_code, "until" in response.get_json()["errors"]) == (422, True)


# What stands beside the journal


def test_a_note_is_added_once_for_one_key_and_listed(desk: Desk) -> None:
    path = f"/cases/{desk.opens_case()['id']}/notes"
    headers = {"Idempotency-Key": "note-1"}

    added = desk.post(path, {"text": "Θα φέρει το πρωτότυπο."}, headers=headers)
    desk.post(path, {"text": "Θα φέρει το πρωτότυπο."}, headers=headers)

    assert added.status_code == 201
    assert desk.get(path, by="petros").get_json() == {"items": [added.get_json()], "next": None}


def test_a_case_says_what_it_waits_for_and_which_others_its_citizen_has(desk: Desk) -> None:
    first, second = desk.opens_case(), desk.opens_case()

    steps = desk.get(f"/cases/{first['id']}/next-steps").get_json()["items"]
    related = desk.get(f"/cases/{first['id']}/related").get_json()["items"]

    assert [(step["waits_for"], step["task"]) for step in steps] == [("clerk", first_task(first))]
    assert [case["number"] for case in related] == [second["number"]]


# Callers


def test_a_caller_is_found_asked_and_recognised(desk: Desk) -> None:
    case = desk.opens_case(applicant={**APPLICANT, "patronymic": "Γεώργιος"})

    found = desk.get("/callers/cases?q=dimitriou", by="dimitra").get_json()["items"]
    path = f"/callers/cases/{found[0]['id']}"
    questions = desk.get(f"{path}/questions", by="dimitra").get_json()
    right = {"afm": APPLICANT["afm"], "patronymic": "ΓΕΩΡΓΙΟΣ"}
    recognised = desk.post(f"{path}/identify", {"answers": right}, by="dimitra")
    stranger = desk.post(f"{path}/identify", {"answers": {**right, "afm": "123456783"}}, by="dimitra")

    assert set(found[0]) == {"id", "number", "branch", "opened_at"}
    assert questions == {"facts": ["tracking_code", "afm", "patronymic"], "enough": ENOUGH}
    assert (case["id"], recognised.get_json()) == (found[0]["id"], {"recognised": True})
    assert stranger.get_json() == {"recognised": False}


@pytest.mark.parametrize("answers", [{}, {"afm": "094014201"}, {"afm": "1", "shoe_size": "43"}])
def test_a_caller_is_asked_known_facts_and_enough_of_them(desk: Desk, answers: dict[str, str]) -> None:
    path = f"/callers/cases/{desk.opens_case()['id']}/identify"

    assert desk.post(path, {"answers": answers}, by="dimitra").status_code == 422


def test_only_agents_take_calls(desk: Desk) -> None:
    assert desk.get("/callers/cases?q=dimitriou").status_code == 403


# Supplements


def test_an_agency_asks_for_a_supplement_and_the_branch_brings_it(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()
    path = f"/service-tasks/{service_task}"

    asked = desk.post(f"{path}/ask-supplement", {"wanted": WANTED}, by="municipality")
    waiting = desk.get(f"/cases/{case['id']}").get_json()
    brought = desk.post(f"{path}/bring-supplement", {"data": {"document": "ΔΕΗ 4471"}})
    again = desk.post(f"{path}/bring-supplement", {})

    assert (asked.status_code, brought.status_code) == (200, 200)
    assert waiting["flags"] == ["awaiting_citizen"]
    assert waiting["service_tasks"][0]["supplement_wanted"] == WANTED
    shown = desk.get(path, by="municipality").get_json()
    assert shown["variables"]["supplement"] == {"document": "ΔΕΗ 4471"}
    assert (again.status_code, again.get_json()["type"]) == (409, "/problems/no_supplement_wanted")
