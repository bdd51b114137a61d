"""Claims about the documentation pages: readable by everybody, complete, and free of scripts."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from api.docs.examples import operations
from api.docs.texts import TEXTS
from api.openapi import document_of
from tests.api.desk import Desk, a_desk
from tests.journeys.accessibility import barriers
from tests.servers import an_address_of

pytestmark = pytest.mark.slow

PAGES = ("/api/", "/api/v1/docs", "/problems/", "/problems/held_by_another")
WIDTHS = (360, 768, 1440)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A running API."""
    with an_address_of(a_desk().app) as found:
        yield found


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Iterator[Page]:
    """The page in which all is read."""
    context = chromium.new_context()
    context.set_default_timeout(120_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(reader: Page) -> Page:
    """A page of the browser, as wide as Playwright makes it, of somebody who has chosen no language."""
    reader.context.clear_cookies()
    reader.set_viewport_size({"width": 1280, "height": 720})
    return reader


@pytest.mark.parametrize("language", ["el", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_an_accessibility_violation(page: Page, address: str, path: str, language: str) -> None:
    page.goto(f"{address}{path}?lang={language}")

    assert barriers(page) == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways(page: Page, address: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address + path)

    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert overflow == 0
    if folder := os.environ.get("SCREENSHOTS"):
        name = path.strip("/").replace("/", "-") or "index"
        page.screenshot(path=Path(folder) / f"{name}-{width}.png")


def test_the_first_stop_of_the_keyboard_skips_to_the_content(page: Page, address: str) -> None:
    page.goto(f"{address}/api/v1/docs?lang=en")

    page.keyboard.press("Tab")
    shown = page.evaluate("document.activeElement.getBoundingClientRect().left")
    page.keyboard.press("Enter")

    assert shown >= 0
    assert page.evaluate("document.activeElement.id") == "content"


def test_every_call_of_the_document_is_on_the_page(desk: Desk) -> None:
    html = desk.client.get("/api/v1/docs").text

    for operation in operations(document_of(desk.app)):
        assert f'id="{operation["operationId"]}"' in html


def test_the_language_follows_the_query_and_then_the_browser(desk: Desk) -> None:
    greek = {"Accept-Language": "el-GR,el;q=0.9,en;q=0.5"}

    assert 'lang="el"' in desk.client.get("/api/", headers=greek).text[:60]
    assert 'lang="en"' in desk.client.get("/?lang=en", headers=greek).text[:60]
    assert 'lang="en"' in desk.client.get("/api/").text[:60]


def test_both_languages_say_the_same_things() -> None:
    assert TEXTS["el"].keys() == TEXTS["en"].keys()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_runs_a_script_or_loads_from_elsewhere(desk: Desk, path: str) -> None:
    response = desk.client.get(path)

    assert "<script" not in response.text
    assert " style=" not in response.text
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
