"""The journey of an answer: an officer reads what is known, is told what is missing, and adds the paper."""

from playwright.sync_api import expect

from engine.documents.queries import ListDocuments
from engine.kernel.actor import SYSTEM
from engine.tasks.queries import ListServiceTasks
from tests.journeys.accessibility import barriers, sideways_scroll
from tests.journeys.conftest import Visit
from tests.journeys.serving import Served
from tests.journeys.test_forms import PDF, island


def test_an_officer_answers_by_the_form_with_the_paper_and_finds_the_request_over(
    town: Served, visit: Visit
) -> None:
    request = town.office.engine.ask(ListServiceTasks(), actor=town.office.clerk).items[0]
    officer = visit(town.person("stelios"), viewport={"width": 320, "height": 640})
    officer.goto(f"/desk/agency/{request.id}")
    form = island(officer)
    expect(form.get_by_label("Αριθμός βεβαίωσης")).to_have_count(0)

    form.get_by_label("Ναι").check()
    form.get_by_label("Η βεβαίωση ως αρχείο").set_input_files(
        {"name": "βεβαίωση.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    expect(form.get_by_text("βεβαίωση.pdf")).to_be_visible()
    officer.get_by_role("button", name="Αποστολή απάντησης").click()
    expect(form.get_by_role("alert")).to_contain_text("Αριθμός βεβαίωσης: Η απάντηση είναι υποχρεωτική.")
    form.get_by_label("Αριθμός βεβαίωσης").fill("Β-2026/118")
    officer.get_by_role("button", name="Αποστολή απάντησης").click()
    expect(officer.locator("#said")).to_contain_text("Η απάντηση στάλθηκε στο ΚΕΠ.")
    officer.goto(f"/desk/agency/{request.id}")

    expect(officer.get_by_role("heading", name="Το αίτημα έχει ολοκληρωθεί")).to_be_visible()
    documents = town.office.engine.ask(ListDocuments(case_id=request.case_id), actor=SYSTEM)
    assert [(one.name, one.added_by) for one in documents] == [("βεβαίωση.pdf", "stelios")]
    assert barriers(officer) == []
    assert sideways_scroll(officer) == 0


def test_a_residence_that_is_not_confirmed_is_answered_with_one_click_and_no_number(
    town: Served, visit: Visit
) -> None:
    request = town.office.engine.ask(ListServiceTasks(), actor=town.office.clerk).items[0]
    officer = visit(town.person("stelios"))
    officer.goto(f"/desk/agency/{request.id}")

    island(officer).get_by_label("Όχι").check()
    officer.get_by_role("button", name="Αποστολή απάντησης").click()
    expect(officer.locator("#said")).to_contain_text("Η απάντηση στάλθηκε στο ΚΕΠ.")

    waiting = town.office.engine.ask(ListServiceTasks(), actor=town.office.clerk).items
    assert request.id not in {task.id for task in waiting}
