"""What tests of payments may ask for: a desk over each database that takes them, and an e-Paravolo."""

from collections.abc import Iterator

import pytest

from engine.bootstrap import build
from engine.settings import from_environment
from tests.api.desk import Desk, a_desk
from tests.builders import NOON
from tests.fees import offer_licence, paying
from tests.office import MovableClock
from tests.payments.paravolo_server import ORGANISATION, PASSWORD, USER, ParavoloServer, a_paravolo_server
from tests.payments.paying import Till


@pytest.fixture
def server() -> Iterator[ParavoloServer]:
    """An e-Paravolo."""
    with a_paravolo_server() as server:
        yield server


@pytest.fixture
def till(database_url: str) -> Iterator[Till]:
    """A desk on each kind of database that offers the licence; without e-Paravolo."""
    with_desk = _desk(database_url)
    yield Till(desk=with_desk)
    with_desk.office.engine.close()


@pytest.fixture
def online(database_url: str, server: ParavoloServer) -> Iterator[Till]:
    """The same with e-Paravolo."""
    with_desk = _desk(
        database_url,
        STOA_PARAVOLO_URL=server.url,
        STOA_PARAVOLO_USER=USER,
        STOA_PARAVOLO_PASSWORD=PASSWORD,
        STOA_PARAVOLO_ORGANISATION=ORGANISATION,
    )
    yield Till(desk=with_desk, server=server)
    with_desk.office.engine.close()


def _desk(database_url: str, **environment: str) -> Desk:
    clock = MovableClock(NOON)
    settings = from_environment({"STOA_DATABASE_URL": database_url, **environment})
    desk = a_desk(build(settings, clock=clock), clock=clock)
    offer_licence(desk.office, *paying())
    return desk
