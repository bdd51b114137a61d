"""Claims about working from the worklist in a real browser."""

from uuid import UUID

from playwright.sync_api import expect

from engine.tasks.assign import ClaimTask
from tests.journeys.conftest import Visit
from tests.journeys.serving import Served


def test_a_clerk_takes_a_task_by_keyboard_alone(town: Served, visit: Visit) -> None:
    page = visit(town.office.clerk)
    page.goto("/desk?tab=unassigned")

    page.keyboard.press("Tab")
    skip = page.locator(":focus").get_attribute("href")
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("name") == "claim":
            break
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    page.keyboard.press("Enter")

    assert skip == "#main"
    assert ring == "3px"
    page.wait_for_url("**/desk/tasks/*")


def test_the_way_past_the_navigation_is_seen_only_while_it_has_focus(town: Served, visit: Visit) -> None:
    page = visit(town.office.clerk)
    page.goto("/desk")
    skip = page.locator("a.skip")
    hidden = skip.bounding_box()

    page.keyboard.press("Tab")
    shown = skip.bounding_box()

    assert hidden is not None
    assert shown is not None
    assert hidden["width"] <= 1 < shown["width"]


def test_everything_works_without_scripts(town: Served, visit: Visit) -> None:
    page = visit(town.office.manager, java_script_enabled=False)
    page.goto("/desk?tab=branch")

    page.get_by_label("Αριθμός, όνομα, ΑΦΜ ή ΑΜΚΑ").fill("psychogios")
    page.get_by_role("button", name="Αναζήτηση").click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.locator("#rows input[name='task']").check()
    page.get_by_label("Ανάθεση επιλεγμένων σε").select_option("petros")
    page.get_by_label("Αιτιολογία").fill("Άδεια.")
    page.get_by_role("button", name="Ανάθεση", exact=True).click()

    expect(page.get_by_role("status").filter(has_text="1 εργασία ανατέθηκε.")).to_be_visible()
    page.get_by_role("link", name="Χρήστος Ψυχογιός").click()
    expect(page.get_by_text("Ανέθεσε την εργασία")).to_be_visible()


def test_a_search_changes_the_rows_and_the_address_and_keeps_the_place(town: Served, visit: Visit) -> None:
    page = visit(town.office.manager)
    page.goto("/desk?tab=branch")
    page.evaluate("window.stayed = true")

    order = page.get_by_label("Ταξινόμηση")
    order.focus()
    order.select_option("newest")

    page.wait_for_url("**order=newest*")
    expect(page.locator("#rows tbody tr").first).to_contain_text("Ψυχογιός")
    assert page.evaluate("window.stayed") is True
    assert page.evaluate("document.activeElement.id") == "order"


def test_the_list_follows_what_colleagues_do_without_moving_anything(town: Served, visit: Visit) -> None:
    page = visit(town.office.manager)
    page.goto("/desk?tab=branch")
    rows = page.locator("#rows tbody tr")
    expect(rows).to_have_count(5)
    ticked = rows.nth(3).locator("input[name='task']")
    ticked.check()
    ticked.focus()
    value = ticked.get_attribute("value")

    town.office.opens_case()

    expect(rows).to_have_count(6, timeout=20_000)
    expect(page.locator("#tabs a[aria-current]")).to_contain_text("6")
    expect(page.locator("#news")).to_have_text("Η λίστα ενημερώθηκε.")
    assert page.evaluate("document.activeElement.value") == value
    assert page.locator("#rows input[name='task']:checked").count() == 1


def test_two_clerks_who_take_the_same_task_are_told_kindly(town: Served, visit: Visit) -> None:
    page = visit(town.office.clerk, may_complain=True)
    page.goto("/desk?tab=unassigned")
    first = page.locator("#rows tbody tr").first
    task_id = UUID(first.locator("input[name='task']").get_attribute("value"))
    town.office.does(ClaimTask(task_id=task_id), actor=town.office.colleague)

    first.get_by_role("button", name="Ανάληψη").click()

    expect(page.get_by_role("alert")).to_contain_text("Την εργασία έχει ήδη:")


def test_what_was_said_is_not_said_again_when_the_page_is_loaded_anew(town: Served, visit: Visit) -> None:
    page = visit(town.office.clerk)
    page.goto("/desk?tab=branch&said=kept")
    expect(page.get_by_text("Η αναζήτηση αποθηκεύτηκε.")).to_be_visible()

    page.reload()

    expect(page.get_by_role("heading", name="Λίστα εργασιών")).to_be_visible()
    expect(page.get_by_text("Η αναζήτηση αποθηκεύτηκε.")).to_have_count(0)
    assert page.url.endswith("/desk?tab=branch")


def test_a_case_file_is_printed_without_its_buttons(town: Served, visit: Visit) -> None:
    page = visit(town.office.manager)
    page.goto(town.addresses()["sent"])

    page.emulate_media(media="print")

    expect(page.locator("header.band")).to_be_hidden()
    expect(page.locator("#acts")).to_be_hidden()
    expect(page.locator("ol.timeline")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
