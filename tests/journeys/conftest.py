"""What every journey may ask for: a desk that is served, and Debian's Chromium in which people use it."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any, cast
from uuid import UUID

import pytest
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from engine.domain.actor import Actor
from tests.journeys.serving import Served, served

CHROMIUM = shutil.which("chromium")

Visit = Callable[..., Page]
"""Opens a page for somebody: `visit(who, language="el", **what a browser context takes)`.

With `may_complain` the console may show what a page with a 404 or 403 makes browsers show.
"""


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
    """A desk with a week's work in it, for tests that change something."""
    with served() as found:
        yield found


@pytest.fixture(scope="session")
def filled() -> Iterator[Served]:
    """A desk with a week's work in it, for tests that only look."""
    with served() as found:
        yield found


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Opens pages for people; what their consoles complain about fails the test."""
    served_desk: Served = request.getfixturevalue("filled" if "filled" in request.fixturenames else "town")
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(
        who: Actor | UUID | None, *, language: str = "el", may_complain: bool = False, **options: Any
    ) -> Page:
        context = browser.new_context(base_url=served_desk.address, locale=language, **options)
        contexts.append(context)
        if who is not None:
            context.add_cookies([cast(SetCookieParam, served_desk.session_cookie(who))])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if not may_complain:
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
