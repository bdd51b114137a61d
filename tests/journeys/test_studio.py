"""Journeys of analysts: a version changed in the studio and submitted, two on one draft, an ended session."""

import re
from typing import cast

import pytest
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Page, expect

from engine.kernel.actor import Role
from engine.procedures.queries import ListVersions
from tests.api.desk import a_desk
from tests.case_migration.renewed import renewed
from tests.journeys.accessibility import barriers, sideways_scroll
from tests.journeys.conftest import Visit
from tests.journeys.serving import Door, Served
from tests.officials import employed, passes_gate
from tests.pages.visiting import COOKIE, OpenDesk

KEY = "residence-certificate"
READY = "[data-island='studio'][data-ready]"


@pytest.fixture
def town(door: Door) -> Served:
    """A desk at which analysts need no second factor; what was played once is remembered."""
    found = Served(address=door.address, desk=OpenDesk(desk=a_desk()))
    passes_gate(found.office)
    door.app = found.desk.desk.app
    return found


def begins(page: Page) -> str:
    """The address of a new draft of the certificate, with its diagram open."""
    page.goto("/studio")
    page.get_by_role("button", name="New draft of Permanent residence certificate").click()
    expect(page.locator(READY)).to_be_attached()
    return page.url.split("/files/")[0]


def opens(page: Page, draft: str, name: str) -> None:
    page.goto(f"{draft}/files/{name}")
    expect(page.locator(READY)).to_be_attached()


def policy_complaints(page: Page) -> list[str]:
    """What the console says of the Content-Security-Policy from now on."""
    found: list[str] = []
    page.on("console", lambda said: found.append(said.text) if "Security Policy" in said.text else None)
    return found


def is_kept(page: Page) -> None:
    expect(page.locator("#studio-state")).to_contain_text("Kept at")


def test_five_more_days_are_drawn_and_submitted_and_no_policy_complains(town: Served, visit: Visit) -> None:
    page = visit(town.person("anna"), language="en", may_complain=True)
    complaints = policy_complaints(page)
    draft = begins(page)

    page.locator("[data-element-id='municipality_late'] > .djs-hit").first.click()
    page.locator("[data-group-id='group-timer'] .bio-properties-panel-group-header").click()
    duration = page.locator("[data-entry-id='timerEventDefinitionValue'] input")
    duration.fill("P10D")
    duration.press("Tab")
    is_kept(page)
    found = page.locator("#studio-findings li.warning")
    expect(found).to_contain_text("municipality_late")
    expect(page.locator(".studio-badge.has-warning")).to_have_text("1")
    page.locator("a.bjs-powered-by").scroll_into_view_if_needed()
    expect(page.locator("a.bjs-powered-by")).to_be_in_viewport(ratio=1)
    found.get_by_role("button").click()
    expect(page.locator(".djs-element.selected[data-element-id='municipality_late']")).to_be_attached()

    opens(page, draft, "procedure.yaml")
    text = page.locator("textarea")
    text.fill(text.input_value().replace("term:\n  days: 5", "term:\n  days: 10"))
    is_kept(page)
    expect(page.locator("#studio-checked")).to_have_text("Nothing is wrong in this draft.")
    page.goto(draft)
    page.get_by_role("button", name="Submit to be certified").click()
    expect(page.locator("#lacks")).to_be_visible()
    for name, content in renewed().items():
        if name.startswith("scenarios/"):
            told = content.decode().replace("warn_municipality", "remind_municipality")
            opens(page, draft, name)
            if page.locator("textarea").input_value() != told:
                page.locator("textarea").fill(told)
                is_kept(page)
    page.goto(f"{draft}/changes")
    expect(page.locator("main")).to_contain_text("from “5” to “10”")
    page.goto(draft)
    page.get_by_role("button", name="Submit to be certified").click()

    expect(page.locator("#said")).to_contain_text("The draft is submitted.")
    newest = town.office.engine.ask(ListVersions(key=KEY), actor=town.office.clerk)[0]
    assert (newest.number, newest.status) == (2, "submitted")
    assert complaints == []


def test_two_on_one_draft_and_an_ended_session_lose_nothing(town: Served, visit: Visit) -> None:
    employed(town.office, "thalia", Role.ANALYST)
    anna = visit(town.person("anna"), language="en", may_complain=True)
    thalia = visit(town.person("thalia"), language="en", may_complain=True)
    draft = begins(anna)
    opens(anna, draft, "procedure.yaml")
    opens(thalia, draft, "procedure.yaml")
    expect(thalia.locator("#studio-company")).to_contain_text("at this very file")

    mine, theirs = anna.locator("textarea"), thalia.locator("textarea")
    mine.fill(mine.input_value() + "# Άννα\n")
    is_kept(anna)
    theirs.fill(theirs.input_value() + "# Θάλεια\n")
    question = thalia.locator("#studio-question")
    expect(question.locator("pre")).to_have_count(2)
    question.get_by_role("button", name="Mine").click()
    is_kept(thalia)

    thalia.goto(draft)
    expect(thalia.get_by_role("heading", name=re.compile("Texts laid aside"))).to_contain_text("2")
    opens(anna, draft, "procedure.yaml")
    anna.context.clear_cookies(name=COOKIE)
    anna.locator("textarea").fill("key: lost\n")
    anna.get_by_role("button", name="Not now").first.click()
    expect(anna.locator("#studio-question")).to_contain_text("Your session has ended.")
    anna.goto("about:blank")
    anna.context.add_cookies([cast(SetCookieParam, town.session_cookie(town.desk.person("anna")))])
    anna.goto(f"{draft}/files/procedure.yaml")
    anna.get_by_role("button", name="Go on with it").click()
    is_kept(anna)
    assert anna.locator("textarea").input_value() == "key: lost\n"


@pytest.mark.parametrize(("scheme", "language"), [("light", "el"), ("dark", "en")])
def test_every_page_of_the_studio_is_for_everybody(
    town: Served, visit: Visit, scheme: str, language: str
) -> None:
    page = visit(town.person("anna"), language=language, color_scheme=scheme)
    page.goto("/studio")
    page.locator("form[action='/studio/drafts'] button").first.click()
    draft = page.url.split("/files/")[0]
    page.goto(f"{draft}/plays")
    page.locator("form button.button").first.click()
    play = page.url.split("/studio/")[1]
    rooms = ("", "/files/procedure.yaml", f"/files/{KEY}.bpmn", "/scenarios", "/changes", "/plays")
    found: dict[str, object] = {}

    for address in ("/studio", f"/studio/{play}", "/studio/new", *(f"{draft}{room}" for room in rooms)):
        page.set_viewport_size({"width": 1280, "height": 720})
        page.goto(address)
        if "/files/" in address:
            expect(page.locator(READY)).to_be_attached()
        page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
        wrong = barriers(page)
        page.set_viewport_size({"width": 320, "height": 640})
        if wrong or sideways_scroll(page):
            found[address.split("/")[-1]] = (wrong, sideways_scroll(page))

    assert found == {}
