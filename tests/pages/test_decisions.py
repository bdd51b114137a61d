"""Claims about decisions on the desk: the case file leads to why each came out so."""

import pytest

from engine.cases.changeset import CaseState
from tests.office import offer
from tests.pages.visiting import OpenDesk, Visitor

APPLICATION = {
    "person": {"category": "greek_adult", "nationality": "Ελληνική", "sex": "female", "by_proxy": False},
    "birth": {"date": "1998-05-14", "place": "Αθήνα", "country": "Ελλάδα"},
    "document": {"kind": "Ταυτότητα", "number": "ΑΒ 123456"},
    "declared": True,
}


@pytest.fixture
def state(desk: OpenDesk) -> CaseState:
    """A case whose papers were decided by a table."""
    office = desk.desk.office
    offer(office.engine, "amka-issue")
    return office.opens_case(procedure="amka-issue", data=APPLICATION)


def test_the_story_of_a_case_leads_to_the_reasons_of_its_decisions(
    desk: OpenDesk, state: CaseState, maria: Visitor
) -> None:
    maria.opens(f"/desk/cases/{state.case.id}")
    (address, *_) = maria.sees("//ol[@class='timeline']//a[contains(., 'Why so')]/@href")

    maria.opens(address)

    decided = maria.sees("//li[@class='fired']")
    assert decided
    assert all("it decided" in rule for rule in decided)


def test_a_rule_that_did_not_decide_says_which_cell_was_not_met(state: CaseState, maria: Visitor) -> None:
    maria.opens(f"/desk/cases/{state.case.id}/decisions/required_papers")

    others = maria.sees("//ol[@class='rules']/li[not(@class)]")

    assert others
    assert all("does not apply" in rule and "not met" in rule for rule in others)


def test_the_reasons_are_told_in_greek_too(desk: OpenDesk, state: CaseState) -> None:
    clerk = desk.visit(desk.desk.office.clerk, language="el")

    clerk.opens(f"/desk/cases/{state.case.id}/decisions/required_papers")

    assert "δεν πληρούται" in clerk.text
    assert "it does not apply" not in clerk.text


def test_a_decision_that_is_not_there_is_not_found(desk: OpenDesk, state: CaseState, maria: Visitor) -> None:
    unknown = maria.opens(f"/desk/cases/{state.case.id}/decisions/nothing")

    assert unknown.status_code == 404
