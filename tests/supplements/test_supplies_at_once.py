"""Claims about a supply that is sent twice at the same moment, over real connections to each database."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from engine.bootstrap import build
from engine.dispatch import Once
from engine.documents.queries import ListDocuments
from engine.kernel.actor import CITIZEN
from engine.kernel.refusal import Conflict
from engine.settings import from_environment
from engine.supplements.model import BroughtFile, Supply
from engine.supplements.supply import SupplyFromCitizen
from tests.builders import NOON
from tests.office import MovableClock, Office, an_office
from tests.supplements.test_supply_from_citizen import asked, bringing

ONCE = Once(owner="receipt", key="form", fingerprint=b"same")


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """An office on each kind of database."""
    clock = MovableClock(NOON)
    engine = build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock)
    yield an_office(engine, clock=clock)
    engine.close()


def twice_at_once(
    office: Office, *commands: SupplyFromCitizen, once: Once | None = None
) -> list[Supply | Conflict]:
    """What comes of two supplies that begin at the same moment."""
    together = threading.Barrier(len(commands))

    def send(command: SupplyFromCitizen) -> Supply | Conflict:
        together.wait()
        try:
            return office.does(command, actor=CITIZEN, once=once)
        except Conflict as refused:
            return refused

    with ThreadPoolExecutor(len(commands)) as threads:
        return list(threads.map(send, commands))


def test_a_form_that_is_sent_twice_at_once_brings_once(office: Office) -> None:
    state = asked(office)
    command = bringing(office, state)

    first, second = twice_at_once(office, command, command, once=ONCE)

    assert first == second
    assert len(office.engine.ask(ListDocuments(case_id=state.case.id), actor=office.clerk)) == 1


def test_of_two_different_supplies_at_once_the_later_is_told_that_the_wait_is_over(office: Office) -> None:
    state = asked(office)
    other = replace(bringing(office, state), files=(BroughtFile(name="b.pdf", content=b"%PDF-1.7 another"),))

    results = twice_at_once(office, bringing(office, state), other)

    (brought,) = (one for one in results if isinstance(one, Supply))
    (refused,) = (one for one in results if isinstance(one, Conflict))
    kept = office.engine.ask(ListDocuments(case_id=state.case.id), actor=office.clerk)
    assert refused.code == "not_awaited"
    assert list(kept) == list(brought.documents)
