"""Journeys of what is missing: an officer asks for it, the citizen sends it from home, the clerk has it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.cases.model import Case
from engine.kernel.vocabulary import Flag
from tests.journeys.accessibility import barriers, sideways_scroll
from tests.journeys.conftest import Visit
from tests.journeys.serving import Served

PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True}
WANTED = "Λογαριασμός ρεύματος των τελευταίων τριών μηνών, στο όνομά σας."


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    """A file that takes more than one piece to send."""
    path = tmp_path / "Λογαριασμός.pdf"
    path.write_bytes(b"%PDF-1.7\n" + bytes(3_000_000) + b"\n%%EOF")
    return path


def asked(town: Served, officer: Page) -> Case:
    """The case of which the officer asks something more, by their page."""
    case = next(case for case in reversed(town.cases()) if Flag.AWAITING_AGENCY in case.flags)
    officer.goto("/desk/agency")
    officer.get_by_role("row").filter(has_text=case.number).get_by_role("link").first.click()
    officer.get_by_text("Αίτημα για συμπληρωματικά στοιχεία").click()
    officer.locator("[name=wanted]").fill(WANTED)
    officer.locator("form[action$=supplement] button").click()
    return case


@pytest.mark.parametrize("scripts", [True, False])
def test_what_an_officer_asks_for_is_sent_from_a_phone_and_reaches_the_desk(
    town: Served, visit: Visit, bill: Path, *, scripts: bool
) -> None:
    officer, clerk = visit(town.person("stelios")), visit(town.office.clerk)
    citizen = visit(None, java_script_enabled=scripts, **PHONE)
    case = asked(town, officer)

    citizen.goto("/track")
    citizen.get_by_label("Αριθμός υπόθεσης").fill(case.number)
    citizen.get_by_label("Κωδικός").fill(town.office.code_of(case).lower())
    citizen.get_by_role("button", name="Εμφάνιση").click()
    expect(citizen.get_by_text(WANTED)).to_be_visible()
    citizen.get_by_label("Αρχεία").set_input_files(bill)
    citizen.get_by_label("Λίγα λόγια προς το ΚΕΠ").fill("Ο τελευταίος λογαριασμός.")
    citizen.get_by_role("button", name="Αποστολή").click()
    citizen.wait_for_url("**/track/case/sent**")

    assert town.office.code_of(case) not in citizen.url
    expect(citizen.get_by_role("heading", name="Τα παραλάβαμε")).to_be_visible()
    expect(citizen.get_by_text("Λογαριασμός.pdf")).to_be_visible()
    clerk.goto(f"/desk/cases/{case.id}")
    expect(clerk.get_by_text("Λογαριασμός.pdf").first).to_be_visible()
    expect(clerk.get_by_text("Ο τελευταίος λογαριασμός.")).to_be_visible()
    officer.reload()
    expect(officer.get_by_text(WANTED)).to_have_count(0)
    if scripts:
        assert barriers(citizen) == []
        assert sideways_scroll(citizen) == 0


def test_a_file_that_is_too_large_is_told_before_it_is_sent(
    town: Served, visit: Visit, tmp_path: Path
) -> None:
    case = asked(town, visit(town.person("stelios")))
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-1.7" + bytes(10_000_000))
    citizen = visit(None, **PHONE)
    citizen.goto(town.tracked(case))

    citizen.get_by_label("Αρχεία").set_input_files(large)
    citizen.get_by_role("button", name="Αποστολή").click()

    told = citizen.get_by_label("Αρχεία").evaluate("field => field.validationMessage")
    assert told == "Ένα από τα αρχεία είναι πολύ μεγάλο: έως 10 MB."
    assert citizen.url.endswith("/track/case")
