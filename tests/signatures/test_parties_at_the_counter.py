"""Claims about the parties in the intake form, at a browser that runs no scripts."""

from typing import Any

import pytest

from engine.cases.queries import FindCases, ShowCase
from engine.kernel.actor import SYSTEM
from tests.pages.visiting import OpenDesk, Visitor
from tests.signatures.selling import OTHER_SELLER, SELLER, offers, selling

ADDRESS = "/desk/open/selling"
BUYER = {
    "applicant-given_name": "Ελένη",
    "applicant-family_name": "Δημητρίου",
    "applicant-afm": "094014201",
}
FILLED: dict[str, Any] = {
    "once": "page-1",
    "channel": "counter",
    "identity": "passport",
    "applicant_role": "buyer",
    "parties_begun": "yes",
    "party": ["0"],
    "party-0-role": "seller",
    **BUYER,
    **{f"party-0-{name}": value for name, value in SELLER.items()},
    "party-0-paper": ["registration"],
    "data": "{}",
}


@pytest.fixture
def desk() -> OpenDesk:
    """A desk on which vehicles are sold."""
    opened = OpenDesk()
    offers(opened.desk, selling())
    return opened


@pytest.fixture
def maria(desk: OpenDesk) -> Visitor:
    """Maria with the form in front of her."""
    visitor = desk.visit(desk.desk.office.clerk)
    visitor.opens(ADDRESS)
    return visitor


def rows(maria: Visitor) -> list[str]:
    return maria.sees("//fieldset[contains(@class, 'party-row')]/legend")


def test_as_many_rows_are_there_as_the_procedure_needs(maria: Visitor) -> None:
    assert rows(maria) == ["Seller"]
    assert maria.sees("//select[@name='applicant_role']/option") == ["Buyer", "Seller"]
    assert maria.sees("//input[@name='party-0-paper']/@value") == ["registration"]


def test_rows_are_added_and_removed_and_what_was_typed_stays(maria: Visitor) -> None:
    maria.sends(f"{ADDRESS}/parties", **FILLED, add_party="seller")
    added = rows(maria), maria.sees("//input[@name='party-0-afm']/@value")
    maria.sends(
        f"{ADDRESS}/parties", **{**FILLED, "party": ["0", "1"], "party-1-role": "seller"}, remove_party="0"
    )

    assert added == (["Seller", "Seller"], [SELLER["afm"]])
    assert rows(maria) == ["Seller"]
    assert maria.sees("//input[@name='party']/@value") == ["1"]


def test_the_case_is_opened_with_its_parties(desk: OpenDesk, maria: Visitor) -> None:
    response = maria.sends(ADDRESS, follow=False, **FILLED)

    assert response.status_code == 303, maria.text
    case = desk.desk.office.engine.ask(FindCases(), actor=SYSTEM).items[0]
    view = desk.desk.office.engine.ask(ShowCase(case_id=case.id), actor=SYSTEM)
    assert [(one.declared_role, one.person.family_name) for one in view.parties] == [
        ("buyer", "Δημητρίου"),
        ("seller", SELLER["family_name"]),
    ]


@pytest.mark.parametrize(
    ("changes", "problem", "anchor"),
    [
        ({"party-0-afm": "090000046"}, "tax number (AFM)", "#party-0-afm"),
        ({"party-0-afm": ""}, "enter the AFM or number of the identity document", "#party-0-afm"),
        ({"party-0-afm": BUYER["applicant-afm"]}, "the applicant's own number", "#party-0-afm"),
        ({"party-0-family_name": ""}, "the family name of everybody", "#party-0-family_name"),
        ({"party-0-paper": []}, "Missing: Vehicle registration", "#party-0-paper"),
        ({"party": []}, "Seller: expected 1–2 of seller, found 0", "#parties"),
        ({"applicant-afm": ""}, "Buyer: enter the AFM", "#applicant-afm"),
    ],
)
def test_what_is_wrong_with_a_party_is_told_at_its_field(
    maria: Visitor, changes: dict[str, Any], problem: str, anchor: str
) -> None:
    response = maria.sends(ADDRESS, **{**FILLED, **changes})

    assert response.status_code == 422
    told = dict(
        zip(maria.sees("//*[@id='errors']//a/@href"), maria.sees("//*[@id='errors']//a"), strict=True)
    )
    assert problem in told[anchor]


def test_two_sellers_are_known_apart(maria: Visitor) -> None:
    second = {f"party-7-{name}": value for name, value in OTHER_SELLER.items()}
    both = {"party": ["0", "7"], "party-7-role": "seller", **second, "party-7-afm": SELLER["afm"]}

    maria.sends(ADDRESS, **{**FILLED, **both, "party-7-paper": ["registration"]})

    assert maria.sees("//*[@id='errors']//a/@href") == ["#party-7-afm"]


def test_names_of_parties_are_shown_as_text(maria: Visitor) -> None:
    maria.sends(f"{ADDRESS}/parties", **{**FILLED, "party-0-given_name": '"><script>alert(1)</script>'})

    assert maria.page is not None
    assert "<script>alert(1)" not in maria.page.text


def test_the_papers_follow_what_the_applicant_is(maria: Visitor) -> None:
    maria.sends(f"{ADDRESS}/papers", **{**FILLED, "applicant_role": "seller"})
    as_seller = maria.sees("//input[@name='paper']/@value")
    maria.sends(f"{ADDRESS}/papers", **FILLED)

    assert as_seller == ["registration"]
    assert maria.sees("//input[@name='paper']/@value") == []


def test_a_procedure_without_parties_asks_for_nobody_else(desk: OpenDesk) -> None:
    visitor = desk.visit(desk.desk.office.clerk)

    visitor.opens("/desk/open/residence-certificate")

    assert visitor.sees("//h2[@id='parties']") == []
