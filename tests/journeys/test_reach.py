"""Claims that every page is for everybody: no barrier that axe-core knows on any screen, by day and night."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import Page

from engine.kernel.actor import Actor
from tests.applying import BRANCH, applying
from tests.content.texts import pushed_text
from tests.journeys.accessibility import barriers, sideways_scroll
from tests.journeys.browsers import WIDE
from tests.journeys.conftest import Visit
from tests.journeys.serving import Served

PAGES = {
    "worklist of a clerk": ("maria", "/desk"),
    "worklist of a manager": ("nikos", "/desk?tab=branch"),
    "search": ("nikos", "/desk?tab=branch&q=eleni"),
    "nothing found": ("maria", "/desk?tab=branch&q=nobody"),
    "what waits for agencies": ("maria", "/desk?tab=awaiting_agency"),
    "case file": ("nikos", "{sent}"),
    "case file of one's own task": ("maria", "{taken}"),
    "closed case": ("maria", "{withdrawn}"),
    "branch": ("nikos", "/desk/branch"),
    "how branches do": ("eva", "/admin/supervision"),
    "a branch overseen": ("eva", "/admin/supervision/branches/0009"),
    "cases behind a figure": ("eva", "/admin/supervision/cases?figure=running"),
    "texts": ("eva", "/admin/content"),
    "a new text": ("eva", "/admin/content/new"),
    "announcements": ("maria", "/desk/news"),
    "incidents of a manager": ("nikos", "/desk/incidents"),
    "incidents of an operator": ("olga", "/desk/incidents"),
    "no such incident": ("olga", "/desk/incidents?code=limit_passed"),
    "cases of one cause": ("nikos", "{cause}"),
    "incident": ("nikos", "{incident}"),
    "values of a case": ("nikos", "{values}"),
    "move of a case": ("olga", "{move}"),
    "request by hand": ("maria", "{request}"),
    "calls": ("dimitra", "/desk/calls?q=eleni"),
    "questions to a caller": ("dimitra", "{call}"),
    "requests": ("stelios", "/desk/agency"),
    "one request": ("stelios", "{request}"),
    "who read what": ("danai", "/desk/access"),
    "people of a branch": ("nikos", "/admin/people"),
    "one person": ("nikos", "/admin/people/user/maria"),
    "an invitation": ("nikos", "/admin/people/invite"),
    "people by a file": ("nikos", "/admin/people/import"),
    "who may do what": ("nikos", "/admin/people/rights?organisation=0009"),
    "a code that opens nothing": (None, "/invitation?code=abc"),
    "a reason": ("maria", "/desk/access/reason"),
    "agencies": ("olga", "/admin/agencies"),
    "one agency": ("olga", "/admin/agencies/municipality"),
    "versions of procedures": ("kostas", "/certifying"),
    "one version": ("kostas", "/certifying/residence-certificate/1"),
    "a new agency": ("olga", "/admin/agencies/new"),
    "topics": ("anna", "/admin/topics"),
    "a new topic": ("olga", "/admin/topics/new"),
    "one topic": ("olga", "/admin/topics/municipality.residence"),
    "decision tables": ("olga", "/decisions"),
    "decisions of a version": ("olga", "/decisions/amka-issue/1"),
    "a decision table, tried": ("olga", "/decisions/amka-issue/1/acting_person?value.age=7"),
    "cases of the past": (
        "olga",
        "/decisions/amka-issue/1/required_papers/replay?since=2026-03-01&until=2026-03-31",
    ),
    "where cases wait": ("olga", "/heat/residence-certificate/1"),
    "how often cases pass": ("eva", "/heat/residence-certificate/1?by=often"),
    "migrations": ("olga", "/migrations"),
    "migrations of a procedure": ("olga", "/migrations/residence-certificate"),
    "plan of a migration": ("olga", "/migrations/residence-certificate/1/2"),
    "a move to confirm": ("olga", "/migrations/residence-certificate/1/2/move"),
    "run of a migration": ("olga", "{run}"),
    "a run to stop": ("olga", "{stop}"),
    "settings": ("olga", "/admin/settings"),
    "organisations": ("olga", "/admin/organisations"),
    "tree of organisations": ("olga", "/admin/organisations/tree"),
    "one organisation": ("olga", "/admin/organisations/0009"),
    "a new organisation": ("olga", "/admin/organisations/new?below=0009"),
    "an organisation that changes": ("olga", "/admin/organisations/0009/change"),
    "an organisation that moves": ("olga", "/admin/organisations/0009/move"),
    "an organisation that closes": ("olga", "/admin/organisations/0009/close"),
    "front page": (None, "/"),
    "requests, filtered": ("stelios", "/desk/agency?waits=citizen&order=newest"),
    "papers of a request": ("stelios", "{request_documents}"),
    "tracking": (None, "/track"),
    "tracked": (None, "{tracked}"),
    "tracked, with something to send": (None, "{asked}"),
    "tracked, withdrawn": (None, "{ended}"),
    "signing": (None, "/sign"),
    "no such receipt": (None, "/track?number=1&code=2"),
    "nothing there": ("maria", "/desk/nowhere"),
    "not permitted": ("maria", "/desk/branch"),
}


@dataclass(frozen=True, kw_only=True)
class Applied:
    """An organisation that applied, and a text that was pushed: by whom, and the ids of both."""

    applicant: Actor
    case_id: UUID
    writer: UUID | None
    content_id: UUID


@pytest.fixture(scope="module")
def applied(filled: Served) -> Applied:
    asked = applying(filled.office)
    return Applied(
        applicant=asked.administrator,
        case_id=asked.applies("branch-authorisation", BRANCH).case.id,
        writer=filled.person("eva"),
        content_id=pushed_text(filled.office),
    )


@pytest.mark.parametrize(("scheme", "language"), [("light", "el"), ("dark", "en")])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(filled: Served, visit: Visit, name: str, scheme: str, language: str) -> None:
    who, address = PAGES[name]
    page = visit(filled.person(who), language=language, color_scheme=scheme, may_complain=True)

    require_reach(page, filled.addresses().get(address.strip("{}"), address))


@pytest.mark.parametrize(("scheme", "language"), [("light", "el"), ("dark", "en")])
def test_pages_of_applications_and_of_a_text_are_for_everybody(
    applied: Applied, visit: Visit, scheme: str, language: str
) -> None:
    applicant = visit(applied.applicant, language=language, color_scheme=scheme)
    writer = visit(applied.writer, language=language, color_scheme=scheme)

    for address in ("", "/new/branch-authorisation", "/new/agency-connection", f"/{applied.case_id}"):
        require_reach(applicant, f"/admin/applications{address}")
    for address in ("", "/readers"):
        require_reach(writer, f"/admin/content/{applied.content_id}{address}")


def require_reach(page: Page, address: str) -> None:
    """That no barrier is on a page, and nothing scrolls sideways at 320 px, or at 200 % of 1280."""
    page.set_viewport_size(WIDE)
    page.goto(address)
    page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")

    assert barriers(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert sideways_scroll(page) == 0
    # 200 % of 1280 px is what 640 px show; the text itself is doubled besides.
    page.set_viewport_size({"width": 640, "height": 480})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert sideways_scroll(page) == 0
