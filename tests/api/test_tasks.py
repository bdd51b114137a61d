"""Claims about the calls on tasks."""

from tests.api.desk import Desk
from tests.office import PAPERS_COMPLETE


def test_a_task_comes_with_its_form_and_what_to_begin_with(desk: Desk) -> None:
    task = desk.opens_case()["tasks"][0]["id"]

    shown = desk.get(f"/tasks/{task}").get_json()

    assert shown["form_schema"]["components"]
    assert shown["prefill"]["applicant"]["family_name"] == "Δημητρίου"
    assert shown["draft"] is None


def test_the_worklist_tells_mine_from_free_ones(desk: Desk) -> None:
    mine, free = desk.opens_case()["tasks"][0]["id"], desk.opens_case()["tasks"][0]["id"]
    desk.post(f"/tasks/{mine}/claim")

    listed = {wanted: desk.get(f"/tasks?assignee={wanted}").get_json()["items"] for wanted in ("me", "none")}

    assert [task["id"] for task in listed["me"]] == [mine]
    assert [task["id"] for task in listed["none"]] == [free]


def test_a_task_that_a_colleague_has_cannot_be_claimed(desk: Desk) -> None:
    task = desk.opens_case()["tasks"][0]["id"]
    desk.post(f"/tasks/{task}/claim", by="petros")

    response = desk.post(f"/tasks/{task}/claim")

    assert response.status_code == 409
    assert response.get_json()["type"] == "/problems/held_by_another"


def test_a_released_task_is_free_and_needs_no_reason(desk: Desk) -> None:
    task = desk.opens_case()["tasks"][0]["id"]
    desk.post(f"/tasks/{task}/claim")

    bare = desk.post(f"/tasks/{task}/release")
    desk.post(f"/tasks/{task}/claim", by="petros")
    by_manager = desk.post(f"/tasks/{task}/release", {"reason": "Ασθένεια."}, by="nikos")

    assert bare.get_json()["assignee"] is None
    assert by_manager.get_json()["assignee"] is None


def test_a_draft_stays_with_the_task_for_whoever_takes_it_up(desk: Desk) -> None:
    task = desk.opens_case()["tasks"][0]["id"]
    desk.post(f"/tasks/{task}/claim")

    saved = desk.call("PUT", f"/tasks/{task}/draft", json={"data": {"identity_checked": True}})
    desk.post(f"/tasks/{task}/release")

    assert saved.status_code == 200
    assert desk.get(f"/tasks/{task}", by="petros").get_json()["draft"] == {"identity_checked": True}


def test_a_draft_with_a_field_that_the_form_lacks_is_refused(desk: Desk) -> None:
    task = desk.opens_case()["tasks"][0]["id"]
    desk.post(f"/tasks/{task}/claim")

    assert desk.call("PUT", f"/tasks/{task}/draft", json={"data": {"__proto__": 1}}).status_code == 422


def test_wrong_data_leave_the_task_as_it_was(desk: Desk) -> None:
    task = desk.opens_case()["tasks"][0]["id"]
    before = desk.post(f"/tasks/{task}/claim").headers["ETag"]

    refused = desk.post(f"/tasks/{task}/complete", {"data": {"identity_checked": "yes"}})
    after = desk.get(f"/tasks/{task}")

    assert refused.status_code == 422
    assert (after.headers["ETag"], after.get_json()["state"]) == (before, "open")


def test_a_completed_task_cannot_be_completed_again(desk: Desk) -> None:
    task = desk.opens_case()["tasks"][0]["id"]
    desk.post(f"/tasks/{task}/claim")
    desk.post(f"/tasks/{task}/complete", {"data": PAPERS_COMPLETE})

    again = desk.post(f"/tasks/{task}/complete", {"data": PAPERS_COMPLETE})

    assert again.status_code == 409
    assert again.get_json()["type"] == "/problems/task_completed"


def test_a_task_that_nobody_claimed_cannot_be_completed(desk: Desk) -> None:
    task = desk.opens_case()["tasks"][0]["id"]

    response = desk.post(f"/tasks/{task}/complete", {"data": PAPERS_COMPLETE})

    assert response.status_code == 409
    assert response.get_json()["type"] == "/problems/task_unclaimed"
