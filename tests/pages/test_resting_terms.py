"""Claims about what is shown of a term that rests: nobody is promised a day that nobody knows."""

from datetime import timedelta

import pytest

from engine.cases.changeset import CaseState
from engine.kernel.actor import SYSTEM
from engine.messages.timers import FireTimer
from engine.supplements.supplement import BringSupplement
from engine.terms.term import SupplementRule
from tests.cases.test_resting_terms import asks, sent
from tests.pages.visiting import OpenDesk


def resting(desk: OpenDesk, rule: SupplementRule) -> CaseState:
    """A case that waits for its citizen, and its term with it."""
    office = desk.desk.office
    return asks(office, sent(office, rule))


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (SupplementRule.PAUSES, "Its term rests, and goes on when we have what we wait for from you."),
        (SupplementRule.RESTARTS, "Its term begins anew when we have what we wait for from you."),
        (SupplementRule.RUNS_ON, "by Monday, March 16, 2026"),
    ],
)
def test_the_citizen_is_told_what_becomes_of_the_term(
    desk: OpenDesk, rule: SupplementRule, told: str
) -> None:
    case = resting(desk, rule).case
    citizen = desk.anybody()

    citizen.opens(f"/track?number={case.number}&code={desk.desk.office.code_of(case)}")

    assert told in citizen.text
    assert ("March 16" in citizen.text) is (rule is SupplementRule.RUNS_ON)


def test_a_receipt_names_no_day_while_the_term_rests(desk: OpenDesk) -> None:
    state = resting(desk, SupplementRule.PAUSES)
    maria = desk.visit(desk.desk.office.clerk)

    maria.opens(f"/desk/cases/{state.case.id}/receipt")
    while_it_rests = maria.text
    desk.desk.office.does(BringSupplement(service_task_id=state.service_tasks[0].id))
    maria.opens(f"/desk/cases/{state.case.id}/receipt")

    assert "Expected by" not in while_it_rests
    assert maria.sees("//dt[.='Expected by']/following-sibling::dd[1]") == ["Monday, March 16, 2026"]


def test_the_case_file_says_since_when_the_term_rests(desk: OpenDesk) -> None:
    state = resting(desk, SupplementRule.PAUSES)
    maria = desk.visit(desk.desk.office.clerk)

    maria.opens(f"/desk/cases/{state.case.id}")

    since = maria.sees("//dt[.='Term rests since']/following-sibling::dd[1]")
    assert since == ["March 9, 2026, 14:00"]
    assert "The term rests while the citizen is awaited" in maria.text


def test_the_case_file_counts_no_days_while_the_term_rests(desk: OpenDesk) -> None:
    state = resting(desk, SupplementRule.PAUSES)
    maria = desk.visit(desk.desk.office.clerk)

    maria.opens(f"/desk/cases/{state.case.id}")
    while_it_rests = maria.sees("//dt[.='Term']/following-sibling::dd[1]")
    desk.desk.office.does(BringSupplement(service_task_id=state.service_tasks[0].id))
    maria.opens(f"/desk/cases/{state.case.id}")

    assert while_it_rests == []
    assert "Monday, March 16, 2026" in maria.sees("//dt[.='Term']/following-sibling::dd[1]")[0]


def test_the_worklist_counts_no_days_while_the_term_rests(desk: OpenDesk) -> None:
    office = desk.desk.office
    state = sent(office, SupplementRule.PAUSES)
    office.clock.advance(timedelta(days=4))
    office.does(FireTimer(case_id=state.case.id), actor=SYSTEM)
    maria = desk.visit(office.clerk)

    maria.opens("/desk?tab=unassigned")
    before = maria.sees("//td//span[starts-with(@class, 'due ')]/@title")
    asks(office, state)
    maria.opens("/desk?tab=unassigned")

    assert "Monday, March 16, 2026" in before
    assert maria.sees("//td//span[starts-with(@class, 'due ')]/@title") == []


def test_a_task_counts_no_days_of_its_case_while_the_term_rests(desk: OpenDesk) -> None:
    office = desk.desk.office
    state = sent(office, SupplementRule.PAUSES)
    office.clock.advance(timedelta(days=4))
    office.does(FireTimer(case_id=state.case.id), actor=SYSTEM)
    (task,) = asks(office, state).tasks
    maria = desk.visit(office.clerk)

    maria.opens(f"/desk/tasks/{task.id}")

    assert maria.sees("//h1") != []
    assert maria.sees("//section[@aria-labelledby='term']") == []
