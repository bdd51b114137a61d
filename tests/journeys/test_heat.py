"""Claims about where cases wait in a browser: diagram and table say the same, and lead to decisions."""

from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import Served


def test_an_element_is_coloured_as_its_line_says_and_the_page_leads_to_a_rule(
    filled: Served, visit: Visit
) -> None:
    page = visit(filled.person("kostas"), language="en")
    page.goto("/heat/residence-certificate/1")
    drawing = page.locator("[data-island='diagram'][data-ready='yes']")
    line = page.get_by_role("row").filter(has_text="Check the papers")

    line.hover()

    expect(drawing.locator("[data-element-id='check_papers'].heat-1.is-pointed-at")).to_have_count(1)
    expect(drawing.locator(".sign.heat-1")).to_have_text("1")
    expect(line.locator(".swatch")).to_have_text("1")
    page.goto("/decisions/amka-issue/1")
    page.get_by_role("link", name="Ποιος ενεργεί για τον αιτούντα").click()
    page.get_by_label("age").fill("7")
    page.get_by_role("button", name="Show the rule").click()
    expect(page.locator("tr.decided")).to_contain_text("Rule 3")
