"""The journey of a municipality: its branch is authorised, an agency connected, the first case goes out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import pytest
from playwright.sync_api import Page, expect

from engine.bootstrap import build_in_memory
from engine.cases.queries import ShowCase
from engine.jobs.channels.folder import FolderChannel
from engine.jobs.connectors import every_connector
from engine.jobs.connectors.address_rules import AddressRules
from engine.jobs.worker import Worker
from engine.kernel.actor import SYSTEM
from engine.kernel.noticing import NoticeChannel
from engine.organisation.registers import SaveAgency
from tests.api.desk import a_desk
from tests.applying import applying
from tests.builders import NOON
from tests.jobs.connectors.loopback_agency import LoopbackAgency, a_running_agency
from tests.journeys.accessibility import barriers, sideways_scroll
from tests.journeys.conftest import Visit
from tests.journeys.serving import Door, Served
from tests.journeys.test_forms import fills_in_application, island, newest_case
from tests.office import EVERY_WAY, MovableClock
from tests.pages.visiting import OpenDesk

PASSWORD = "τέσσερις λέξεις που δεν ταιριάζουν"
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def agency() -> Iterator[LoopbackAgency]:
    with a_running_agency() as running:
        yield running


@pytest.fixture
def town(door: Door, agency: LoopbackAgency) -> Served:
    """A desk without cases, which may call the agency's server on loopback."""
    connectors = every_connector(AddressRules.of([f"127.0.0.1:{agency.port}"]))
    clock = MovableClock(NOON)
    noticing = replace(EVERY_WAY, invitation_address=f"{door.address}/invitation")
    engine = build_in_memory(clock=clock, zone=ZoneInfo("Europe/Athens"), noticing=noticing)
    engine = replace(engine, check_agency=connectors.problems)
    found = Served(address=door.address, desk=OpenDesk(desk=a_desk(engine, clock=clock)))
    door.app = found.desk.desk.app
    return found


@dataclass
class Story:
    """What happens between the pages: the worker's rounds, and the messages that people get."""

    town: Served
    agency: LoopbackAgency
    letters: Path

    def works(self) -> None:
        """Two rounds of a worker: what one does, another may follow."""
        connectors = every_connector(AddressRules.of([f"127.0.0.1:{self.agency.port}"]))
        channels = {NoticeChannel.EMAIL: FolderChannel(folder=self.letters)}
        for _ in range(2):
            self.town.office.clock.advance(timedelta(minutes=1))
            Worker(self.town.office.engine, connectors.deliver, channels=channels).run_once()

    def invitation_of(self, address: str) -> str:
        """The way to the invitation that was sent to somebody."""
        letters = [letter.read_text() for letter in self.letters.glob("*.txt")]
        (letter,) = [text for text in letters if f"To: {address}" in text]
        found = re.search(r"https?://[^/\s]+(/invitation\S*)", letter)
        assert found is not None
        return found.group(1)


def fills_in(page: Page, values: Mapping[str, str]) -> None:
    form = island(page)
    for name, text in values.items():
        form.locator(f"[id$=Field_{name}]").fill(text)


def works_on(page: Page, case_id: object) -> None:
    """Take the open task of a case in hand."""
    page.goto(f"/desk/cases/{case_id}")
    page.get_by_role("link", name="Άνοιγμα").first.click()
    page.get_by_role("button", name="Ανάληψη εργασίας").click()
    island(page)


def completes(page: Page) -> None:
    page.get_by_role("button", name="Ολοκλήρωση εργασίας").click()
    page.wait_for_url("**/desk/cases/**")


def examines_and_decides(clerk: Page, manager: Page, case_id: object, *, certified: bool = False) -> None:
    works_on(clerk, case_id)
    island(clerk).get_by_label("Πλήρης").check()
    if certified:
        island(clerk).get_by_label("Οι διαδικασίες του είναι ανασχεδιασμένες και πιστοποιημένες").check()
    completes(clerk)
    works_on(manager, case_id)
    island(manager).get_by_label("Εγκρίνεται", exact=True).check()
    fills_in(
        manager,
        {
            "decision_number": "4471/2026",
            "decision_gazette": "Β΄ 1210/2026",
            "decision_ada": "6ΥΘΖ46ΜΤ-Λ2Σ",
        },
    )
    island(manager).get_by_label("Ισχύει από").fill("2026-03-09")
    completes(manager)


