"""Claims about the actions of a case on its pages: offered, shown with what they lead to, and taken once."""

from datetime import date, timedelta

import pytest

from engine.cases.term_changes import CorrectTerm
from engine.kernel.vocabulary import Flag
from tests.cases.test_further_terms import appeals, decided, now, offers_licence
from tests.messages.test_desk_actions import open_tasks, under_way
from tests.office import Office
from tests.pages.visiting import OpenDesk, Visitor


@pytest.fixture
def office(desk: OpenDesk) -> Office:
    return desk.desk.office


def once_of(visitor: Visitor) -> str:
    """The key of the form that is shown, by which it has its effect once."""
    return visitor.sees("//input[@name='once']/@value")[0]


def test_a_clerk_takes_an_action_with_its_reason_once_however_often_the_button_is_pressed(
    office: Office, maria: Visitor
) -> None:
    state = under_way(office, interrupting=False, reason="required")
    address = f"/desk/cases/{state.case.id}"
    maria.opens(address)
    buttons = maria.sees("//section[.//h2[@id='offered']]//a")
    maria.opens(f"{address}/actions/withdraw")
    said, once = maria.sees("//section//p"), once_of(maria)

    refused = maria.sends(f"{address}/actions/withdraw", once=once, reason=" ", data="{}")
    for _ in range(2):
        maria.sends(f"{address}/actions/withdraw", once=once, reason="Το ζήτησε.", data="{}")

    assert buttons == ["Withdraw"]
    assert "What is under way now goes on beside it." in said
    assert refused.status_code == 422
    assert open_tasks(office, state) == ["close_file", "examine"]
    assert "Took the action “Withdraw”" in maria.text


def test_an_action_that_is_over_says_so_and_leads_back(office: Office, maria: Visitor) -> None:
    state = under_way(office)

    answer = maria.opens(f"/desk/cases/{state.case.id}/actions/revoke")

    assert answer.status_code == 409
    assert "This cannot be done now" in maria.text


def test_a_citizen_appeals_on_the_tracking_page_and_the_case_says_so(office: Office, desk: OpenDesk) -> None:
    offers_licence(office)
    state, citizen = decided(office), desk.anybody()
    citizen.opens(f"/track?number={state.case.number}&code={office.code_of(state.case)}")
    citizen.opens("/track/case")
    before, buttons = citizen.text, citizen.sees("//section[.//h2[@id='offered']]//a")
    citizen.opens("/track/case/actions/appeal")

    citizen.sends("/track/case/actions/appeal", once=once_of(citizen), data="{}")

    assert buttons == ["Appeal"]
    assert "You may appeal until Tuesday, March 24, 2026." in before
    assert now(office, state).flags == frozenset({Flag.APPEALED})
    assert "It is done: we have it." in citizen.text
    assert "Your appeal is being examined." in citizen.text


def test_without_a_visit_nobody_takes_an_action(office: Office, desk: OpenDesk) -> None:
    stranger = desk.anybody()
    stranger.opens("/track")

    answer = stranger.sends("/track/case/actions/appeal", follow=False, data="{}")

    assert (answer.status_code, answer.location) == (303, "/track?said=over")


def test_a_decided_case_is_found_with_its_holder_and_its_appeal_and_is_not_late(
    office: Office, maria: Visitor, desk: OpenDesk
) -> None:
    offers_licence(office)
    waiting = decided(office)
    office.clock.advance(timedelta(minutes=1))
    appealed = decided(office)
    appeals(office, appealed)
    office.opens_case(procedure="licence", data={})

    maria.opens("/desk?tab=decided")
    rows = maria.sees("//tbody/tr")
    found = desk.desk.get("/cases?decided=true").get_json()["items"]

    assert maria.sees("//*[@aria-current='page']") != []
    assert [waiting.case.number in rows[1], appealed.case.number in rows[0]] == [True, True]
    assert "The term to appeal runs" in rows[1]
    assert "The appeal is to be answered" in rows[0]
    assert all("You" in row and "late" not in row.lower() for row in rows)
    assert "Appealed" in rows[0]
    assert [one["number"] for one in found] == [appealed.case.number, waiting.case.number]


def test_the_clerk_sees_that_a_term_changed_and_which_further_one_is_overdue(
    office: Office, desk: OpenDesk
) -> None:
    offers_licence(office)
    moved, appealed = office.opens_case(procedure="licence", data={}), decided(office)
    appeals(office, appealed)
    correction = CorrectTerm(case_id=moved.case.id, number=1, day=date(2026, 3, 6), reason="Λάθος ημέρα.")
    office.does(correction, actor=office.manager)
    maria = desk.visit(office.clerk)

    maria.opens(f"/desk/cases/{moved.case.id}")
    on_the_case = maria.text
    maria.opens("/desk?tab=branch")
    in_the_list = maria.sees(f"//tr[contains(., '{moved.case.number}')]")
    office.clock.advance(timedelta(days=40))
    maria = desk.visit(office.clerk)
    maria.opens(f"/desk/cases/{appealed.case.id}")
    appealed_text = maria.text
    maria.opens("/desk?tab=branch")

    assert "Term changed" in on_the_case
    assert "Term changed" in in_the_list[0]
    assert "Answer to the appeal overdue" in appealed_text
    assert "Overdue" not in appealed_text
    assert "Term changed" not in maria.text
