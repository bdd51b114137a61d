"""Claims about passkeys in a real browser with a virtual authenticator (WebAuthn, Level 3, section 11)."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import CDPSession, Page, expect

from api.http.context import Site
from engine.kernel.actor import SYSTEM, Role
from engine.people.invitations import InvitePerson
from tests.journeys.accessibility import barriers, sideways_scroll
from tests.journeys.conftest import Visit
from tests.journeys.serving import Served
from tests.journeys.test_signing_in import CLAIM, gives_password, signs_in, times_out
from tests.people.sign_in.browser import PASSWORD

SMALL = {"width": 320, "height": 640}
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

Authenticators = Callable[[Page], Page]


def named(town: Served) -> str:
    """Give the desk an address by name, as passkeys are for no number; the address."""
    app = town.desk.desk.app
    address = town.address.replace("127.0.0.1", "localhost")
    site: Site = app.extensions["stoa"]
    replace(site, settings=replace(site.settings, public_url=address)).put_on(app.extensions)
    return address


@pytest.fixture
def with_authenticator() -> Iterator[Authenticators]:
    """The page in a browser whose device has a screen lock that was just opened, for this test alone."""
    sessions: list[CDPSession] = []

    def opened(page: Page) -> Page:
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        sessions.append(session)
        return page

    yield opened
    for session in sessions:
        session.send("WebAuthn.disable")
        session.detach()


def adds_a_passkey(page: Page, address: str, *, password: str = PASSWORD) -> None:
    """Sign in and add a passkey, by keyboard alone."""
    page.goto(f"{address}/sign-in?next=/account/passkeys/new")
    signs_in(page)
    page.get_by_label("Πώς το λέτε").focus()
    page.keyboard.type("Κινητό")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def test_a_passkey_is_added_and_opens_the_desk_by_keyboard(
    town: Served, visit: Visit, with_authenticator: Authenticators
) -> None:
    gives_password(town)
    address = named(town)
    page = with_authenticator(visit(None, viewport=SMALL, may_complain=True))

    adds_a_passkey(page, address, password="not the password")
    expect(page.get_by_role("alert")).to_contain_text("Δεν είναι ο τωρινός")
    expect(page.get_by_label("Τωρινός κωδικός πρόσβασης")).to_be_focused()
    assert (barriers(page), sideways_scroll(page)) == ([], 0)
    page.get_by_label("Τωρινός κωδικός πρόσβασης").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Οι κωδικοί ανάκτησης")

    page.context.clear_cookies()
    page.goto(f"{address}/sign-in?next=/account")
    signs_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Δεύτερο βήμα")
    assert (barriers(page), sideways_scroll(page)) == ([], 0)
    page.get_by_role("button", name="Χρήση κλειδιού πρόσβασης").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Ο λογαριασμός σας")
    expect(page.get_by_role("main")).to_contain_text("Κινητό")
    assert (barriers(page), sideways_scroll(page)) == ([], 0)


def test_a_passkey_signs_in_again_in_the_middle_of_a_page(
    town: Served, visit: Visit, with_authenticator: Authenticators
) -> None:
    gives_password(town)
    address = named(town)
    page = with_authenticator(visit(None, may_complain=True))
    adds_a_passkey(page, town.address)
    expect(page.get_by_role("alert")).to_contain_text(address)
    adds_a_passkey(page, address)
    page.get_by_role("link", name="Τους φύλαξα").click()
    page.get_by_label("Νέος κωδικός πρόσβασης", exact=True).fill("half a word")
    task = str(town.office.opens_case().tasks[0].id)
    times_out(town)

    page.evaluate(f"task => {{ window.claimed = ({CLAIM})(task); }}", task)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Όνομα χρήστη").fill("maria")
    dialog.get_by_label("Κωδικός πρόσβασης").fill(PASSWORD)
    dialog.get_by_role("button", name="Σύνδεση").click()
    dialog.get_by_role("button", name="Χρήση κλειδιού πρόσβασης").click()

    expect(dialog).to_have_count(0)
    assert page.evaluate("window.claimed") == 200
    expect(page.get_by_label("Νέος κωδικός πρόσβασης", exact=True)).to_have_value("half a word")


def test_who_accepts_an_invitation_adds_a_passkey_at_once_and_needs_no_other_second_factor(
    town: Served, visit: Visit, with_authenticator: Authenticators
) -> None:
    address = named(town)
    invitation = InvitePerson(name="Άννα Γεωργίου", organisation="0009", role=Role.CLERK)
    code = town.office.does(invitation, actor=SYSTEM).code
    page = with_authenticator(visit(None, viewport=SMALL, may_complain=True))

    page.goto(f"{address}/invitation?code={code}")
    assert (barriers(page), sideways_scroll(page)) == ([], 0)
    username = page.get_by_label("Το όνομα χρήστη σας").input_value()
    page.get_by_label("Νέος κωδικός πρόσβασης", exact=True).fill(PASSWORD)
    page.locator("#repeated_password").fill(PASSWORD)
    page.get_by_role("button", name="Αποδοχή και προσθήκη κλειδιού πρόσβασης").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(username)
    assert (barriers(page), sideways_scroll(page)) == ([], 0)
    page.get_by_label("Πώς το λέτε").fill("Κινητό")
    page.get_by_label("Τωρινός κωδικός πρόσβασης").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Οι κωδικοί ανάκτησης")

    page.context.clear_cookies()
    page.goto(f"{address}/sign-in?next=/account")
    page.get_by_label("Όνομα χρήστη", exact=True).fill(username)
    page.get_by_label("Κωδικός πρόσβασης", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Σύνδεση").click()
    page.get_by_role("button", name="Χρήση κλειδιού πρόσβασης").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Ο λογαριασμός σας")
