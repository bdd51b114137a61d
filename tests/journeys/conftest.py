"""What every journey may ask for: a desk that is served, and browsers in which people use it."""

from collections.abc import Callable, Iterator
from typing import Any, cast
from uuid import UUID

import pytest
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, BrowserContext, Page

from engine.kernel.actor import Actor
from tests.journeys.serving import Served, served

Visit = Callable[..., Page]
"""Opens a page for somebody: `visit(who, language="el", **what a browser context takes)`.

With `may_complain` the console may show what a page with a 404 or 403 makes browsers show.
"""


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


@pytest.fixture(scope="session")
def onlookers(chromium: Browser) -> Iterator[dict[str, BrowserContext]]:
    """The browsers of people who only look, by person and screen: they have what every page loads already."""
    kept: dict[str, BrowserContext] = {}
    yield kept
    for context in kept.values():
        context.close()


@pytest.fixture
def visit(
    chromium: Browser, onlookers: dict[str, BrowserContext], request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """Opens pages for people; what their consoles complain about fails the test."""
    only_looks = "filled" in request.fixturenames
    desk: Served = request.getfixturevalue("filled" if only_looks else "town")
    opened: list[Page | BrowserContext] = []
    complaints: list[str] = []

    def browser_of(who: Actor | UUID | None, **options: Any) -> BrowserContext:
        context = chromium.new_context(base_url=desk.address, **options)
        if who is not None:
            context.add_cookies([cast(SetCookieParam, desk.session_cookie(who))])
        return context

    def page_in(who: Actor | UUID | None, **options: Any) -> Page:
        # A citizen's page leaves a cookie behind, so that the next citizen needs a browser of their own.
        if only_looks and who is not None:
            key = repr((who, sorted(options.items())))
            onlookers[key] = onlookers.get(key) or browser_of(who, **options)
            page = onlookers[key].new_page()
            opened.append(page)
            return page
        context = browser_of(who, **options)
        opened.append(context)
        return context.new_page()

    def visited(
        who: Actor | UUID | None, *, language: str = "el", may_complain: bool = False, **options: Any
    ) -> Page:
        page = page_in(who, locale=language, **options)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if not may_complain:
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        return page

    yield visited
    for one in opened:
        one.close()
    assert complaints == []
