"""What every journey may ask for: a desk that is served, and Debian's Chromium in which people use it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from engine.domain.actor import Actor
from tests.journeys.serving import Served, served

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium")

Visit = Callable[..., Page]
"""Opens a page for somebody: `visit(who, language="el", **what a browser context takes)`."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser, the same for all tests of the run."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: `apt-get install chromium`.")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def town() -> Iterator[Served]:
    """A desk with a week's work in it."""
    with served() as found:
        yield found


@pytest.fixture
def visit(browser: Browser, town: Served) -> Iterator[Visit]:
    """Opens pages for people of the town; what they see of errors in their consoles fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(who: Actor | UUID | None, *, language: str = "el", **options: object) -> Page:
        context = browser.new_context(base_url=town.address, locale=language, **options)  # type: ignore[arg-type]
        contexts.append(context)
        if who is not None:
            context.add_cookies([town.session_cookie(who)])  # type: ignore[list-item]
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: complaints.append(message.text) if message.type == "error" else None,
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
