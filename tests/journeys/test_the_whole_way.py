"""The journey that all others serve: asked for at the counter, answered by the agency, handed over."""

from playwright.sync_api import Page, expect

from engine.cases.queries import ShowCase
from engine.kernel.actor import SYSTEM
from engine.kernel.vocabulary import CaseStatus
from engine.tasks.model import TaskState
from engine.tasks.queries import ShowTask
from tests.journeys.accessibility import barriers, sideways_scroll
from tests.journeys.conftest import Visit
from tests.journeys.serving import Served
from tests.journeys.test_forms import fills_in_application, island, newest_case
from tests.journeys.test_signing_in import gives_password, signs_in, times_out
from tests.office import offer
from tests.pages.test_decisions import APPLICATION


def takes_the_task(page: Page) -> None:
    page.get_by_role("button", name="Ανάληψη εργασίας").click()
    island(page)


def test_a_certificate_is_asked_for_answered_in_another_window_and_handed_over(
    town: Served, visit: Visit
) -> None:
    gives_password(town)
    clerk, officer = visit(None), visit(town.person("stelios"))

    clerk.goto("/sign-in")
    signs_in(clerk)
    clerk.get_by_role("link", name="Νέα υπόθεση").first.click()
    clerk.get_by_role("link", name="Βεβαίωση μόνιμης κατοικίας").click()
    form = island(clerk)
    clerk.get_by_label("Πώς ελέγχθηκε η ταυτότητα").select_option(label="Διαβατήριο")
    clerk.locator("#applicant-given_name").fill("Αγγελική")
    clerk.locator("#applicant-family_name").fill("Ρήγα")
    clerk.get_by_label("Δελτίο ταυτότητας ή διαβατήριο").check()
    clerk.get_by_label("Λογαριασμός ΔΕΚΟ στο όνομα του αιτούντος").check()
    fills_in_application(form)
    clerk.get_by_role("button", name="Άνοιγμα υπόθεσης").click()
    clerk.get_by_role("link", name="Συνέχεια").click()
    takes_the_task(clerk)
    island(clerk).get_by_label("Έγινε έλεγχος ταυτότητας").check()
    island(clerk).get_by_label("Πλήρη").check()
    clerk.get_by_role("button", name="Ολοκλήρωση εργασίας").click()
    clerk.wait_for_url("**/desk/cases/**")
    case = newest_case(town)

    officer.goto("/desk/agency")
    officer.get_by_role("row").filter(has_text=case.number).get_by_role("link").click()
    island(officer).get_by_label("Ναι").check()
    island(officer).get_by_label("Αριθμός βεβαίωσης").fill("Β-2026/118")
    officer.get_by_role("button", name="Αποστολή απάντησης").click()
    expect(officer.locator("#said")).to_contain_text("Η απάντηση στάλθηκε στο ΚΕΠ.")

    clerk.reload()
    clerk.get_by_role("link", name="Άνοιγμα").first.click()
    takes_the_task(clerk)
    island(clerk).get_by_label("Ο αιτών").first.check()
    island(clerk).get_by_label("Έγινε έλεγχος ταυτότητας").check()
    clerk.get_by_role("button", name="Ολοκλήρωση εργασίας").click()
    clerk.wait_for_url("**/desk/cases/**")

    done = town.office.engine.ask(ShowCase(case_id=case.id), actor=SYSTEM).case
    assert (done.status, done.outcome) == (CaseStatus.COMPLETED, "handed_over")


def test_a_session_that_ends_in_the_middle_of_a_task_loses_nothing(town: Served, visit: Visit) -> None:
    gives_password(town)
    task = town.office.claims(town.office.opens_case().tasks[0])
    clerk = visit(None, may_complain=True)
    clerk.goto(f"/sign-in?next=/desk/tasks/{task.id}")
    signs_in(clerk)
    island(clerk).get_by_label("Έγινε έλεγχος ταυτότητας").check()
    island(clerk).get_by_label("Πλήρη").check()
    expect(clerk.locator("#draft-state")).to_contain_text("αποθηκεύτηκαν")
    times_out(town)

    clerk.get_by_role("button", name="Ολοκλήρωση εργασίας").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("Συνδεθείτε ξανά")
    signs_in(clerk)

    clerk.wait_for_url("**/desk/cases/**")
    found = town.office.engine.ask(ShowTask(task_id=task.id), actor=town.office.clerk).task
    assert found.state is TaskState.COMPLETED


def test_the_reasons_of_a_decision_are_for_everybody(town: Served, visit: Visit) -> None:
    offer(town.office.engine, "amka-issue")
    case = town.office.opens_case(procedure="amka-issue", data=APPLICATION).case
    page = visit(town.office.clerk, viewport={"width": 320, "height": 640}, color_scheme="dark")

    page.goto(f"/desk/cases/{case.id}")

    page.get_by_role("link", name="Γιατί έτσι required_papers").first.click()

    assert barriers(page) == []
    assert sideways_scroll(page) == 0
