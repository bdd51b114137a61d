"""Claims about the documentation pages: readable by everybody, complete, and free of scripts."""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # no types
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from api.docs.examples import operations
from api.docs.texts import TEXTS
from api.openapi import document_of
from tests.api.desk import Desk, a_desk

pytestmark = pytest.mark.slow

PAGES = ("/api/", "/api/v1/docs", "/problems/", "/problems/held_by_another")
WIDTHS = (360, 768, 1440)
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A running API."""
    server = make_server("127.0.0.1", 0, a_desk().app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser."""
    if CHROMIUM is None:
        pytest.skip("No chromium on this machine: install it, or name it in CHROMIUM.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of the browser, with JavaScript of its own for the accessibility checker."""
    context = browser.new_context(bypass_csp=True)
    context.set_default_timeout(120_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["el", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_an_accessibility_violation(page: Page, address: str, path: str, language: str) -> None:
    page.goto(f"{address}{path}?lang={language}")

    results = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
    )

    assert results.violations_count == 0, results.generate_report()


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
