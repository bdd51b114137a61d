"""Journeys of taking a request down: by keyboard, in both languages, with papers that follow the answers."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.accessibility import barriers, sideways_scroll
from tests.journeys.conftest import Visit
from tests.journeys.serving import Served
from tests.journeys.test_forms import island, newest_case
from tests.office import offer
from tests.pages.every_field import opens_every_field

AFM_REFUSED = {
    "el": "Ο ΑΦΜ πρέπει να έχει 9 ψηφία, με σωστό ψηφίο ελέγχου.",
    "en": "Expected a tax number (AFM) of 9 digits whose check digit is right.",
}
RESIDENCE = {
    "Field_municipality": "Athens",
    "Field_street": "Patision",
    "Field_residence_number": "76",
    "Field_postcode": "10434",
    "Field_city": "Athens",
}
"""The application for a residence certificate but for its date, by the ids of its fields."""

OPEN = {"el": "Άνοιγμα υπόθεσης", "en": "Open the case"}
COMPLETE = {"el": "Ολοκλήρωση εργασίας", "en": "Complete the task"}


def tabs_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the field has the focus."""
    for _ in range(80):
        if wanted.evaluate("field => field === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Expected Tab to lead to {wanted}.")


def types_into(page: Page, wanted: Locator, text: str) -> None:
    tabs_to(page, wanted)
    page.keyboard.type(text)


def ticks(page: Page, wanted: Locator) -> None:
    tabs_to(page, wanted)
    page.keyboard.press("Space")


def opens_amka(town: Served, page: Page) -> Locator:
    offer(town.office.engine, "amka-issue")
    page.goto("/desk/open/amka-issue")
    return island(page)


def test_a_request_is_taken_down_in_english_by_keyboard_from_the_search_to_the_receipt(
    town: Served, visit: Visit
) -> None:
    page = visit(town.office.clerk, language="en")
    page.goto("/desk/open")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("residence")
    expect(page.locator("[data-found-for=residence]")).to_be_visible()
    page.keyboard.press("Enter")
    form = island(page)

    expect(page.get_by_label("How the identity was checked")).to_be_focused()
    page.keyboard.type("Passport")
    types_into(page, page.locator("#applicant-given_name"), "Angeliki")
    types_into(page, page.locator("#applicant-family_name"), "Riga")
    ticks(page, page.get_by_label("Identity card or passport"))
    ticks(page, page.get_by_label("Utility bill in the applicant's name"))
    for name, text in {**RESIDENCE, "Field_residence_since": "05012019"}.items():
        types_into(page, form.locator(f"input[id$={name}]"), text)
    ticks(page, form.get_by_label("Utility bill"))
    ticks(page, form.get_by_label("solemnly declares"))
    tabs_to(page, page.locator(".submit-bar button"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    assert newest_case(town).number in page.inner_text("main")


def test_what_was_found_is_gone_through_by_the_arrow_keys(town: Served, visit: Visit) -> None:
    for key in ("amka-issue", "criminal-record"):
        offer(town.office.engine, key)
    page = visit(town.office.clerk)
    page.goto("/desk/open")
    links = page.locator("#found a")
    expect(links).to_have_count(3)

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")

    expect(page.locator("#q")).to_be_focused()


@pytest.mark.parametrize("language", ["el", "en"])
def test_a_wrong_afm_of_the_applicant_is_told_at_its_field(town: Served, visit: Visit, language: str) -> None:
    # The page that says what is wrong has the status 422, which browsers note.
    page = visit(town.office.clerk, language=language, may_complain=True)
    page.goto("/desk/open/residence-certificate")
    form = island(page)
    fills_in_by_id(form)
    page.locator("#applicant-afm").fill("094014202")

    page.get_by_role("button", name=OPEN[language]).click()

    field = page.locator("#applicant-afm")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(AFM_REFUSED[language])
    page.get_by_role("alert").get_by_role("link", name=AFM_REFUSED[language]).click()
    expect(field).to_be_focused()
    expect(island(page).locator("input[id$=Field_postcode]")).to_have_value("10434")


@pytest.mark.parametrize("language", ["el", "en"])
def test_a_wrong_afm_inside_a_form_is_told_at_its_field(town: Served, visit: Visit, language: str) -> None:
    task = town.office.claims(opens_every_field(town.office).tasks[0])
    page = visit(town.office.clerk, language=language)
    page.goto(f"/desk/tasks/{task.id}")
    field = island(page).locator("input[id$=Field_afm]")

    field.fill("094014202")
    page.get_by_role("button", name=COMPLETE[language]).click()

    expect(field).to_have_accessible_description(AFM_REFUSED[language])
    expect(island(page).get_by_role("alert")).to_contain_text(AFM_REFUSED[language])


def test_the_papers_follow_the_answers_and_what_is_missing_is_printed(town: Served, visit: Visit) -> None:
    page = visit(town.office.clerk)
    form = opens_amka(town, page)
    papers = page.locator("#papers")
    expect(papers).to_contain_text("Συμπληρώστε την αίτηση")

    form.get_by_label("Κατηγορία").select_option(label="Έλληνας πολίτης, ανήλικος")
    expect(papers).to_contain_text("Μέχρι στιγμής")
    form.get_by_label("Ημερομηνία γέννησης").fill("2012-05-01")
    expect(papers).to_contain_text("3 υποχρεωτικά δικαιολογητικά")
    papers.get_by_label("Δελτίο ταυτότητας").check()
    form.get_by_label("Υπηκοότητα").fill("Ελληνική")
    page.wait_for_timeout(800)
    expect(papers.get_by_label("Δελτίο ταυτότητας")).to_be_checked()
    with page.expect_popup() as printed:
        page.get_by_role("button", name="Εκτύπωση όσων λείπουν").click()

    expect(printed.value.locator(".boxes > li")).to_have_count(2)
    assert barriers(printed.value) == []


def test_who_was_here_before_is_not_asked_for_everything_again(town: Served, visit: Visit) -> None:
    page = visit(town.office.clerk)
    form = opens_amka(town, page)
    form.get_by_label("Υπηκοότητα").fill("Ελληνική")

    page.locator("#applicant-afm").fill("094014201")
    page.locator("#applicant-afm").press("Tab")
    page.get_by_role("button", name="Συμπλήρωση με αυτά τα στοιχεία").click()

    expect(page.locator("#applicant-family_name")).to_have_value("Δημητρίου")
    expect(island(page).get_by_label("Υπηκοότητα")).to_have_value("Ελληνική")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_taking_a_request_down_is_for_everybody(town: Served, visit: Visit, width: int, scheme: str) -> None:
    page = visit(town.office.clerk, viewport={"width": width, "height": 900}, color_scheme=scheme)
    form = opens_amka(town, page)
    form.get_by_label("Κατηγορία").select_option(label="Νεογέννητο")
    page.locator("#applicant-afm").fill("094014201")
    page.locator("#applicant-afm").press("Tab")
    expect(page.locator("#known .message")).to_be_visible()
    expect(page.locator("#papers input").first).to_be_visible()

    assert barriers(page) == []
    assert sideways_scroll(page) == 0


def fills_in_by_id(form: Locator) -> None:
    """Fill in the application for a residence certificate, whatever the language of its labels."""
    for name, text in {**RESIDENCE, "Field_residence_since": "2019-05-01"}.items():
        form.locator(f"input[id$={name}]").fill(text)
    form.locator("input[id*=Field_kind]").first.check()
    form.locator("input[id$=Field_declared]").check()
