"""What every test of the sign-in may ask for."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from engine.bootstrap import build
from engine.settings import from_environment
from tests.builders import NOON
from tests.office import MovableClock, an_office
from tests.people.sign_in.browser import Browser, Counter, a_counter


@pytest.fixture
def counter(attacked: Mapping[str, Any]) -> Counter:
    """An office whose people may sign in, in memory; on PostgreSQL for an attack."""
    return a_counter(office=an_office(**attacked))


@pytest.fixture
def browser(counter: Counter) -> Browser:
    """A browser in that office."""
    return counter.browser()


@pytest.fixture
def stored_counter(database_url: str) -> Iterator[Counter]:
    """An office whose people may sign in, in a database of each kind in turn."""
    clock = MovableClock(NOON)
    key = base64.b64encode(b"k" * 32).decode()
    settings = from_environment({"STOA_DATABASE_URL": database_url, "STOA_SECRET_KEYS": key})
    with build(settings, clock=clock) as engine:
        yield a_counter(office=an_office(engine, clock=clock))
