"""Claims about the page of a task: what it begins with, who fills it in, what becomes of what was sent."""

import json
from datetime import timedelta
from typing import Any

import pytest

from engine.cases.changeset import CaseState
from engine.cases.lifecycle import SuspendCase
from engine.kernel.refusal import Conflict
from engine.tasks.assign import ClaimTask
from engine.tasks.queries import ShowTask
from tests.office import PAPERS_COMPLETE
from tests.pages.visiting import OpenDesk, Visitor

COMPLETE = json.dumps(PAPERS_COMPLETE)
CLAIM_BUTTON = "//form[contains(@action, '/claim')]"
COMPLETE_BUTTON = "//form[@id='completing']"


@pytest.fixture
def state(desk: OpenDesk) -> CaseState:
    """A case whose papers are to be checked."""
    return desk.desk.office.opens_case()


def page_of(state: CaseState) -> str:
    return f"/desk/tasks/{state.tasks[0].id}"


def sheet_on(visitor: Visitor) -> dict[str, Any]:
    (source,) = visitor.sees("//div[@data-island='form']/script")
    sheet: dict[str, Any] = json.loads(source)
    return sheet


def draft_of(desk: OpenDesk, state: CaseState) -> Any:
    office = desk.desk.office
    return office.engine.ask(ShowTask(task_id=state.tasks[0].id), actor=office.clerk).task.draft


def keeps_draft(visitor: Visitor, state: CaseState, data: Any, *, version: int) -> Any:
    headers = {"X-CSRF-Token": visitor.token, "If-Match": f'"v{version}"', "Accept-Language": "en"}
    return visitor.client.put(f"{page_of(state)}/draft", json={"data": data}, headers=headers)


def test_a_task_that_nobody_has_is_read_and_can_be_taken(state: CaseState, maria: Visitor) -> None:
    maria.opens(page_of(state))

    assert maria.sees(CLAIM_BUTTON)
    assert maria.sees(COMPLETE_BUTTON) == []
    assert sheet_on(maria)["readOnly"] is True


def test_who_takes_a_task_fills_it_in(state: CaseState, maria: Visitor) -> None:
    maria.opens(page_of(state))

    maria.sends(f"{page_of(state)}/claim")

    assert maria.sees(COMPLETE_BUTTON)
    assert sheet_on(maria)["readOnly"] is False


def test_who_was_slower_is_told_who_has_it(desk: OpenDesk, state: CaseState, maria: Visitor) -> None:
    maria.opens(page_of(state))
    office = desk.desk.office
    desk.visit(office.colleague).sends(f"{page_of(state)}/claim")

    response = maria.sends(f"{page_of(state)}/claim")

    assert response.status_code == 409
    assert "has this task now" in maria.sees("//div[@id='said']")[0]
    assert maria.sees(CLAIM_BUTTON) == []


def test_a_form_speaks_the_readers_language(desk: OpenDesk, state: CaseState) -> None:
    office = desk.desk.office
    english, greek = desk.visit(office.clerk), desk.visit(office.clerk, language="el")

    for reader in (english, greek):
        reader.opens(page_of(state))

    assert "Identity checked" in json.dumps(sheet_on(english)["schema"])
    assert "Έγινε έλεγχος ταυτότητας" in json.dumps(sheet_on(greek)["schema"], ensure_ascii=False)
    assert sheet_on(english)["messages"]["required"] == "An answer is required."
    assert sheet_on(greek)["messages"]["required"] == "Η απάντηση είναι υποχρεωτική."


def test_a_completed_task_leads_to_what_comes_next(desk: OpenDesk, state: CaseState, maria: Visitor) -> None:
    desk.desk.office.claims(state.tasks[0])
    maria.opens(page_of(state))

    response = maria.sends(f"{page_of(state)}/complete", data=COMPLETE, follow=False)

    assert response.status_code == 303
    assert response.headers["Location"].startswith(f"/desk/cases/{state.case.id}")
    assert len(desk.desk.office.journal(state)) > 2


def test_what_is_refused_is_shown_again_with_everything_typed(
    desk: OpenDesk, state: CaseState, maria: Visitor
) -> None:
    desk.desk.office.claims(state.tasks[0])
    maria.opens(page_of(state))

    response = maria.sends(
        f"{page_of(state)}/complete", data=json.dumps({"papers_verdict": "complete", "iban": "x"})
    )

    assert response.status_code == 422
    sheet = sheet_on(maria)
    assert sheet["data"]["papers_verdict"] == "complete"
    assert sheet["errors"] == {
        "iban": ["The form has no such field."],
        "identity_checked": ["This must be ticked."],
    }


def test_refusals_of_answers_are_told_in_greek(desk: OpenDesk, state: CaseState) -> None:
    desk.desk.office.claims(state.tasks[0])
    maria = desk.visit(desk.desk.office.clerk, language="el")
    maria.opens(page_of(state))

    maria.sends(f"{page_of(state)}/complete", data="{}")

    assert sheet_on(maria)["errors"]["identity_checked"] == ["Πρέπει να επιλεγεί."]


