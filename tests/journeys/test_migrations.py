"""Claims about the migration room in a browser: diagrams that answer each other, a run that is watched."""

from playwright.sync_api import expect

from engine.jobs.connectors import Connectors
from engine.jobs.worker import Worker
from tests.case_migration.test_residence_certificate import with_five_more_days
from tests.case_migration.versions import KEY, publish
from tests.journeys.conftest import Visit
from tests.journeys.serving import Served

PAIR = f"/migrations/{KEY}/1/2"


def test_a_click_on_a_diagram_leads_to_both_elements_and_a_run_is_watched(town: Served, visit: Visit) -> None:
    publish(town.office, with_five_more_days())
    page = visit(town.person("olga"), language="en")
    page.goto(PAIR)
    old, new = (page.locator(f"[data-of='{name}'][data-ready='yes']") for name in ("old", "new"))

    old.locator("[data-element-id='remind_municipality']").click()

    field = page.locator("[name='new.remind_municipality']")
    expect(field).to_be_focused()
    expect(field).to_have_value("warn_municipality")
    expect(new.locator("[data-element-id='warn_municipality'].is-pointed-at")).to_have_count(1)
    field.select_option("hand_over")
    expect(new.locator("[data-element-id='hand_over'].is-pointed-at")).to_have_count(1)
    new.locator("[data-element-id='check_papers']").click()
    expect(old.locator("[data-element-id='check_papers'].is-pointed-at")).to_have_count(1)
    field.select_option("")
    page.get_by_role("button", name="Keep the plan").click()
    page.get_by_role("button", name="Try it on all cases").click()
    progress = page.get_by_role("heading", name="How far it is")
    expect(progress).to_contain_text("under way")
    Worker(town.office.engine, Connectors().deliver).run_once()
    expect(progress).to_contain_text("done", timeout=15_000)
