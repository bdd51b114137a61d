"""Journeys of repair: a manager gives a value that was missing, an operator takes a case to another step."""

from playwright.sync_api import expect

from engine.cases.queries import ShowCase
from tests.journeys.conftest import Visit
from tests.journeys.serving import Served
from tests.messages.drawn import judged, offer_drawn
from tests.runtime.diagrams import user


def test_the_manager_gives_the_value_that_was_missing_and_the_case_goes_on(
    town: Served, visit: Visit
) -> None:
    office = town.office
    offer_drawn(office, "measuring", *judged(user("measure", name="Μέτρηση")))
    case = office.completes(office.opens_case(procedure="measuring", data={}).tasks[0], {}).case
    page = visit(office.manager)

    page.goto(f"/desk/cases/{case.id}")
    page.get_by_role("link", name="Προβολή και διόρθωση").click()
    page.get_by_role("link", name="Προβολή τιμών").click()
    page.get_by_label("Τιμή που δεν είναι στη λίστα").fill("measured.area")
    page.get_by_label("Τιμή που δεν είναι στη λίστα").press("Enter")
    page.get_by_role("link", name="Αριθμός").click()
    page.get_by_label("Νέα τιμή").fill("140,5")
    page.get_by_label("Αιτιολογία").fill("Μετρήθηκε στο γκισέ.")
    page.get_by_role("button", name="Διόρθωση και νέα προσπάθεια").click()

    expect(page.locator("#said")).to_contain_text("Η υπόθεση συνεχίζεται.")
    now = office.engine.ask(ShowCase(case_id=case.id), actor=office.manager)
    assert [task.element_id for task in now.tasks] == ["inspect"]
    assert now.incidents == ()


def test_an_operator_takes_a_case_to_the_step_that_was_clicked(town: Served, visit: Visit) -> None:
    page = visit(town.person("olga"))

    page.goto("/desk/incidents")
    page.get_by_role("link", name="Άρνηση που η διαδικασία δεν προβλέπει").click()
    page.get_by_role("row").nth(1).get_by_role("link").click()
    number = page.locator(".case-number").inner_text()
    page.get_by_role("link", name="Επιλογή βήματος").click()
    page.locator("[data-ready] [data-element-id='hand_over'] > .djs-hit").click()
    expect(page.get_by_label("Παράδοση βεβαίωσης")).to_be_checked()
    page.get_by_role("button", name="Προβολή συνεπειών").click()
    expect(page.locator(".changes")).to_contain_text("Παράδοση βεβαίωσης ξεκινά")
    page.get_by_label("Αιτιολογία").fill("Ο δήμος το επιβεβαίωσε τηλεφωνικά.")
    page.get_by_role("button", name="Μεταφορά της υπόθεσης").click()

    expect(page.locator("#said")).to_contain_text("Η υπόθεση συνεχίζεται από το άλλο βήμα.")
    (moved,) = (case for case in town.cases() if case.number == number)
    now = town.office.engine.ask(ShowCase(case_id=moved.id), actor=town.office.manager)
    assert [task.element_id for task in now.tasks] == ["hand_over"]
