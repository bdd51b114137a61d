"""Claims about the pages of the record of reading: its readers, its review, the reason, and the citizen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.access.exceptions import OpenExceptionally
from engine.access.model import AccessRules
from engine.access.watch import WatchReading
from engine.cases.queries import ShowCase
from engine.kernel.actor import SYSTEM, Role
from tests.pages.visiting import OpenDesk, Visitor

ADDRESS = "/desk/access"


@pytest.fixture
def danai(desk: OpenDesk) -> Visitor:
    """Danai, the data protection officer, at her browser."""
    return desk.visit(desk.person("danai"))


@pytest.fixture
def thanos(desk: OpenDesk) -> Visitor:
    """Thanos, an auditor, at his."""
    return desk.visit(desk.person("thanos"))


def test_the_page_says_who_read_what_and_what_for(desk: OpenDesk, danai: Visitor, maria: Visitor) -> None:
    case = desk.desk.office.opens_case().case
    maria.opens(f"/desk/cases/{case.id}")

    danai.opens(ADDRESS)

    (row,) = danai.sees("//tbody/tr")
    for words in ("Μαρία Παπαδοπούλου", "Clerk, 0009", "The case file", case.number, "cases of the service"):
        assert words in row
    assert "Access" in danai.sees("//nav[@class='rooms']//a")


def test_the_page_is_in_greek_too(desk: OpenDesk) -> None:
    office = desk.desk.office
    office.engine.ask(ShowCase(case_id=office.opens_case().case.id), actor=office.clerk)
    reader = desk.visit(desk.person("danai"), language="el")

    reader.opens(ADDRESS)

    assert reader.sees("//h1") == ["Ποιος διάβασε τι"]
    assert "Φάκελος υπόθεσης" in reader.text


def test_the_search_narrows_by_case_reader_and_reason(desk: OpenDesk, danai: Visitor) -> None:
    office = desk.desk.office
    first, second = (office.opens_case().case for _ in range(2))
    office.engine.ask(ShowCase(case_id=first.id), actor=office.clerk)
    office.engine.ask(ShowCase(case_id=second.id), actor=office.colleague)

    counts = []
    for query in (f"number={first.number}", "reader=petros", "reader=nobody", "exceptional=yes"):
        danai.opens(f"{ADDRESS}?{query}")
        counts.append(len(danai.sees("//tbody/tr")))
    wrong = danai.opens(f"{ADDRESS}?number=nonsense")

    assert counts == [1, 1, 0, 0]
    assert wrong.status_code == 422
    assert "This is no number of a case." in danai.text


def test_a_long_record_is_turned_page_by_page(desk: OpenDesk, danai: Visitor) -> None:
    office = desk.desk.office
    case = office.opens_case().case
    for _ in range(51):
        office.engine.ask(ShowCase(case_id=case.id), actor=office.clerk)
        office.clock.advance(timedelta(seconds=1))
    # What Danai reads is on record too, so the page is narrowed to what is looked for.
    danai.opens(f"{ADDRESS}?reader=maria")

    danai.opens(danai.sees("//a[@rel='next']/@href")[0])

    assert len(danai.sees("//tbody/tr")) == 1


@pytest.mark.parametrize("name", ["maria", "nikos", "olga", "dimitra", "anna"])
def test_others_do_not_see_it(desk: OpenDesk, name: str) -> None:
    assert desk.visit(desk.person(name)).opens(ADDRESS).status_code == 403


def test_an_auditor_is_asked_why_and_is_then_shown_the_case(desk: OpenDesk, thanos: Visitor) -> None:
    case = desk.desk.office.opens_case().case
    refused = thanos.opens(f"/desk/cases/{case.id}")
    assert refused.status_code == 403

    thanos.opens(thanos.sees("//main//a[contains(., 'Give a reason')]/@href")[0])
    hidden = {name: thanos.sees(f"//input[@name='{name}']/@value")[0] for name in ("next", "case")}
    empty = thanos.sends(f"{ADDRESS}/reason", **hidden, reason="  ")
    assert empty.status_code == 422
    assert thanos.sees("//textarea/@aria-invalid") == ["true"]
    thanos.sends(f"{ADDRESS}/reason", **hidden, reason="Έλεγχος 14/2026.")

    assert thanos.page is not None
    assert thanos.page.status_code == 200
    assert case.number in thanos.text


def test_a_clerk_opens_a_case_of_another_branch_by_its_number(desk: OpenDesk) -> None:
    case = desk.desk.office.opens_case().case
    foteini = desk.visit(desk.person("foteini"))
    foteini.opens("/desk?tab=branch&q=" + case.number)
    foteini.opens(foteini.sees("//main//a[contains(., 'for a reason')]/@href")[0])

    missing = foteini.sends(f"{ADDRESS}/reason", number="0009-26-000999-1", reason="Ήρθε ο πολίτης.")
    assert (missing.status_code, "There is no case with this number." in foteini.text) == (422, True)
    shown = foteini.sends(f"{ADDRESS}/reason", number=case.number, reason="Ήρθε ο πολίτης.")

    assert shown.status_code == 200
    assert "The case file" in foteini.page.text or case.number in foteini.text  # type: ignore[union-attr]
    assert foteini.sees("//form[contains(@action, 'withdraw')]") == []


def test_no_address_of_another_site_is_gone_to(desk: OpenDesk, thanos: Visitor) -> None:
    case = desk.desk.office.opens_case().case
    thanos.opens(f"{ADDRESS}/reason")

    sent = thanos.sends(
        f"{ADDRESS}/reason",
        follow=False,
        number=case.number,
        reason="Έλεγχος.",
        next="https://elsewhere.example/",
    )

    assert sent.headers["Location"] == f"/desk/cases/{case.id}"


def test_who_may_give_no_reason_does_not_see_the_form(desk: OpenDesk, danai: Visitor) -> None:
    assert danai.opens(f"{ADDRESS}/reason").status_code == 403


def test_the_officer_reviews_what_was_opened_and_what_was_unusual(
    desk: OpenDesk, danai: Visitor, thanos: Visitor
) -> None:
    office = desk.desk.office
    case = office.opens_case().case
    thanos.opens(f"{ADDRESS}/reason")
    thanos.sends(f"{ADDRESS}/reason", number=case.number, reason="Έλεγχος 14/2026.")
    office.engine.ask(ShowCase(case_id=case.id), actor=office.clerk)
    office.does(WatchReading(rules=AccessRules(cases=0)), actor=SYSTEM)

    thanos.opens(ADDRESS)
    danai.opens(ADDRESS)
    shown = danai.text
    first = danai.sees("//form[contains(@action, '/concerns/')]/@action")[0]
    empty = danai.sends(first, note=" ")
    danai.sends(first, note="Σύμφωνα με το πρόγραμμα ελέγχων.")

    assert thanos.sees("//form[contains(@action, '/concerns/')]") == []
    assert "Έλεγχος 14/2026." in shown
    assert "Read 1 case within an hour." in shown
    assert empty.status_code == 422
    assert "What came of it is kept." in danai.text
    assert len(danai.sees("//form[contains(@action, '/concerns/')]")) == 2


def test_the_officer_is_told_that_somebody_else_looks_into_what_they_read(
    desk: OpenDesk, danai: Visitor
) -> None:
    office = desk.desk.office
    own = replace(office.clerk, name="danai", roles=frozenset({Role.AUDITOR}))
    office.does(
        OpenExceptionally(case=office.opens_case().case.id, reason="Έλεγχος.", lasts=timedelta(hours=1)),
        actor=own,
    )
    danai.opens(ADDRESS)

    sent = danai.sends(danai.sees("//form[contains(@action, '/concerns/')]/@action")[0], note="Εντάξει.")

    assert sent.status_code == 403
    assert "somebody else has to look into it" in danai.text


def test_the_citizen_sees_on_the_tracking_page_who_has_read_the_case(desk: OpenDesk, maria: Visitor) -> None:
    case = desk.desk.office.opens_case().case
    maria.opens(f"/desk/cases/{case.id}")
    desk.desk.office.clock.advance(timedelta(minutes=1))
    citizen = desk.anybody()
    citizen.opens(f"/track?number={case.number}&code={desk.desk.office.code_of(case)}")

    citizen.opens(citizen.sees("//main//a[contains(., 'Who has read')]/@href")[0])

    rows = citizen.sees("//tbody/tr")
    assert len(rows) == 2
    assert "You, or somebody with your receipt" in rows[0]
    assert "Athens" in rows[1]
    assert "Clerk" in rows[1]
    assert "Παπαδοπούλου" not in citizen.page.text  # type: ignore[union-attr]


def test_without_a_visit_nobody_is_told(desk: OpenDesk) -> None:
    stranger = desk.anybody()

    stranger.opens("/track/case/readers")

    assert "Your time on the page of your case is over." in stranger.text
