"""A journey of somebody who acts for another: received once, and told at once what is still wrong."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import Served
from tests.journeys.test_forms import island
from tests.office import offer


def opens_the_case(page: Page) -> None:
    page.get_by_role("button", name="Άνοιγμα υπόθεσης").click()


def test_a_representative_asks_for_a_criminal_record_and_the_citizen_is_told_by_sms(
    town: Served, visit: Visit
) -> None:
    offer(town.office.engine, "criminal-record")
    # The page that says what is wrong has the status 422, which browsers note.
    page = visit(town.office.clerk, may_complain=True)
    page.goto("/desk/open/criminal-record")
    form = island(page)
    citizen = page.get_by_role("region", name="Ο πολίτης")
    citizen.get_by_label("Πώς ελέγχθηκε η ταυτότητα").select_option(label="Δελτίο ταυτότητας")
    citizen.get_by_label("Επώνυμο").fill("Ρήγα")
    citizen.get_by_label("Ημερομηνία γέννησης").fill("1980-01-15")
    behalf = page.get_by_role("region", name="Για λογαριασμό άλλου")
    behalf.get_by_label("Άλλος ενεργεί για τον πολίτη").check()
    behalf.get_by_label("Με ποια εξουσιοδότηση").select_option(label="Εξουσιοδότηση gov.gr")
    behalf.get_by_label("ΑΦΜ").fill("094014201")
    behalf.get_by_label("Όνομα", exact=True).fill("Νίκος")
    behalf.get_by_label("Επώνυμο").fill("Γεωργίου")
    page.get_by_label("Έγγραφο ταυτότητας").check()
    page.get_by_label("Ο πολίτης συμφωνεί να λαμβάνει μηνύματα").check()
    page.get_by_label("Κινητό τηλέφωνο").fill("6912345678")
    form.get_by_label("Με εξουσιοδότηση").check()

    # What the page knows is not asked for again.
    born = form.get_by_label("Ημερομηνία γέννησης")
    expect(born).to_have_value("1980-01-15")
    expect(born).not_to_be_editable()
    expect(form.get_by_label("Επώνυμο")).to_have_value("Γεωργίου")
    expect(form.get_by_label("ΑΦΜ")).to_have_value("094014201")

    # All that is wrong is told at once, and each line leads to its field.
    opens_the_case(page)
    problems = page.locator("#errors")
    expect(problems.get_by_role("link", name="Γράψτε το όνομα του αιτούντος.")).to_be_visible()
    problems.get_by_role("link", name="Τόπος γέννησης").click()
    form = island(page)
    expect(form.get_by_label("Τόπος γέννησης")).to_be_focused()

    page.get_by_role("region", name="Ο πολίτης").get_by_label("Όνομα", exact=True).fill("Αγγελική")
    form.get_by_label("Τόπος γέννησης").fill("Πάτρα")
    form.get_by_label("Εξουσιοδότηση με").select_option(label="Συμβολαιογραφικό πληρεξούσιο")
    form.get_by_label("Αριθμός").fill("117/2026")
    form.locator("input[id$=Field_authorised_on]").fill("2026-03-02")
    form.get_by_label("Χρήση").select_option(label="Γενική χρήση")
    opens_the_case(page)
    expect(page.get_by_role("heading", name="Απόδειξη κατάθεσης")).to_be_visible()
    expect(page.get_by_text("Αγγελική Ρήγα")).to_be_visible()
    page.get_by_role("link", name="Στον φάκελο").click()

    expect(page.get_by_role("region", name="Εκπρόσωπος")).to_contain_text("Νίκος Γεωργίου")
    facts = page.get_by_role("region", name="Η υπόθεση")
    expect(facts).to_contain_text("+306912345678")
