"""What every test of the pages may ask for."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.api.desk import a_desk
from tests.messages.drawn import judged, offer_drawn
from tests.office import Office
from tests.pages.visiting import OpenDesk, Visitor
from tests.runtime.diagrams import user


@pytest.fixture
def desk(attacked: Mapping[str, Any]) -> OpenDesk:
    """A desk over an office, in memory; on PostgreSQL for an attack."""
    return OpenDesk(a_desk(**attacked))


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


@pytest.fixture
def office(desk: OpenDesk) -> Office:
    """The office, which also offers a procedure that gets stuck."""
    office = desk.desk.office
    offer_drawn(office, "measuring", *judged(user("measure", name="Μέτρηση")))
    return office


@pytest.fixture
def olga(desk: OpenDesk) -> Visitor:
    """Olga, an operator, at her browser."""
    return desk.visit(desk.person("olga"))
