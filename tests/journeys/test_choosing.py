"""Claims about choosing an organisation in the browser: Enter sends the form, a name finds what it fits."""

from playwright.sync_api import expect

from tests.journeys.accessibility import barriers, sideways_scroll
from tests.journeys.conftest import Visit
from tests.journeys.serving import Served

NARROW = {"width": 320, "height": 640}


def test_enter_invites_somebody_and_does_not_only_look(town: Served, visit: Visit) -> None:
    olga = visit(town.person("olga"), viewport=NARROW)
    olga.goto("/admin/people/invite")
    found = (barriers(olga), sideways_scroll(olga))
    olga.locator("#name").focus()
    olga.keyboard.type("Άννα Γεωργίου")
    olga.keyboard.press("Tab")
    after_name = olga.evaluate("document.activeElement.name")

    olga.keyboard.type("κεπ αθηνα")
    olga.keyboard.press("Enter")

    expect(olga.locator("dd.slip-code")).to_be_visible()
    assert found == ([], 0)
    assert after_name == "organisation_text"


def test_a_name_that_fits_several_organisations_offers_them(town: Served, visit: Visit) -> None:
    olga = visit(town.person("olga"), may_complain=True, viewport=NARROW)
    olga.goto("/admin/people")
    olga.locator("#organisation").fill("αθηνα")
    olga.keyboard.press("Enter")
    links = olga.locator("ul.found a")
    expect(links).to_have_count(2)
    found = (barriers(olga), sideways_scroll(olga))

    links.first.click()

    expect(olga.locator("#organisation")).to_have_value("0009")
    assert found == ([], 0)
