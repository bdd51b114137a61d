"""Claims about a case that another branch works on from now on: its work, its terms, who sees it."""

from dataclasses import replace

import pytest

from engine.cases.queries import ShowCase
from engine.cases.transfer import TransferCase
from engine.kernel.actor import SYSTEM, Actor
from engine.kernel.refusal import Invalid, NotFound, NotPermitted, OutOfDate
from engine.organisation.registers import EnterBranch
from engine.terms.term import TermKind
from tests.builders import a_branch, a_clerk
from tests.cases.test_further_terms import appeals, day, decided, now, offers_licence
from tests.office import Office, an_office

WHY = "Ο πολίτης μετακόμισε."


@pytest.fixture
def office() -> Office:
    office = an_office()
    offers_licence(office)
    return office


def another_branch(office: Office) -> Actor:
    """A clerk of a branch whose patron is honoured on 28 April, and on 8 April by decree."""
    branch = a_branch(code="0010", name="ΚΕΠ Πατρέων", local_holidays=("04-28",), closures=("2026-04-08",))
    office.does(EnterBranch(branch=branch), actor=SYSTEM)
    return a_clerk(branch, name="eleni")


def test_the_other_branch_sees_all_of_it_with_its_tasks_free_and_the_first_nothing_more(
    office: Office,
) -> None:
    eleni, opened = another_branch(office), office.opens_case(procedure="licence", data={})
    office.claims(opened.tasks[0])

    office.does(TransferCase(case_id=opened.case.id, branch="0010", reason=WHY), actor=office.manager)

    seen = office.engine.ask(ShowCase(case_id=opened.case.id), actor=eleni)
    with pytest.raises(NotFound):
        now(office, opened)
    assert (seen.case.branch_code, seen.case.number) == ("0010", opened.case.number)
    assert [(task.branch_id, task.assignee_id) for task in seen.tasks] == [(eleni.branch_id, None)]


def test_its_terms_are_counted_on_the_calendar_of_the_other_branch(office: Office) -> None:
    eleni = another_branch(office)
    opened, told = office.opens_case(procedure="licence", data={}), decided(office)
    appealed = appeals(office, told)
    moved = {}
    for state in (opened, told):
        office.does(TransferCase(case_id=state.case.id, branch="0010", reason=WHY), actor=office.manager)
        moved[state.case.id] = office.engine.ask(ShowCase(case_id=state.case.id), actor=eleni)

    first, second = moved[opened.case.id], moved[told.case.id]
    # 50 days from 9 March end on 28 April; 30 days on 8 April: neither is worked there.
    assert (day(opened.case.due_at, office), day(first.case.due_at, office)) == ("29/04 00:00", "30/04 00:00")
    assert [day(end, office) for end in (appealed.answer_due_at, second.case.answer_due_at)] == [
        "09/04 00:00",
        "10/04 00:00",
    ]
    assert second.tasks[0].due_at == second.case.further_ends[TermKind.ANSWER]
    assert second.case.next_timer_at == second.case.answer_due_at


def test_only_the_manager_transfers_it_with_a_reason_to_a_branch_that_is_another(office: Office) -> None:
    another_branch(office)
    opened = office.opens_case(procedure="licence", data={})
    command = TransferCase(case_id=opened.case.id, branch="0010", reason=WHY)

    with pytest.raises(NotPermitted):
        office.does(command)
    for wrong in (
        replace(command, branch="0009"),
        replace(command, branch="9999"),
        replace(command, reason=""),
    ):
        with pytest.raises(Invalid):
            office.does(wrong, actor=office.manager)
    with pytest.raises(OutOfDate):
        office.does(replace(command, expected_version=99), actor=office.manager)

    assert now(office, opened).branch_code == "0009"
