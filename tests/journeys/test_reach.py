"""Claims that every page is for everybody: no barrier that axe-core knows, on any screen, light or dark."""

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
    "front page": (None, "/"),
    "requests, filtered": ("stelios", "/desk/agency?waits=citizen&order=newest"),
    "papers of a request": ("stelios", "{request_documents}"),
    "tracking": (None, "/track"),
    "tracked": (None, "{tracked}"),
    "tracked, with something to send": (None, "{asked}"),
    "tracked, withdrawn": (None, "{ended}"),
    "no such receipt": (None, "/track?number=1&code=2"),
    "nothing there": ("maria", "/desk/nowhere"),
    "not permitted": ("maria", "/desk/branch"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_barriers(filled: Served, visit: Visit, name: str, scheme: str) -> None:
    who, address = PAGES[name]
    page = visit(filled.person(who), color_scheme=scheme, may_complain=True)

    page.goto(filled.addresses().get(address.strip("{}"), address))
    for summary in page.locator("details > summary").all():
        summary.click()

    assert barriers(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_narrow_screen_and_text_of_twice_the_size(
    filled: Served, visit: Visit, name: str
) -> None:
    who, address = PAGES[name]
    narrow = visit(filled.person(who), viewport={"width": 320, "height": 640}, may_complain=True)
    narrow.goto(filled.addresses().get(address.strip("{}"), address))
    at_first = sideways_scroll(narrow)

    # 200 % of 1280 px is what 640 px show; the text itself is doubled besides.
    narrow.set_viewport_size({"width": 640, "height": 480})
    narrow.evaluate("document.documentElement.style.fontSize = '200%'")

    assert (at_first, sideways_scroll(narrow)) == (0, 0)
