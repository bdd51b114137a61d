"""What every test of the pages may ask for."""

import pytest

from tests.pages.visiting import OpenDesk, Visitor


@pytest.fixture
def desk() -> OpenDesk:
    """A desk over an office, in memory."""
    return OpenDesk()


@pytest.fixture(scope="session")
def still() -> OpenDesk:
    """A desk for tests that change nothing."""
    return OpenDesk()


@pytest.fixture
def maria(desk: OpenDesk) -> Visitor:
    """Maria, a clerk, at her browser."""
    return desk.visit(desk.desk.office.clerk)


@pytest.fixture
def nikos(desk: OpenDesk) -> Visitor:
    """Nikos, the manager, at his."""
    return desk.visit(desk.desk.office.manager)
