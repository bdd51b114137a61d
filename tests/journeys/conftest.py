"""What every journey may ask for: a desk that is served, and browsers in which people use it."""

from collections.abc import Callable, Iterator
from typing import Any, cast
from uuid import UUID

import pytest
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, Page

from engine.kernel.actor import Actor
from tests.journeys.browsers import Browsers
from tests.journeys.serving import Door, Served, a_door, decides_by_tables, served_at, tries_a_plan

Visit = Callable[..., Page]
"""Opens a page for somebody: `visit(who, language="el", **what a browser context takes)`.

With `may_complain` the console may show what a page with a 404 or 403 makes browsers show.
"""


@pytest.fixture(scope="session")
def door() -> Iterator[Door]:
    """The one address of all towns: what browsers have of it already, they do not load again."""
    with a_door() as found:
        yield found


@pytest.fixture
def town(door: Door) -> Served:
    """A desk with a week's work in it, for tests that change something."""
    return served_at(door)


@pytest.fixture(scope="session")
def filled() -> Iterator[Served]:
    """A desk with a week's work in it, and a plan for its cases, for tests that only look."""
    with a_door() as own:
        served = served_at(own)
        tries_a_plan(served.office)
        decides_by_tables(served.office)
        yield served


@pytest.fixture(scope="session")
def browsers(chromium: Browser) -> Iterator[Browsers]:
    """The browsers of the people of all tests."""
    found = Browsers(chromium)
    yield found
    found.close()


@pytest.fixture
def visit(browsers: Browsers, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Opens pages for people; what their consoles complain about fails the test."""
    only_looks = "filled" in request.fixturenames
    desk: Served = request.getfixturevalue("filled" if only_looks else "town")

    def visited(
        who: Actor | UUID | None, *, language: str = "el", may_complain: bool = False, **options: Any
    ) -> Page:
        page = browsers.take(may_complain=may_complain, base_url=desk.address, locale=language, **options)
        if who is not None:
            page.context.add_cookies([cast(SetCookieParam, desk.session_cookie(who))])
        return page

    yield visited
    assert browsers.take_back() == []
