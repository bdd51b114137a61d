"""Claims about agencies that are gone, or whose answers nobody can read: no work is lost."""

import gzip
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from engine.bootstrap import build_worker
from engine.jobs.worker import Worker, WorkerOptions
from engine.kernel.actor import SYSTEM
from engine.kernel.pages import Slice
from engine.operations.queries import ListFailingAgencies, ListJobs
from engine.outbox import store as outbox_store
from engine.outbox.model import JobState
from engine.service_tasks.switching import ListPausedAgencies, ListSwitches, SwitchAgencyOn
from engine.settings import from_environment
from tests.jobs.connectors.loopback_agency import Answer, Received, always
from tests.jobs.town import CONFIRMS, Town, a_town
from tests.servers import eventually

GONE = Answer(status=410)
TRUNCATED = Answer(body=b'{"data": {"confirmed": true')
PACKED_AND_CUT = Answer(body=gzip.compress(CONFIRMS.body)[:-6], headers={"content-encoding": "gzip"})
TOO_DEEP = Answer(body=b'{"data": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001)


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    with a_town(database_url) as running:
        yield running


@pytest.fixture
def worker(town: Town) -> Iterator[Worker]:
    settings = from_environment(
        {"STOA_DATABASE_URL": town.url, "STOA_PRIVATE_ENDPOINTS": "127.0.0.0/8", "STOA_WORKER_THREADS": "4"}
    )
    worker = build_worker(settings, options=WorkerOptions(jobs_at_once=4))
    with worker.engine:
        yield worker


def test_what_waits_for_an_agency_that_is_gone_goes_out_when_it_is_switched_on(
    town: Town, worker: Worker
) -> None:
    town.agency.answering = always(GONE)
    before = town.sends(5)
    worker.run_once()
    heard_while_gone = list(town.agency.ids)
    later = town.sends(3)
    worker.run_once()
    (paused,) = town.office.engine.ask(ListPausedAgencies(), actor=SYSTEM)
    town.agency.answering = always(CONFIRMS)
    heard = len(town.agency.ids)
    worker.run_once()
    nothing_yet = len(town.agency.ids) == heard

    sent = town.office.does(SwitchAgencyOn(agency_key="municipality", reason="New server."), actor=SYSTEM)
    worker.run_once()

    assert (paused.key, paused.waiting, paused.reason) == (
        "municipality",
        8,
        "The endpoint is gone (HTTP 410).",
    )
    assert nothing_yet
    assert heard == len(heard_while_gone)
    assert sent == 8
    assert town.unanswered([*before, *later]) == []
    assert set(heard_while_gone) <= set(town.agency.ids[heard:])
    assert town.office.engine.ask(ListPausedAgencies(), actor=SYSTEM) == []


def test_who_paused_an_agency_and_switched_it_on_is_kept(town: Town, worker: Worker) -> None:
    town.agency.answering = always(GONE)
    town.sends(2)
    worker.run_once()

    town.office.does(SwitchAgencyOn(agency_key="municipality", reason=" New server. "), actor=SYSTEM)

    switches = town.office.engine.ask(ListSwitches(agency_key="municipality"), actor=SYSTEM)
    assert [(one.is_on, one.by, one.reason) for one in switches] == [
        (True, SYSTEM.name, "New server."),
        (False, SYSTEM.name, "The endpoint is gone (HTTP 410)."),
    ]


@pytest.mark.parametrize("answer", [TRUNCATED, PACKED_AND_CUT, TOO_DEEP])
def test_an_answer_that_cannot_be_read_is_tried_again_and_shown(
    answer: Answer, town: Town, worker: Worker
) -> None:
    town.agency.answering = once_then(answer, CONFIRMS)
    cases = town.sends()
    worker.run_once()
    (failing,) = town.office.engine.ask(ListFailingAgencies(), actor=SYSTEM)
    still_waiting = town.unanswered(cases)

    make_due(town)
    worker.run_once()

    assert (failing.key, failing.to_be_retried) == ("municipality", 1)
    assert failing.error.startswith("Expected")
    assert len(still_waiting) == 1
    assert town.unanswered(cases) == []
    assert len(set(town.agency.ids)) == 1


def test_answers_that_can_never_be_read_pause_the_agency_and_lose_nothing(town: Town, worker: Worker) -> None:
    town.agency.answering = always(TRUNCATED)
    cases = town.sends(2)
    for _ in range(12):
        worker.run_once()
        make_due(town)
    (paused,) = town.office.engine.ask(ListPausedAgencies(), actor=SYSTEM)
    dead = town.office.engine.ask(ListJobs(state=JobState.DEAD), actor=SYSTEM).items
    town.agency.answering = always(CONFIRMS)

    town.office.does(SwitchAgencyOn(agency_key="municipality"), actor=SYSTEM)
    worker.run_once()

    assert (paused.waiting, dead) == (2, ())
    assert town.unanswered(cases) == []


def test_what_was_given_up_goes_out_too(town: Town, worker: Worker) -> None:
    town.agency.answering = always(Answer(status=500))
    cases = town.sends(2)
    for _ in range(12):
        worker.run_once()
        make_due(town)
    town.agency.answering = always(GONE)
    cases += town.sends()
    worker.run_once()
    town.agency.answering = always(CONFIRMS)

    sent = town.office.does(SwitchAgencyOn(agency_key="municipality"), actor=SYSTEM)
    worker.run_once()

    assert sent == 3
    assert town.unanswered(cases) == []
    assert [town.actions(case)["delivery_replayed"] for case in cases] == [1, 1, 0]


@pytest.mark.slow
def test_an_agency_switched_on_while_workers_hold_its_jobs_keeps_none_waiting(postgresql_url: str) -> None:
    with a_town(postgresql_url) as town:
        town.agency.answering = always(GONE)
        cases = town.sends()
        workers = [town.starts_worker(lease_seconds=30) for _ in range(2)]
        stop = threading.Event()

        def switches_on_again_and_again() -> None:
            while not stop.wait(0.02):
                if town.office.engine.ask(ListPausedAgencies(), actor=SYSTEM):
                    town.office.does(SwitchAgencyOn(agency_key="municipality"), actor=SYSTEM)

        switching = threading.Thread(target=switches_on_again_and_again)
        switching.start()
        cases += town.sends(20)
        town.agency.answering = always(CONFIRMS)
        answered = eventually(lambda: not town.unanswered(cases), seconds=60)
        stop.set()
        switching.join()

        assert answered, town.unanswered(cases)
        assert all(worker.is_alive() for worker in workers)


def once_then(first: Answer, then: Answer) -> Callable[[Received], Answer]:
    answers = [first]
    return lambda received: answers.pop() if answers else then


def make_due(town: Town) -> None:
    """Let every job that waits for its next attempt be due."""
    with town.store.begin() as connection:
        for job in outbox_store.list_jobs(connection, JobState.READY, Slice(limit=100)).items:
            outbox_store.save_job(connection, replace(job, run_at=job.created_at))
        connection.commit()
