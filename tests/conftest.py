"""What every test may ask for: databases of each kind, and a browser; and nothing is left behind."""

import gc
from collections.abc import Generator

import pytest

pytest_plugins = [
    "tests.leftovers",
    "tests.reading_once",
    "tests.browsers",
    "tests.postgresql",
    "tests.databases",
    "tests.stored_office",
    "tests.attacks",
    "tests.demo.show",
]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for garbage only among what tests make.

    Nearly all that is made while they are read is kept: 400,000 objects, among which nothing would be found.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 20, 20)
        gc.enable()
