"""Claims about the calendar that people see: a year's days off, and what a closure would move."""

from dataclasses import replace

from engine.kernel.actor import SYSTEM
from engine.organisation.registers import EnterBranch, ShowBranch
from tests.office import Office
from tests.pages.visiting import OpenDesk, Visitor

DAYS = "//section[@aria-labelledby='days']//dl"


def test_a_clerk_sees_the_holidays_the_patron_day_and_the_closures_of_a_year(desk: OpenDesk) -> None:
    office = desk.desk.office
    branch = replace(office.branch, local_holidays=("10-03",), closures=("2027-02-01", "2026-02-02"))
    office.does(EnterBranch(branch=branch), actor=SYSTEM)
    maria = desk.visit(office.clerk)

    maria.opens("/desk/calendar?year=2027")
    days = dict(zip(maria.sees(DAYS + "/dt"), maria.sees(DAYS + "/dd"), strict=True))

    assert days["Monday, February 1, 2027"] == "Closed by decision"
    assert days["Friday, April 30, 2027"] == "Good Friday"
    assert days["Sunday, October 3, 2027"] == "Local holiday"
    assert len(days) == 8 + 4 + 2
    assert maria.sees("//form[.//input[@name='first']]") == []


def test_a_manager_sees_what_moves_before_anything_is_entered_and_then_confirms(
    office: Office, nikos: Visitor
) -> None:
    state = office.opens_case()
    query = "first=2026-03-16&last=2026-03-17"

    nikos.opens(f"/desk/calendar?{query}")
    rows, before = nikos.sees("//tbody//td"), closures(office)
    refused = nikos.sends("/desk/calendar/close", first="2026-03-16", last="2026-03-17", reason=" ")
    unconfirmed = closures(office)
    nikos.sends("/desk/calendar/close", first="2026-03-16", last="2026-03-17", reason="Απόφαση 12/2026")

    assert rows == [state.case.number, "Term of law", "March 16, 2026", "March 18, 2026"]
    assert (before, refused.status_code, unconfirmed) == ((), 422, ())
    assert closures(office) == ("2026-03-16", "2026-03-17")
    assert "The branch is closed on these days." in nikos.text


def test_days_that_make_no_closure_are_refused_at_their_field(nikos: Visitor) -> None:
    answer = nikos.opens("/desk/calendar?first=2026-03-16&last=2026-03-10")

    assert answer.status_code == 422
    assert nikos.sees("//*[@role='alert']//a/@href") == ["#last"]


def closures(office: Office) -> tuple[str, ...]:
    branch = office.engine.ask(ShowBranch(code="0009"), actor=office.manager)
    assert branch is not None
    return branch.closures
