"""Claims that every page is for everybody: no barrier that axe-core knows on any screen, by day and night."""

import pytest

from tests.journeys.accessibility import barriers, sideways_scroll
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
    "topics": ("anna", "/admin/topics"),
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
    "an organisation that moves": ("olga", "/admin/organisations/0009/move"),
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


@pytest.mark.parametrize(("scheme", "language"), [("light", "el"), ("dark", "en")])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(filled: Served, visit: Visit, name: str, scheme: str, language: str) -> None:
    who, address = PAGES[name]
    page = visit(filled.person(who), language=language, color_scheme=scheme, may_complain=True)

    page.goto(filled.addresses().get(address.strip("{}"), address))
    page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")

    assert barriers(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert sideways_scroll(page) == 0
    # 200 % of 1280 px is what 640 px show; the text itself is doubled besides.
    page.set_viewport_size({"width": 640, "height": 480})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert sideways_scroll(page) == 0
