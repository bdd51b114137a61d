"""Claims about signing in with a real browser: by keyboard, without scripts, and in the middle of a page."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from engine.kernel.actor import SYSTEM
from engine.organisation.registers import EnterBranch
from engine.people import one_time_code
from engine.people.accounts import SetPassword
from engine.people.second_factor import ConfirmSecondFactor, EnrolSecondFactor
from engine.people.users import SaveUser
from tests.builders import a_branch, a_user
from tests.journeys.accessibility import barriers, sideways_scroll
from tests.journeys.conftest import Visit
from tests.journeys.serving import Served
from tests.people.sign_in.browser import PASSWORD, QUICK

CLAIM = """async task => {
  const headers = {"X-CSRF-Token": document.querySelector("input[name='csrf']").value};
  const answer = await fetch(`/api/v1/tasks/${task}/claim`, {method: "POST", headers});
  return answer.status;
}"""


def gives_password(town: Served) -> None:
    maria = town.office.clerk
    assert maria.id is not None
    hashed = QUICK.hashed(PASSWORD, username="maria")
    town.office.does(SetPassword(user_id=maria.id, password_hash=hashed), actor=SYSTEM)


def works_elsewhere_too(town: Served) -> None:
    other = a_branch(code="0120", name="ΚΕΠ Δήμου Θεσσαλονίκης", name_en="Thessaloniki")
    town.office.does(EnterBranch(branch=other), actor=SYSTEM)
    maria = a_user(id=town.office.clerk.id)
    command = SaveUser(user=maria, branch_id=other.id, roles=town.office.clerk.roles)
    town.office.does(command, actor=SYSTEM)


def code_now(town: Served, secret: bytes) -> str:
    return one_time_code.code_of(secret, one_time_code.step_at(town.office.clock.now()))


def signs_in(page: Page) -> None:
    page.get_by_label("Όνομα χρήστη", exact=True).fill("maria")
    page.get_by_label("Κωδικός πρόσβασης", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Σύνδεση").click()


def times_out(town: Served) -> None:
    town.office.clock.advance(timedelta(hours=2))


def test_one_signs_in_by_keyboard_alone(town: Served, visit: Visit) -> None:
    gives_password(town)
    page = visit(None)
    page.goto("/sign-in?next=/account")

    page.get_by_label("Όνομα χρήστη").focus()
    page.keyboard.type("maria")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Ο λογαριασμός σας")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_what_was_typed_outlives_the_session(town: Served, visit: Visit, has_scripts: bool) -> None:
    gives_password(town)
    page = visit(None, java_script_enabled=has_scripts, may_complain=True)
    page.goto("/sign-in?next=/account")
    signs_in(page)
    page.get_by_label("Τωρινός κωδικός πρόσβασης").fill(PASSWORD)
    page.get_by_label("Νέος κωδικός πρόσβασης", exact=True).fill("η «νέα» & <καλή> φράση")
    page.get_by_label("Νέος κωδικός πρόσβασης, άλλη μία φορά").fill("η «νέα» & <καλή> φράση")
    times_out(town)

    page.get_by_role("button", name="Αλλαγή κωδικού πρόσβασης").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Συνδεθείτε ξανά")
    signs_in(page)
    if not has_scripts:
        page.get_by_role("button", name="Αποστολή").click()

    expect(page.get_by_role("status")).to_contain_text("Ο κωδικός πρόσβασης άλλαξε")


def test_a_script_asks_in_place_and_repeats_its_request(town: Served, visit: Visit) -> None:
    gives_password(town)
    page = visit(None, may_complain=True)
    page.goto("/sign-in?next=/account")
    signs_in(page)
    page.get_by_label("Τωρινός κωδικός πρόσβασης").fill("half a word")
    task = str(town.office.opens_case().tasks[0].id)
    times_out(town)

    page.evaluate(f"task => {{ window.claimed = ({CLAIM})(task); }}", task)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Όνομα χρήστη").fill("maria")
    dialog.get_by_label("Κωδικός πρόσβασης").fill("not the password")
    dialog.get_by_role("button", name="Σύνδεση").click()
    expect(dialog.get_by_role("alert")).to_contain_text("δεν είναι σωστά")
    assert barriers(page) == []
    dialog.get_by_label("Κωδικός πρόσβασης").fill(PASSWORD)
    dialog.get_by_role("button", name="Σύνδεση").click()

    assert page.evaluate("window.claimed") == 200
    expect(dialog).to_have_count(0)
    expect(page.get_by_label("Τωρινός κωδικός πρόσβασης")).to_have_value("half a word")


def test_who_would_rather_not_sign_in_goes_back_to_the_page(town: Served, visit: Visit) -> None:
    gives_password(town)
    page = visit(None, may_complain=True)
    page.goto("/sign-in?next=/account")
    signs_in(page)
    task = str(town.office.opens_case().tasks[0].id)
    times_out(town)

    page.evaluate(f"task => {{ window.claimed = ({CLAIM})(task); }}", task)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")

    assert page.evaluate("window.claimed") == 401
    expect(page.get_by_role("dialog")).to_have_count(0)


@dataclass(frozen=True)
class Said:
    """What the pages say in one language."""

    username: str
    password: str
    enter: str
    wrong: str
    code: str
    go_on: str
    branch: str
    worklist: str
    leave: str
    left: str


GREEK = Said(
    username="Όνομα χρήστη",
    password="Κωδικός πρόσβασης",
    enter="Σύνδεση",
    wrong="Το όνομα χρήστη ή ο κωδικός πρόσβασης δεν είναι σωστά.",
    code="Κωδικός",
    go_on="Συνέχεια",
    branch="ΚΕΠ Δήμου Θεσσαλονίκης",
    worklist="Λίστα εργασιών",
    leave="Αποσύνδεση",
    left="Αποσυνδεθήκατε",
)
ENGLISH = Said(
    username="User name",
    password="Password",
    enter="Sign in",
    wrong="The user name or the password is not right.",
    code="Code",
    go_on="Go on",
    branch="Thessaloniki",
    worklist="Worklist",
    leave="Sign out",
    left="Signed out",
)


@pytest.mark.parametrize(("language", "said"), [("el", GREEK), ("en", ENGLISH)])
def test_a_morning_begins_at_the_worklist_of_the_branch_that_was_chosen(
    town: Served, visit: Visit, language: str, said: Said
) -> None:
    gives_password(town)
    works_elsewhere_too(town)
    secret = town.office.does(EnrolSecondFactor())
    town.office.does(ConfirmSecondFactor(code=code_now(town, secret)))
    town.office.clock.advance(timedelta(minutes=2))
    page = visit(None, language=language, may_complain=True)
    main = page.get_by_role("main")

    page.goto("/desk")
    for typed in ("not the password", PASSWORD):
        page.get_by_label(said.username, exact=True).fill("maria")
        page.get_by_label(said.password, exact=True).fill(typed)
        main.get_by_role("button", name=said.enter).click()
        if typed != PASSWORD:
            expect(page.get_by_role("alert")).to_have_text(said.wrong)
    page.get_by_label(said.code).fill(code_now(town, secret))
    main.get_by_role("button", name=said.go_on).click()
    main.get_by_role("button", name=said.branch).click()

    expect(page).to_have_url(f"{town.address}/desk")
    expect(page.get_by_role("heading", level=1)).to_contain_text(said.worklist)
    expect(page.get_by_role("banner")).to_contain_text(said.branch)

    page.get_by_role("banner").get_by_role("button", name=said.leave).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(said.left)
    page.goto("/desk")
    expect(page.get_by_role("heading", level=1)).to_have_text(said.enter)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address",
    ["/sign-in", "/account", "/account/second-factor", "/account/second-factor/needed", "/sign-in/branch"],
)
def test_the_pages_of_the_sign_in_are_for_everybody(
    town: Served, visit: Visit, address: str, scheme: str
) -> None:
    gives_password(town)
    town.office.does(EnrolSecondFactor())
    if address == "/sign-in/branch":
        works_elsewhere_too(town)
    others = {"/sign-in": None, "/account/second-factor/needed": town.desk.person("anna")}
    who = others.get(address, town.office.clerk)
    page = visit(who, color_scheme=scheme, viewport={"width": 320, "height": 640})

    page.goto(address)

    assert page.url.endswith(address)
    assert page.get_by_role("heading", level=1).count() == 1
    assert sideways_scroll(page) == 0
    assert barriers(page) == []
