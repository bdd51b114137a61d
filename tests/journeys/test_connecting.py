"""The journey of an agency: entered, given keys, an address and a topic; the first case goes out."""

from dataclasses import replace

from playwright.sync_api import Page, expect

from engine.jobs.worker import Worker
from engine.kernel.actor import SYSTEM
from engine.organisation.registers import SaveAgency
from engine.service_tasks.connector import Delivery, DeliveryOutcome, DeliveryResult
from tests.journeys.accessibility import barriers, sideways_scroll
from tests.journeys.conftest import Visit
from tests.journeys.serving import Served
from tests.office import Office

TOPIC = "municipality.residence"


def makes_key(page: Page) -> str:
    page.get_by_role("button", name="Νέο κλειδί").click()
    return page.locator("#secret").inner_text()


def test_an_agency_is_connected_with_keys_that_take_turns_and_its_first_case_goes_out(
    town: Served, visit: Visit
) -> None:
    office = town.office
    office.does(SaveAgency(agency=replace(office.agency, topics=())), actor=SYSTEM)
    olga = visit(town.person("olga"), may_complain=True, viewport={"width": 320, "height": 640})
    olga.goto("/admin/agencies")
    olga.get_by_role("link", name="Νέος φορέας").click()
    olga.get_by_label("Κωδικός φορέα").fill("athens")
    olga.get_by_label("Όνομα στα ελληνικά").fill("Δήμος Αθηναίων")
    olga.get_by_label("Ονομασία στα αγγλικά").fill("City of Athens")
    olga.get_by_role("button", name="Καταχώριση").click()
    expect(olga.locator("#said")).to_contain_text("Ο φορέας καταχωρίστηκε.")

    first = makes_key(olga)
    olga.get_by_label("Πού στέλνονται τα αιτήματα").fill("https://athens.example/stoa")
    olga.get_by_role("button", name="Αλλαγή της διεύθυνσης").click()
    expect(olga.locator("#said")).to_contain_text("Η διεύθυνση άλλαξε.")
    olga.get_by_label("Ποια θέματα αναλαμβάνει").fill("municipality.residense")
    olga.get_by_role("button", name="Αλλαγή των θεμάτων").click()
    expect(olga.get_by_role("alert").first).to_contain_text(TOPIC)
    olga.get_by_label("Ποια θέματα αναλαμβάνει").fill(TOPIC)
    olga.get_by_role("button", name="Αλλαγή των θεμάτων").click()
    expect(olga.locator("#said")).to_contain_text("Τα θέματα άλλαξαν.")
    second = makes_key(olga)
    olga.get_by_role("button", name="Τερματισμός").last.click()
    expect(olga.locator("#said")).to_contain_text("Το κλειδί λήγει τότε.")
    olga.get_by_role("button", name="Δοκιμαστική κλήση").click()
    office.sends_to_municipality()

    sent = _works(office)

    olga.reload()
    expect(olga.get_by_text("Ο φορέας δέχτηκε την κλήση.")).to_be_visible()
    assert barriers(olga) == []
    assert sideways_scroll(olga) == 0
    by_type = {call.body["type"]: call for call in sent if call.agency.key == "athens"}
    assert set(by_type) == {"ping", "service_task.created"}
    assert by_type["service_task.created"].agency.secrets == (second, first)


def _works(office: Office) -> list[Delivery]:
    """What a worker sends in one round; everybody accepts it."""
    calls: list[Delivery] = []

    def deliver(delivery: Delivery) -> DeliveryOutcome:
        calls.append(delivery)
        return DeliveryOutcome(result=DeliveryResult.ACCEPTED)

    Worker(office.engine, deliver).run_once()
    return calls
