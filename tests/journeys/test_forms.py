"""Journeys through forms: a request is taken down, its task done, and nothing typed is ever lost."""

from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.cases.model import Case
from engine.cases.queries import FindCases
from engine.kernel.actor import SYSTEM
from engine.tasks.queries import ShowTask
from tests.journeys.accessibility import barriers, sideways_scroll
from tests.journeys.conftest import Visit
from tests.journeys.serving import Served
from tests.office import offer

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF"


def island(page: Page) -> Locator:
    """The form on the page, once it is there to be filled in."""
    page.wait_for_selector("[data-island=form][data-ready=yes]")
    return page.locator("[data-island=form]")


def newest_case(town: Served) -> Case:
    return town.office.engine.ask(FindCases(), actor=SYSTEM).items[0]


def a_task_in_hand(town: Served) -> str:
    """The address of a task that the clerk has."""
    task = town.office.claims(town.office.opens_case().tasks[0])
    return f"/desk/tasks/{task.id}"


def fills_in_application(form: Locator) -> None:
    form.get_by_label("Δήμος").fill("Αθηναίων")
    form.get_by_label("Οδός").fill("Πατησίων")
    form.locator("input[id$=Field_residence_number]").fill("76")
    form.get_by_label("Ταχυδρομικός κώδικας").fill("10434")
    form.get_by_label("Πόλη ή οικισμός").fill("Αθήνα")
    form.get_by_label("Κατοικεί εκεί από").fill("2019-05-01")
    form.get_by_label("Λογαριασμός ΔΕΚΟ").check()
    form.get_by_label("Ο αιτών δηλώνει υπεύθυνα").check()


def test_a_case_is_opened_and_its_first_task_done(town: Served, visit: Visit) -> None:
    page = visit(town.office.clerk)
    page.goto("/desk/open")
    page.get_by_label("Διαδικασία").press_sequentially("κατοικ")
    page.get_by_role("link", name="Βεβαίωση μόνιμης κατοικίας").click()
    form = island(page)
    page.get_by_label("Πώς ελέγχθηκε η ταυτότητα").select_option(label="Διαβατήριο")
    page.locator("#applicant-given_name").fill("Αγγελική")
    page.locator("#applicant-family_name").fill("Ρήγα")
    page.get_by_label("Δελτίο ταυτότητας ή διαβατήριο").check()
    page.get_by_label("Λογαριασμός ΔΕΚΟ στο όνομα του αιτούντος").check()
    fills_in_application(form)
    page.get_by_role("button", name="Άνοιγμα υπόθεσης").click()
    expect(page.get_by_role("heading", name="Απόδειξη κατάθεσης")).to_be_visible()
    assert newest_case(town).number in page.inner_text("main")

    page.get_by_role("link", name="Συνέχεια").click()
    page.get_by_role("button", name="Ανάληψη εργασίας").click()
    form = island(page)
    form.get_by_label("Έγινε έλεγχος ταυτότητας").check()
    form.get_by_label("Πλήρη").check()
    page.get_by_role("button", name="Ολοκλήρωση εργασίας").click()

    page.wait_for_url("**/desk/cases/**")
    expect(page.get_by_role("heading", name="Τι ακολουθεί")).to_be_visible()


def test_what_is_wrong_is_said_at_once_and_leads_to_its_field(town: Served, visit: Visit) -> None:
    # The page that says what is wrong has the status 422, which browsers note.
    page = visit(town.office.clerk, may_complain=True)
    page.goto("/desk/open/residence-certificate")
    form = island(page)
    postcode = form.get_by_label("Ταχυδρομικός κώδικας")

    postcode.fill("99999")
    expect(form.get_by_text("Ο ταχυδρομικός κώδικας πρέπει να έχει 5 ψηφία.")).to_be_visible()
    page.get_by_role("button", name="Άνοιγμα υπόθεσης").click()

    problems = page.locator("#errors")
    expect(problems).to_be_focused()
    island(page)
    problems.get_by_role("link", name="Ταχυδρομικός κώδικας").click()
    expect(postcode).to_be_focused()


