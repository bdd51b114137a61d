"""Claims about the terms of a case on its pages: in words, extended and corrected by forms."""

from datetime import timedelta

import pytest

from engine.cases.changeset import CaseState
from tests.messages.drawn import offer_drawn
from tests.office import Office
from tests.pages.visiting import OpenDesk, Visitor
from tests.runtime.diagrams import chain, end, start, user

TERM = "{days: 20, law: ν. 1/2026 άρθρο 2, extension: {days: 15}}"
WORDS = "20 days from 9 March; ends on 30 March"


@pytest.fixture
def office(desk: OpenDesk) -> Office:
    """The office, which also offers a licence with a term of twenty days."""
    office = desk.desk.office
    parts = (start(), user("judge"), end("done"), chain("start", "judge", "done"))
    offer_drawn(office, "licence", *parts, term=TERM)
    return office


def opened(office: Office) -> CaseState:
    return office.opens_case(procedure="licence", data={})


def terms_of(state: CaseState, further: str = "") -> str:
    return f"/desk/cases/{state.case.id}/terms{further}"


def test_the_case_tells_its_term_in_words_and_leads_to_its_entries(office: Office, maria: Visitor) -> None:
    state = opened(office)

    maria.opens(f"/desk/cases/{state.case.id}")
    facts = dict(zip(maria.sees("//dl/dt"), maria.sees("//dl/dd"), strict=True))
    maria.opens(terms_of(state))

    assert facts["Term of law"].startswith(WORDS)
    assert f"{WORDS}." in maria.text
    assert maria.sees("//tbody//td")[:3] == [
        "1. Begun: 20 days",
        "March 9, 2026",
        "the case was opened ν. 1/2026 άρθρο 2",
    ]


def test_a_clerk_extends_a_term_by_a_decision(office: Office, maria: Visitor) -> None:
    state = opened(office)
    maria.opens(terms_of(state))

    maria.sends(
        terms_of(state, "/legal/extend"),
        by="10",
        law="απόφαση 7/2026",
        reason="Πολύπλοκη.",
        version=state.case.row_version,
    )

    assert "The term is extended." in maria.text
    assert "extended by 10 days on 9 March (απόφαση 7/2026); ends on 8 April" in maria.text


def test_a_decision_that_lacks_something_is_told_field_by_field(office: Office, maria: Visitor) -> None:
    state = opened(office)
    maria.opens(terms_of(state))

    maria.sends(terms_of(state, "/legal/extend"), by="16", law="", reason="")

    assert maria.sees("//div[@id='errors']//li") == [
        "Write a whole number, within what is left.",
        "Name the law and article, or the decision, in at most 200 letters.",
        "Say why, in at most 1000 letters.",
    ]
    assert maria.sees("//details[@open]//summary") == ["Extend the term by a decision"]


def test_a_manager_is_shown_what_moves_before_a_day_is_corrected(office: Office, desk: OpenDesk) -> None:
    state = opened(office)
    office.clock.advance(timedelta(days=3))
    nikos = desk.visit(office.manager)

    nikos.opens(terms_of(state, "?term=legal&number=1&day=2026-03-11"))
    moves = nikos.sees("//section[@aria-labelledby='correction']/p")
    nikos.sends(terms_of(state, "/legal/1/correct"), day="2026-03-11", reason="Ήρθε την Τετάρτη.")

    assert moves[0] == "The last day of the term moves: from March 30, 2026 to March 31, 2026."
    assert moves[-1] == "20 days from 11 March; ends on 31 March"
    assert "The day is corrected." in nikos.text
    assert "Day of entry 1 corrected" in nikos.text


def test_a_day_that_has_not_come_is_refused_and_a_clerk_is_offered_no_correction(
    office: Office, nikos: Visitor, maria: Visitor
) -> None:
    state = opened(office)

    nikos.opens(terms_of(state, "?term=legal&number=1&day=2026-03-20"))
    maria.opens(terms_of(state, "?term=legal&number=1&day=2026-03-09"))

    assert nikos.sees("//div[@id='errors']//li") == ["Choose a day until today."]
    assert maria.sees("//section[@aria-labelledby='correction']") == []
    assert maria.sees("//td//a") == []
