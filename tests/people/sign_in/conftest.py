"""What every test of the sign-in may ask for."""

import pytest

from tests.people.sign_in.browser import Browser, Counter, a_counter


@pytest.fixture
def counter() -> Counter:
    """An office whose people may sign in, in memory."""
    return a_counter()


@pytest.fixture
def browser(counter: Counter) -> Browser:
    """A browser in that office."""
    return counter.browser()