def test_what_is_typed_is_there_again_after_a_reload(town: Served, visit: Visit) -> None:
    page = visit(town.office.clerk)
    page.goto(a_task_in_hand(town))
    island(page).get_by_label("Πλήρη").check()
    expect(page.locator("#draft-state")).to_contain_text("Όσα γράψατε αποθηκεύτηκαν")

    page.reload()

    expect(island(page).get_by_label("Πλήρη")).to_be_checked()


def test_two_windows_are_both_offered(town: Served, visit: Visit) -> None:
    address = a_task_in_hand(town)
    one = visit(town.office.clerk, may_complain=True)
    other = visit(town.office.clerk)
    for page in (one, other):
        page.goto(address)
        island(page)
    island(other).get_by_label("Πλήρη").check()
    expect(other.locator("#draft-state")).to_contain_text("Όσα γράψατε αποθηκεύτηκαν")

    island(one).get_by_label("Ελλιπή").check()

    expect(one.locator("#draft-state")).to_contain_text("Ποια από τα δύο να μείνουν;")
    one.get_by_role("button", name="Να μείνουν όσα έχει αυτό το παράθυρο").click()
    expect(one.locator("#draft-state")).to_contain_text("Όσα γράψατε αποθηκεύτηκαν")
    task_id = UUID(address.rpartition("/")[2])
    draft = town.office.engine.ask(ShowTask(task_id=task_id), actor=town.office.clerk).task.draft
    assert draft is not None
    assert draft["papers_verdict"] == "incomplete"


def test_a_task_is_done_by_keyboard_alone(town: Served, visit: Visit) -> None:
    page = visit(town.office.clerk)
    page.goto(a_task_in_hand(town))
    form = island(page)
    box = form.get_by_label("Έγινε έλεγχος ταυτότητας")

    for _ in range(30):
        page.keyboard.press("Tab")
        if box.evaluate("box => box === document.activeElement"):
            break
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.form?.id") == "completing":
            break
    page.keyboard.press("Enter")

    page.wait_for_url("**/desk/cases/**")


def test_a_document_is_brought_in_from_the_case_file(town: Served, visit: Visit, tmp_path: Path) -> None:
    page = visit(town.office.clerk)
    paper = tmp_path / "λογαριασμός.pdf"
    paper.write_bytes(PDF)
    page.goto(f"/desk/cases/{newest_case(town).id}")

    page.get_by_label("Προσθήκη εγγράφου").set_input_files(paper)
    page.locator("#documents-slot").get_by_role("button", name="Προσθήκη", exact=True).click()

    expect(page.get_by_role("link", name="λογαριασμός.pdf", exact=False).first).to_be_visible()


def test_a_diagram_is_steered_by_keyboard_and_keeps_its_watermark(town: Served, visit: Visit) -> None:
    page = visit(town.office.clerk)
    page.goto(f"/desk/cases/{newest_case(town).id}/diagram")
    page.wait_for_selector("[data-island=diagram][data-ready=yes]")
    drawing = page.locator(".drawing")
    before = page.locator(".drawing .viewport").get_attribute("transform")

    drawing.focus()
    page.keyboard.press("+")

    assert page.locator(".drawing .viewport").get_attribute("transform") != before
    expect(page.locator(".drawing .bjs-powered-by")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_axe_finds_nothing(town: Served, visit: Visit, width: int, scheme: str) -> None:
    offer(town.office.engine, "amka-issue")
    case = town.office.opens_case().case
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    page = visit(town.office.clerk, may_complain=True, **look)
    pages = (
        a_task_in_hand(town),
        "/desk/open",
        "/desk/open/residence-certificate",
        "/desk/open/amka-issue",
        f"/desk/cases/{case.id}/receipt",
        f"/desk/cases/{case.id}/diagram",
        f"/desk/cases/{case.id}/documents",
    )

    found = {}
    for address in pages:
        page.goto(address)
        if page.locator("[data-island]").count():
            page.wait_for_selector("[data-ready=yes]")
        if page.locator(".submit-bar button, #completing button").count():
            page.locator(".submit-bar button, #completing button").click()
            expect(page.get_by_role("alert").first).to_be_visible()
        found[address] = barriers(page)
        assert sideways_scroll(page) == 0, address

    assert {address: problems for address, problems in found.items() if problems} == {}