def accepts(page: Page, address: str) -> None:
    """Accept an invitation as somebody new, and sign in."""
    page.goto(address)
    username = page.locator("#username").input_value()
    page.get_by_label("Νέος κωδικός πρόσβασης", exact=True).fill(PASSWORD)
    page.get_by_label("Νέος κωδικός πρόσβασης, άλλη μία φορά").fill(PASSWORD)
    page.get_by_role("button", name="Αποδοχή της πρόσκλησης").click()
    page.goto("/sign-in")
    page.get_by_label("Όνομα χρήστη", exact=True).fill(username)
    page.get_by_label("Κωδικός πρόσβασης", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Σύνδεση").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def invites_clerk(page: Page, name: str) -> str:
    """The address of the invitation on the slip that is printed."""
    page.goto("/admin/people/invite")
    page.get_by_label("Όνομα και επώνυμο").fill(name)
    page.locator("[name=organisation]").select_option("0413")
    page.get_by_label("Ρόλος").select_option("clerk")
    page.get_by_role("button", name="Αποστολή πρόσκλησης").click()
    return f"/invitation?code={page.locator('.slip-code').inner_text()}"


def makes_key(page: Page) -> str:
    page.get_by_role("button", name="Νέο κλειδί").click()
    return page.locator("#secret").inner_text()


def test_a_municipality_gets_its_branch_and_an_agency_is_connected_to_which_its_first_case_goes_out(
    town: Served, visit: Visit, agency: LoopbackAgency, tmp_path: Path
) -> None:
    office = town.office
    asked = applying(office)
    office.does(SaveAgency(agency=replace(office.agency, topics=())), actor=SYSTEM)
    story = Story(town=town, agency=agency, letters=tmp_path)
    stamatia = visit(asked.administrator, viewport=NARROW)
    clerk, manager = visit(office.clerk), visit(office.manager)

    # The municipality asks for a branch.
    stamatia.goto("/admin/applications")
    assert barriers(stamatia) == []
    assert sideways_scroll(stamatia) == 0
    stamatia.get_by_role("link", name="Έγκριση λειτουργίας ΚΕΠ").click()
    form = island(stamatia)
    form.get_by_label("ΚΕΠ", exact=True).check()
    fills_in(
        stamatia,
        {
            "branch_code": "0413",
            "branch_name": "ΚΕΠ Νέας Πόλης",
            "branch_name_en": "Nea Poli citizen service centre",
            "branch_address": "Ηρώων 12, 54635 Νέα Πόλη",
            "branch_phone": "2310 000 000",
            "branch_hours": "Δευτέρα έως Παρασκευή 08:00-14:30",
            "council_number": "118/2026",
            "council_ada": "ΨΛΖΩ46ΜΤ-Χ7Κ",
            "manager_name": "Αργυρώ Σιδέρη",
            "manager_email": "argyro@example.gr",
        },
    )
    form.get_by_label("Προτεινόμενη έναρξη λειτουργίας").fill("2026-03-09")
    assert barriers(stamatia) == []
    assert sideways_scroll(stamatia) == 0
    stamatia.get_by_role("button", name="Υποβολή της αίτησης").click()
    expect(stamatia.get_by_text("Η αίτησή σας υποβλήθηκε.")).to_be_visible()
    assert barriers(stamatia) == []
    branch_case = newest_case(town)

    # The ministry authorises it.
    examines_and_decides(clerk, manager, branch_case.id)
    story.works()
    stamatia.reload()
    expect(stamatia.get_by_text("Ολοκληρωμένη")).to_be_visible()

    # Its manager invites two clerks.
    argyro = visit(None)
    accepts(argyro, story.invitation_of("argyro@example.gr"))
    slips = [invites_clerk(argyro, name) for name in ("Φώτης Μάνεσης", "Ιφιγένεια Βούλγαρη")]
    fotis, ifigeneia = visit(None), visit(None)
    accepts(fotis, slips[0])
    accepts(ifigeneia, slips[1])

    # An agency is connected, with keys that take turns.
    stamatia.goto("/admin/applications")
    stamatia.get_by_role("link", name="Ένταξη φορέα").click()
    island(stamatia)
    fills_in(
        stamatia,
        {
            "agency_code": "nea-poli-registry",
            "agency_name": "Δημοτολόγιο Νέας Πόλης",
            "agency_name_en": "Registry of Nea Poli",
            "agency_address": "Ηρώων 10, 54635 Νέα Πόλη",
            "agency_phone": "2310 000 001",
            "agency_hours": "Δευτέρα έως Παρασκευή 07:30-15:00",
            "contact_name": "Λουκάς Βέργος",
            "contact_email": "loukas@example.gr",
            "endpoint": agency.url,
            "topics": "municipality.residence",
            "reengineering": "Η βεβαίωση εκδίδεται από το δημοτολόγιο χωρίς έγγραφα.",
            "administrator_name": "Μενέλαος Ράπτης",
            "administrator_email": "menelaos@example.gr",
        },
    )
    stamatia.get_by_role("button", name="Υποβολή της αίτησης").click()
    expect(stamatia.get_by_text("Η αίτησή σας υποβλήθηκε.")).to_be_visible()
    agency_case = newest_case(town)
    examines_and_decides(clerk, manager, agency_case.id, certified=True)
    story.works()
    menelaos = visit(None, may_complain=True)
    accepts(menelaos, story.invitation_of("menelaos@example.gr"))
    menelaos.goto("/admin/agencies/nea-poli-registry")
    first = makes_key(menelaos)
    menelaos.get_by_label("Πού στέλνονται τα αιτήματα").fill(agency.url)
    menelaos.get_by_role("button", name="Αλλαγή της διεύθυνσης").click()
    second = makes_key(menelaos)
    menelaos.get_by_role("button", name="Τερματισμός").last.click()
    menelaos.get_by_role("button", name="Δοκιμαστική κλήση").click()
    story.works()
    works_on(clerk, agency_case.id)
    island(clerk).get_by_label("Έλεγχος της σύνδεσης").check()
    completes(clerk)
    story.works()
    connected = office.engine.ask(ShowCase(case_id=agency_case.id), actor=SYSTEM).case
    assert connected.outcome == "connected_agency"

    # The first case of the new branch goes out to it.
    fotis.goto("/desk/open/residence-certificate")
    form = island(fotis)
    fotis.get_by_label("Πώς ελέγχθηκε η ταυτότητα").select_option(label="Διαβατήριο")
    fotis.locator("#applicant-given_name").fill("Αγγελική")
    fotis.locator("#applicant-family_name").fill("Ρήγα")
    fotis.get_by_label("Δελτίο ταυτότητας ή διαβατήριο").check()
    fotis.get_by_label("Λογαριασμός ΔΕΚΟ στο όνομα του αιτούντος").check()
    fills_in_application(form)
    fotis.get_by_role("button", name="Άνοιγμα υπόθεσης").click()
    fotis.get_by_role("link", name="Συνέχεια").click()
    fotis.get_by_role("button", name="Ανάληψη εργασίας").click()
    island(fotis).get_by_label("Έγινε έλεγχος ταυτότητας").check()
    island(fotis).get_by_label("Πλήρη").check()
    completes(fotis)
    case = newest_case(town)
    story.works()
    assert case.branch_code == "0413"
    bodies = [orjson.loads(one.body) for one in agency.received]
    assert [body["type"] for body in bodies] == ["ping", "service_task.created"]
    assert bodies[-1]["data"]["case_number"] == case.number
    assert len(agency.received[-1].headers["webhook-signature"].split()) == 2
    assert first != second
