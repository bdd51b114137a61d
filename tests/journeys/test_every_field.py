"""A journey through every kind of field: what is wrong is told at it, what is right is kept as meant."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.cases.queries import ShowCase
from engine.documents.queries import ListDocuments
from engine.kernel.actor import SYSTEM
from engine.tasks.queries import ShowTask
from tests.journeys.accessibility import barriers, sideways_scroll
from tests.journeys.conftest import Visit
from tests.journeys.serving import Served
from tests.journeys.test_forms import PDF, island
from tests.pages.every_field import KEPT, opens_every_field

WRONG = {
    "Όνομα": ("eleni", "δεν έχει τη μορφή"),
    "Παρατηρήσεις": ("α" * 41, "έως 40 χαρακτήρες"),
    "Αντίγραφα": ("12", "Η μέγιστη τιμή είναι 9"),
    "ΑΦΜ συζύγου": ("094014202", "ΑΦΜ"),
    "ΑΜΚΑ συζύγου": ("01013099998", "ΑΜΚΑ"),
    "IBAN": ("GR1601101250000000012300696", "IBAN"),
    "Ταχυδρομικός κώδικας": ("99999", "πρέπει να έχει 5 ψηφία"),
    "Τηλέφωνο στην Ελλάδα": ("123", "ελληνικό αριθμό τηλεφώνου"),
    "Ηλεκτρονική διεύθυνση": ("eleni@", "διεύθυνση"),
}
"""By the label of a field: what is typed, and words of what is then said."""

RIGHT = {
    "Όνομα": "Ελένη",
    "Παρατηρήσεις": "Δύο\nγραμμές",
    "Αντίγραφα": "3",
    "Ποσό": "12.50",
    "ΑΦΜ συζύγου": "EL 094 014 201",
    "ΑΜΚΑ συζύγου": "01013099997",
    "IBAN": "GR16 0110 1250 0000 0001 2300 695",
    "Ταχυδρομικός κώδικας": "104 34",
    "Τηλέφωνο στην Ελλάδα": "210 325 2312",
    "Τηλέφωνο": "+442079460958",
    "Ηλεκτρονική διεύθυνση": "eleni@example.gr",
    "Ημερομηνία": "2026-03-09",
    "Ώρα": "09:30",
    "Ραντεβού": "2026-03-10T12:15",
    "Οδός": "Πατησίων",
}


@pytest.fixture
def task_id(town: Served) -> UUID:
    """A task in the clerk's hands whose form has a field of every kind."""
    return town.office.claims(opens_every_field(town.office).tasks[0]).id


def field(form: Locator, label: str, place: int = 0) -> Locator:
    """The field of exactly that label; one that has to be answered has an asterisk behind it."""
    return form.get_by_label(label, exact=True).or_(form.get_by_label(f"{label}*", exact=True)).nth(place)


def chooses(form: Locator, label: str, option: str) -> None:
    """Choose one of the options that are looked up, which form-js draws itself."""
    form.page.locator(".fjs-form-field").filter(has_text=label).locator(
        ".fjs-input-group, .fjs-taglist-input"
    ).first.click()
    form.page.locator(".fjs-dropdownlist-item").filter(has_text=option).click()


def fills_in(page: Page, paper: Path) -> None:
    form = island(page)
    for label, text in RIGHT.items():
        field(form, label).fill(text)
    for label in ("Δηλώνει υπεύθυνα", "Ταυτότητα", "Ανανέωση"):
        field(form, label).check()
    field(form, "Αριθμός παλαιού").fill("Β-118")
    field(form, "Χρώμα").select_option(label="Κόκκινο")
    chooses(form, "Δήμος", "Δήμος Πατρέων")
    chooses(form, "Υπηρετεί σε", "Δήμος Αθηναίων")
    field(form, "Τι").fill("Φάκελος")
    field(form, "Τιμή").fill("2")
    form.get_by_role("button", name="Προσθήκη").click()
    form.get_by_role("button", name="Προσθήκη").click()
    field(form, "Τι", 1).fill("Γραμματόσημο")
    field(form, "Τιμή", 1).fill("0.9")
    form.get_by_role("button", name="Αφαίρεση της εγγραφής 3").click()
    field(form, "Αντίγραφο").set_input_files(paper)
    expect(form.get_by_text(paper.name)).to_be_visible()


