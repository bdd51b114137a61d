"""Claims about decision tables for people: what they leave open, which rule is for what, past cases."""

import pytest

from tests.case_migration.versions import changed, files_of
from tests.office import Office, offer_files
from tests.pages.test_decisions import APPLICATION
from tests.pages.visiting import OpenDesk, Visitor

TABLE = "/decisions/vehicle-transfer/1/transfer_fee"
RULES = "//table[contains(@class, 'decision-table')]/tbody/tr"
ADULTS_BRING_ANOTHER = ('"homogeneis", "pensioner_abroad"', '"homogeneis", "greek_adult", "pensioner_abroad"')
"""A paper that a table of the AMKA asks adults for in its next version."""


def offered(office: Office, key: str, *changes: tuple[str, str]) -> None:
    """The next version of a procedure that ships, with texts of its tables replaced."""
    files = files_of(key)
    (name,) = (one for one in files if one.endswith(".dmn"))
    offer_files(office.engine, changed(files, name, *changes))


@pytest.fixture
def kostas(desk: OpenDesk) -> Visitor:
    return desk.visit(desk.person("kostas"))


def test_a_form_made_of_the_inputs_finds_the_rule_and_says_why_not_the_others(
    desk: OpenDesk, kostas: Visitor
) -> None:
    offered(desk.desk.office, "driving-licence-renewal")
    address = "/decisions/driving-licence-renewal/1/renewal_fee"

    kostas.opens(address)
    names = kostas.sees("//form//*[starts-with(@name, 'value.')]/@name")
    kostas.opens(f"{address}?value.licence.category=b&value.age=70")

    assert names == ["value.licence.category", "value.age"]
    assert len(kostas.sees(f"{RULES}[@class='decided']")) == 1
    assert kostas.sees(f"{RULES}[not(@class='decided')]//li")
    assert all("expected" in one and "found" in one for one in kostas.sees(f"{RULES}//td[last()]//li"))


def test_why_a_rule_does_not_apply_names_only_what_is_not_met(desk: OpenDesk, kostas: Visitor) -> None:
    offered(desk.desk.office, "driving-licence-renewal")

    kostas.opens("/decisions/driving-licence-renewal/1/renewal_fee?value.licence.category=b&value.age=85")

    (private,) = kostas.sees(f"{RULES}[1]//td[last()]//li")
    (professional,) = kostas.sees(f"{RULES}[3]//td[last()]//li")
    assert "expected < 80, found 85" in private
    assert 'found "b"' in professional


def test_what_is_no_value_is_refused_at_its_field(desk: OpenDesk, kostas: Visitor) -> None:
    offered(desk.desk.office, "driving-licence-renewal")

    refused = kostas.opens("/decisions/driving-licence-renewal/1/renewal_fee?value.age=old")

    assert refused.status_code == 422
    assert "Write a number, such as 65 or 12.5: found “old”." in kostas.text
    assert kostas.sees("//input[@name='value.age']/@aria-invalid") == ["true"]


def test_a_gap_is_shown_with_an_example_that_no_rule_is_for(desk: OpenDesk, kostas: Visitor) -> None:
    offered(desk.desk.office, "vehicle-transfer", ("(400..800]", "(500..800]"))

    kostas.opens(TABLE)
    (told,) = kostas.sees("//ul[contains(@class, 'holes')]/li")
    kostas.opens(kostas.sees("//ul[contains(@class, 'holes')]//a/@href")[0])

    assert "Gap No rule is for vehicle.engine_cc in (400..500): the result is empty." in told
    assert kostas.sees(f"{RULES}[@class='decided']") == []
    assert "Result: null" in kostas.text


def test_rules_that_both_hold_are_shown_where_the_first_prevails(desk: OpenDesk, kostas: Visitor) -> None:
    offered(desk.desk.office, "amka-issue")

    kostas.opens("/decisions/amka-issue/1/acting_person")
    (example, *_) = kostas.sees("//ul[contains(@class, 'holes')]//a/@href")
    kostas.opens(example)

    assert "One goes first" in kostas.text
    assert len(kostas.sees(f"{RULES}[@class='decided']")) == 1
    assert kostas.sees(f"{RULES}[@class='stepped-back']")


def test_cases_of_the_past_are_replayed_and_listed_to_who_may_know_their_numbers(
    desk: OpenDesk, kostas: Visitor
) -> None:
    office = desk.desk.office
    offered(office, "amka-issue")
    adult = office.opens_case(procedure="amka-issue", data=APPLICATION).case
    offered(office, "amka-issue", ADULTS_BRING_ANOTHER)
    other = office.opens_case(procedure="amka-issue", data=APPLICATION).case
    address = "/decisions/amka-issue/2/required_papers/replay?since=2026-03-01&until=2026-03-31"

    kostas.opens(address)
    refused = desk.visit(desk.desk.office.clerk).opens(address)

    assert "Of 2 applications 1 would be decided otherwise" in kostas.text
    assert kostas.sees("//ul[@class='case-numbers']/li") == [adult.number]
    assert kostas.sees("//ul[@class='case-numbers']//a") == []
    assert other.number not in kostas.text
    assert "Δημητρίου" not in kostas.text
    assert refused.status_code == 403