def test_a_task_completed_twice_says_so(desk: OpenDesk, state: CaseState, maria: Visitor) -> None:
    desk.desk.office.claims(state.tasks[0])
    maria.opens(page_of(state))
    token = maria.token
    maria.sends(f"{page_of(state)}/complete", data=COMPLETE)

    response = maria.sends(f"{page_of(state)}/complete", data=COMPLETE, csrf=token)

    assert response.status_code == 409
    assert "completed already" in maria.text


def test_a_suspended_case_keeps_what_was_typed_on_the_page(
    desk: OpenDesk, state: CaseState, maria: Visitor
) -> None:
    office = desk.desk.office
    office.claims(state.tasks[0])
    maria.opens(page_of(state))
    office.does(SuspendCase(case_id=state.case.id, reason="Λείπει έγγραφο."))

    response = maria.sends(f"{page_of(state)}/complete", data=COMPLETE)

    assert response.status_code == 409
    assert sheet_on(maria)["data"]["papers_verdict"] == "complete"


def test_what_is_typed_is_kept_and_shown_again(desk: OpenDesk, state: CaseState, maria: Visitor) -> None:
    task = desk.desk.office.claims(state.tasks[0])
    maria.opens(page_of(state))

    answer = keeps_draft(maria, state, {"papers_verdict": "missing"}, version=task.row_version)

    assert answer.status_code == 200
    assert answer.get_json()["version"] == task.row_version + 1
    maria.opens(page_of(state))
    assert sheet_on(maria)["data"]["papers_verdict"] == "missing"


def test_two_windows_do_not_overwrite_each_other(desk: OpenDesk, state: CaseState, maria: Visitor) -> None:
    task = desk.desk.office.claims(state.tasks[0])
    maria.opens(page_of(state))
    keeps_draft(maria, state, {"papers_verdict": "missing"}, version=task.row_version)

    answer = keeps_draft(maria, state, {"papers_verdict": "complete"}, version=task.row_version)

    assert answer.status_code == 412
    assert answer.get_json()["version"] == task.row_version + 1
    assert draft_of(desk, state) == {"papers_verdict": "missing"}


def test_it_is_told_when_the_other_window_kept_its_draft(
    desk: OpenDesk, state: CaseState, maria: Visitor
) -> None:
    office = desk.desk.office
    task = office.claims(state.tasks[0])
    maria.opens(page_of(state))
    keeps_draft(maria, state, {"papers_verdict": "missing"}, version=task.row_version)

    office.clock.advance(timedelta(minutes=50))
    same_day = keeps_draft(maria, state, {"papers_verdict": "complete"}, version=task.row_version)
    office.clock.advance(timedelta(days=1))
    next_day = desk.visit(office.clerk)
    next_day.opens(page_of(state))
    day_after = keeps_draft(next_day, state, {"papers_verdict": "complete"}, version=task.row_version)

    assert "kept at 14:00" in same_day.get_json()["detail"]
    assert "kept on March 9, 2026, 14:00" in day_after.get_json()["detail"]


def test_a_draft_of_a_task_that_somebody_else_has_is_not_kept(
    desk: OpenDesk, state: CaseState, maria: Visitor
) -> None:
    office = desk.desk.office
    maria.opens("/desk")
    office.does(ClaimTask(task_id=state.tasks[0].id), actor=office.colleague)

    answer = keeps_draft(maria, state, {"papers_verdict": "complete"}, version=2)

    assert answer.status_code == 409
    assert "has this task now" in answer.get_json()["detail"]


def test_a_draft_without_a_session_asks_to_sign_in(desk: OpenDesk, state: CaseState, maria: Visitor) -> None:
    maria.opens(page_of(state))
    token = maria.token
    maria.client.delete_cookie("stoa_session")

    headers = {"X-CSRF-Token": token, "If-Match": '"v2"'}
    answer = maria.client.put(f"{page_of(state)}/draft", json={"data": {}}, headers=headers)

    assert answer.status_code == 401


def test_a_form_sent_after_the_session_ended_loses_nothing(
    desk: OpenDesk, state: CaseState, maria: Visitor
) -> None:
    desk.desk.office.claims(state.tasks[0])
    maria.opens(page_of(state))
    maria.client.delete_cookie("stoa_session")

    response = maria.sends(f"{page_of(state)}/complete", data=COMPLETE)

    assert response.status_code == 401
    assert "papers_verdict" in response.text


def test_a_task_put_back_is_free_with_its_draft(desk: OpenDesk, state: CaseState, maria: Visitor) -> None:
    task = desk.desk.office.claims(state.tasks[0])
    maria.opens(page_of(state))
    keeps_draft(maria, state, {"papers_verdict": "missing"}, version=task.row_version)

    maria.sends(f"{page_of(state)}/release", reason="Λήξη βάρδιας.")

    office = desk.desk.office
    found = office.engine.ask(ShowTask(task_id=task.id), actor=office.clerk).task
    assert (found.assignee_name, found.draft) == (None, {"papers_verdict": "missing"})
    with pytest.raises(Conflict):
        office.completes_claimed(task, PAPERS_COMPLETE)


def test_a_task_of_another_branch_is_not_there(desk: OpenDesk, state: CaseState) -> None:
    foteini = desk.visit(desk.person("foteini"))

    assert foteini.opens(page_of(state)).status_code == 404