def kept(town: Served, case_id: UUID) -> dict[str, Any]:
    """What the engine has of the form, as the next task sees it."""
    (task,) = town.office.engine.ask(ShowCase(case_id=case_id), actor=SYSTEM).tasks
    shown = town.office.engine.ask(ShowTask(task_id=task.id), actor=SYSTEM).task.prefill
    return {name: shown[name] for name in (*KEPT, "scan")}


def test_what_is_wrong_is_told_at_each_field(town: Served, task_id: UUID, visit: Visit) -> None:
    page = visit(town.office.clerk)
    page.goto(f"/desk/tasks/{task_id}")
    form = island(page)

    for label, (typed, _) in WRONG.items():
        field(form, label).fill(typed)
    page.get_by_role("button", name="Ολοκλήρωση εργασίας").click()

    told = form.get_by_role("alert")
    for label, (_, said) in WRONG.items():
        expect(told.get_by_role("link").filter(has_text=f"{label}:")).to_contain_text(said)
        expect(field(form, label)).to_have_attribute("aria-invalid", "true")
    for label in ("Δηλώνει υπεύθυνα", "Προσκομίστηκαν", "Οδός", "Τι"):
        expect(told.get_by_role("link").filter(has_text=f"{label}:")).to_be_visible()
    expect(field(form, "Όνομα")).to_be_focused()


def test_every_kind_of_field_is_filled_in_kept_and_completed(
    town: Served, task_id: UUID, visit: Visit, tmp_path: Path
) -> None:
    page = visit(town.office.clerk)
    paper = tmp_path / "αντίγραφο.pdf"
    paper.write_bytes(PDF)
    page.goto(f"/desk/tasks/{task_id}")

    fills_in(page, paper)
    expect(page.locator("#draft-state")).to_contain_text("Όσα γράψατε αποθηκεύτηκαν")
    page.reload()
    form = island(page)
    expect(field(form, "Όνομα")).to_have_value("Ελένη")
    expect(field(form, "Τι", 1)).to_have_value("Γραμματόσημο")
    expect(field(form, "Αριθμός μητρώου")).to_have_value("ΜΤ-42")
    expect(form.get_by_text("Δευτέρα 09/03/2026")).to_be_visible()
    expect(form.get_by_text("Αρχεία που φυλάχτηκαν: 1")).to_be_visible()
    page.get_by_role("button", name="Ολοκλήρωση εργασίας").click()
    page.wait_for_url(lambda address: str(task_id) not in address)

    engine = town.office.engine
    case_id = engine.ask(ShowTask(task_id=task_id), actor=SYSTEM).task.case_id
    (document,) = engine.ask(ListDocuments(case_id=case_id), actor=town.office.clerk)
    assert kept(town, case_id) == {**KEPT, "scan": [str(document.id)]}


def test_a_field_that_is_hidden_is_neither_asked_nor_sent(town: Served, task_id: UUID, visit: Visit) -> None:
    page = visit(town.office.clerk)
    page.goto(f"/desk/tasks/{task_id}")
    form = island(page)
    field(form, "Ανανέωση").check()
    field(form, "Αριθμός παλαιού").fill("Β-118")

    field(form, "Νέο").check()

    expect(form.get_by_label("Αριθμός παλαιού")).to_have_count(0)
    expect(page.locator("#draft-state")).to_contain_text("Όσα γράψατε αποθηκεύτηκαν")
    draft = town.office.engine.ask(ShowTask(task_id=task_id), actor=town.office.clerk).task.draft
    assert draft is not None
    assert (draft["kind"], "old_number" in draft) == ("new", False)


def test_options_from_data_are_told_in_english(town: Served, task_id: UUID, visit: Visit) -> None:
    page = visit(town.office.clerk, language="en")
    page.goto(f"/desk/tasks/{task_id}")
    form = island(page)

    chooses(form, "Municipality", "Patras")
    chooses(form, "Serves in", "Athens")

    expect(form.locator(".fjs-select-display")).to_have_text("Patras")
    expect(form.locator(".fjs-taglist-tag")).to_have_text("Athens")
    expect(form.get_by_text("Δήμος")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_every_kind_of_field_is_for_everybody(
    town: Served, task_id: UUID, visit: Visit, width: int, scheme: str
) -> None:
    page = visit(town.office.clerk, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(f"/desk/tasks/{task_id}")
    form = island(page)
    page.get_by_role("button", name="Ολοκλήρωση εργασίας").click()
    expect(form.get_by_role("alert")).to_be_visible()

    assert barriers(page) == []
    assert sideways_scroll(page) == 0
