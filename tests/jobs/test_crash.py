"""Crashes: a killed worker loses nothing, and the agency notices no more than a repeated webhook-id."""

import random
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from tests.jobs.connectors.loopback_agency import Answer, Received
from tests.jobs.town import CONFIRMS, Town, a_town
from tests.servers import eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    with a_town(database_url) as running:
        yield running


def test_a_worker_killed_while_the_agency_thinks_loses_nothing(town: Town) -> None:
    [case] = town.sends()
    arrived, released = threading.Event(), threading.Event()

    def thinks(received: Received) -> Answer:
        arrived.set()
        released.wait(timeout=30)
        return CONFIRMS

    town.agency.answering = thinks
    first = town.starts_worker()
    assert arrived.wait(timeout=30)
    town.kill(first)
    released.set()
    town.starts_worker()

    assert eventually(lambda: town.is_answered(case))
    assert len(town.agency.ids) == 2
    assert len(set(town.agency.ids)) == 1
    assert town.actions(case)["service_task_completed"] == 1


def test_a_worker_killed_between_the_answer_and_its_record_loses_nothing(town: Town) -> None:
    [case] = town.sends()
    answered, killed, let_go = threading.Event(), threading.Event(), threading.Event()

    def answers_while_the_case_is_locked(received: Received) -> Answer:
        if not answered.is_set():
            threading.Thread(target=hold_until_killed).start()
            assert answered.wait(timeout=30)
        return CONFIRMS

    def hold_until_killed() -> None:
        with town.holding(case.case.id):
            answered.set()
            killed.wait(timeout=30)
        let_go.set()

    town.agency.answering = answers_while_the_case_is_locked
    first = town.starts_worker()
    assert answered.wait(timeout=30)
    # The answer is on its way to a worker that cannot write it down; time enough for it to arrive.
    assert not eventually(lambda: town.is_answered(case), seconds=0.5)
    town.kill(first)
    killed.set()
    assert let_go.wait(timeout=30)
    town.starts_worker()

    assert eventually(lambda: town.is_answered(case))
    assert len(set(town.agency.ids)) == 1
    assert town.actions(case)["service_task_completed"] == 1


def test_workers_killed_again_and_again_at_any_moment_lose_nothing(town: Town) -> None:
    cases = town.sends(12)
    chance = random.Random(20261121)

    for _ in range(6):
        hears_more = partial(town.has_heard_more_than, len(town.agency.ids))
        worker = town.starts_worker()
        eventually(hears_more, seconds=3)
        eventually(lambda: False, seconds=chance.uniform(0, 0.15))
        town.kill(worker)
    town.starts_worker()

    assert eventually(lambda: not town.unanswered(cases), seconds=90), town.unanswered(cases)
    assert len(set(town.agency.ids)) == len(cases)
    assert {town.actions(case)["service_task_completed"] for case in cases} == {1}


def test_a_worker_asked_to_stop_records_the_answer_it_waits_for(town: Town) -> None:
    [case] = town.sends()
    arrived, released = threading.Event(), threading.Event()

    def thinks(received: Received) -> Answer:
        arrived.set()
        released.wait(timeout=30)
        return CONFIRMS

    town.agency.answering = thinks
    # Longer than a busy machine may take until the worker is told: it would ask again once the lease is over.
    worker = town.starts_worker(lease_seconds=60)
    assert arrived.wait(timeout=30)
    worker.terminate()
    assert not eventually(lambda: not worker.is_alive(), seconds=0.5)
    released.set()

    worker.join(timeout=30)
    assert worker.exitcode == 0
    assert town.is_answered(case)
    assert len(town.agency.ids) == 1


def test_workers_share_the_work_and_no_agency_hears_anything_twice(postgresql_url: str) -> None:
    with a_town(postgresql_url) as town:
        for _ in range(3):
            # Longer than a busy machine may take: a job whose lease ends is rightly done again.
            town.starts_worker(lease_seconds=60)
        cases = town.sends(20)

        assert eventually(lambda: not town.unanswered(cases), seconds=90), town.unanswered(cases)
        assert len(town.agency.ids) == len(set(town.agency.ids)) == len(cases)
