"""The journey of a version: submitted by REST, looked at, asked about, certified by a passkey, published."""

from playwright.sync_api import Page, expect

from engine.kernel.actor import SYSTEM
from engine.people.accounts import SetPassword
from engine.procedures.acts import ActKind
from engine.procedures.queries import ListVersions, ShowRecord
from tests.api.test_procedures import ZIP, zipped
from tests.case_migration.renewed import renewed
from tests.journeys.accessibility import barriers, sideways_scroll
from tests.journeys.conftest import Visit
from tests.journeys.serving import Served
from tests.journeys.test_passkeys import Authenticators, named, with_authenticator
from tests.officials import passes_gate, recovery_codes
from tests.people.sign_in.browser import PASSWORD, QUICK

__all__ = ["with_authenticator"]

KEY = "residence-certificate"
VERSION = f"/certifying/{KEY}/2"


def submits_by_rest(town: Served) -> None:
    """Anna brings in a version in which the municipality is not reminded, and has five more days."""
    passes_gate(town.office)
    desk = town.desk.desk
    assert (
        desk.call("POST", "/procedures", by="anna", data=zipped(renewed()), content_type=ZIP).status_code
        == 201
    )
    assert desk.post(f"/procedures/{KEY}/versions/2/submit", by="anna").status_code == 200


def gives_password(town: Served, name: str) -> None:
    user_id = town.person(name)
    assert user_id is not None
    hashed = QUICK.hashed(PASSWORD, username=name)
    town.office.does(SetPassword(user_id=user_id, password_hash=hashed), actor=SYSTEM)


def adds_a_passkey(page: Page) -> None:
    """Kostas adds a passkey to his account."""
    page.goto("/account/passkeys/new")
    page.get_by_label("Πώς το λέτε").fill("Κλειδί γραφείου")
    page.get_by_label("Τωρινός κωδικός πρόσβασης").fill(PASSWORD)
    page.get_by_role("button", name="Προσθήκη").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Οι κωδικοί ανάκτησης")


def test_a_version_is_looked_at_asked_about_certified_by_passkey_and_published(
    town: Served, visit: Visit, with_authenticator: Authenticators
) -> None:
    submits_by_rest(town)
    town.address = named(town)
    gives_password(town, "kostas")
    kostas = with_authenticator(visit(town.person("kostas"), may_complain=True))
    adds_a_passkey(kostas)
    anna = visit(town.person("anna"), language="en")
    recovery_codes(town.office.engine, town.desk.desk.actor("anna"))

    kostas.goto("/certifying")
    assert (barriers(kostas), sideways_scroll(kostas)) == ([], 0)
    kostas.get_by_role("link", name="Βεβαίωση μόνιμης κατοικίας").first.click()
    changes = kostas.get_by_role("region", name="Τι αλλάζει")
    expect(changes).to_contain_text("νόμιμη προθεσμία από «5 ημέρες» σε «10 ημέρες»")
    expect(changes).to_contain_text("Αφαιρέθηκε: βήμα «Υπενθύμιση προς τον δήμο»")
    both = kostas.get_by_role("region", name="Διαγράμματα").locator("[data-ready]")
    expect(both).to_have_count(2)
    assert kostas.locator(".is-removed.djs-element[data-element-id='remind_municipality']").count() == 1
    changes.get_by_text("«Υπενθύμιση προς τον δήμο»").first.focus()
    expect(both.first.locator(".is-pointed-at[data-element-id='remind_municipality']")).to_have_count(1)
    assert barriers(kostas) == []
    kostas.set_viewport_size({"width": 320, "height": 640})
    assert sideways_scroll(kostas) == 0

    kostas.get_by_label("Αφορά").select_option(label="Βεβαίωση από τον δήμο")
    kostas.get_by_label("Η ερώτησή σας").fill("Αρκούν δέκα ημέρες;")
    kostas.get_by_role("button", name="Καταχώριση ερώτησης").click()
    certify(kostas)
    expect(kostas.get_by_role("alert")).to_contain_text("Υπάρχουν ανοικτές ερωτήσεις")
    anna.goto(VERSION)
    anna.get_by_text("Answer", exact=True).click()
    anna.get_by_label("Your answer").fill("Το ορίζει ο νέος νόμος.")
    anna.get_by_role("button", name="Write the answer").click()
    expect(anna.get_by_role("region", name="Questions")).to_contain_text("Το ορίζει ο νέος νόμος.")
    expect(anna.get_by_role("region", name="Decide")).to_contain_text("A certifying official decides")
    kostas.goto(VERSION)
    kostas.get_by_role("button", name="Κλείσιμο ερώτησης").click()

    certify(kostas)
    expect(kostas.locator("#said")).to_contain_text("Η έκδοση πιστοποιήθηκε")
    kostas.get_by_label("Προσφέρεται από την αρχή αυτής της ημέρας").fill("2026-12-15")
    kostas.get_by_role("button", name="Δημοσίευση").click()
    expect(kostas.locator("#said")).to_contain_text("Η έκδοση δημοσιεύτηκε")
    expect(kostas.get_by_role("region", name="Απόφαση επί της έκδοσης")).to_contain_text("15 Δεκεμβρίου 2026")

    engine = town.office.engine
    certification = next(
        act
        for act in engine.ask(ShowRecord(key=KEY, number=2), actor=SYSTEM)
        if act.kind is ActKind.CERTIFIED
    )
    assert (certification.actor_name, certification.detail["proved_by"]) == ("kostas", "passkey")
    newest = engine.ask(ListVersions(key=KEY), actor=SYSTEM)[0]
    assert newest.published_at is not None
    assert newest.published_at.isoformat() == "2026-12-14T22:00:00+00:00"


def certify(page: Page) -> None:
    """Fill in the decree and prove by the passkey."""
    page.get_by_label("Αριθμός απόφασης").fill("ΔΟΛΚΕΠ 1234/2026")
    page.get_by_label("Εφημερίδα της Κυβερνήσεως (ΦΕΚ)").fill("Β΄ 512/2026")
    page.get_by_label("ΑΔΑ της Διαύγειας").fill("Ψ8Ν246ΜΤΛ6-7ΘΞ")
    page.get_by_role("button", name="Πιστοποίηση με κλειδί πρόσβασης").click()
