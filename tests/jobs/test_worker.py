"""The worker's rounds: housekeeping, the heartbeat, and a stop that finishes what was begun."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.engine import Connection
from structlog.testing import capture_logs

from engine.jobs.worker import worker_name
from engine.kernel.vocabulary import Flag
from engine.messages import store as messages_store
from engine.operations import store as operations_store
from engine.outbox.model import JobState
from engine.service_tasks.connector import Delivery, DeliveryOutcome
from engine.storage.database import Database
from tests.builders import NOON, a_message
from tests.jobs.backlog import ACCEPTED, Backlog

_QUICK = {"poll": timedelta(milliseconds=20), "timers": timedelta(milliseconds=20)}


def test_a_round_shows_that_the_worker_is_alive() -> None:
    backlog = Backlog()

    backlog.worker().run_once()

    with backlog.store.reading() as connection:
        assert operations_store.gauges(connection, NOON).last_worker_beat == NOON


def test_a_case_whose_term_is_over_is_marked_overdue_once() -> None:
    backlog = Backlog()
    late = backlog.opens_case(due_at=NOON - timedelta(days=1))
    on_time = backlog.opens_case(due_at=NOON + timedelta(days=1))

    backlog.worker().run_once()
    backlog.worker().run_once()

    assert Flag.OVERDUE in backlog.case(late).flags
    assert backlog.case(late).journal.length == 1
    assert backlog.case(on_time).flags == frozenset()


def test_a_message_that_nobody_fetched_in_time_is_discarded() -> None:
    backlog = Backlog()
    with backlog.store.begin() as connection:
        messages_store.keep_message(connection, a_message(expires_at=NOON - timedelta(seconds=1)))
        connection.commit()

    backlog.worker().run_once()

    with backlog.store.begin() as connection:
        assert messages_store.discard_expired(connection, NOON) == 0


def test_a_running_worker_does_what_comes_in_without_being_told() -> None:
    backlog = Backlog()
    stop, delivered = threading.Event(), threading.Event()

    def accepts(delivery: Delivery) -> DeliveryOutcome:
        delivered.set()
        return ACCEPTED

    backlog.connector.outcome = accepts
    running = threading.Thread(target=backlog.worker(**_QUICK).run_forever, args=(stop,))
    running.start()
    job = backlog.asks_agency()
    came = delivered.wait(timeout=10)
    stop.set()
    running.join(timeout=10)

    assert came
    assert backlog.job(job).state is JobState.DONE
    assert not running.is_alive()


def test_a_running_worker_takes_what_is_due_as_soon_as_it_has_a_thread() -> None:
    backlog = Backlog()
    jobs = [backlog.asks_agency() for _ in range(5)]
    stop, delivered = threading.Event(), threading.Semaphore(0)

    def accepts(delivery: Delivery) -> DeliveryOutcome:
        delivered.release()
        return ACCEPTED

    backlog.connector.outcome = accepts
    worker = backlog.worker(poll=timedelta(minutes=1), jobs_at_once=2)
    running = threading.Thread(target=worker.run_forever, args=(stop,))
    running.start()
    came = [delivered.acquire(timeout=10) for _ in jobs]
    stop.set()
    running.join(timeout=10)

    assert all(came)
    assert {backlog.job(job).state for job in jobs} == {JobState.DONE}
    assert not running.is_alive()


def test_a_stopping_worker_finishes_the_delivery_that_is_under_way() -> None:
    backlog = Backlog()
    begun, stop = threading.Event(), threading.Event()
    answered = threading.Event()

    def takes_long(delivery: Delivery) -> DeliveryOutcome:
        begun.set()
        answered.wait(timeout=10)
        return ACCEPTED

    backlog.connector.outcome = takes_long
    job = backlog.asks_agency()
    running = threading.Thread(target=backlog.worker(**_QUICK).run_forever, args=(stop,))
    running.start()
    begun.wait(timeout=10)
    stop.set()
    late = backlog.asks_agency()
    answered.set()
    running.join(timeout=10)

    assert backlog.job(job).state is JobState.DONE
    assert backlog.job(late).attempts in (0, 1)
    assert not running.is_alive()


def test_a_storage_that_is_away_for_a_while_does_not_end_the_worker() -> None:
    backlog = Backlog()
    backlog.asks_agency()
    stop, delivered = threading.Event(), threading.Event()
    backlog.store = DatabaseThatIsAwayAtFirst(backlog.store, refusals=5)

    def accepts(delivery: Delivery) -> DeliveryOutcome:
        delivered.set()
        return ACCEPTED

    backlog.connector.outcome = accepts
    with capture_logs() as logs:
        running = threading.Thread(target=backlog.worker(**_QUICK).run_forever, args=(stop,))
        running.start()
        came = delivered.wait(timeout=10)
        stop.set()
        running.join(timeout=10)

    assert came
    assert "chore_failed" in [line["event"] for line in logs]


class DatabaseThatIsAwayAtFirst(Database):
    """A database that cannot be reached a few times, as when a server restarts, and then is `database`."""

    def __init__(self, database: Database, *, refusals: int) -> None:
        self._database = database
        self._refusals = iter(range(refusals))

    @contextmanager
    def begin(self, *, lock_wait: timedelta | None = None) -> Iterator[Connection]:
        if next(self._refusals, None) is not None:
            raise ConnectionError("the database is away")
        with self._database.begin(lock_wait=lock_wait) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._database.reading() as connection:
            yield connection


def test_no_two_workers_have_the_same_name() -> None:
    names = {worker_name() for _ in range(100)}

    assert len(names) == 100
