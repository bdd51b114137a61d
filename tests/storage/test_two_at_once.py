"""Claims about two at once, with real connections in real threads."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

import pytest
from sqlalchemy.engine import Connection

from engine.cases import changeset_store
from engine.cases import store as cases_store
from engine.cases.changeset_store import CaseChange, LockedCase
from engine.kernel.refusal import OutOfDate
from engine.kernel.vocabulary import CaseStatus
from engine.messages import store as messages_store
from engine.messages.model import SubscriptionKind
from engine.outbox import store as outbox_store
from engine.outbox.model import Job, JobState
from engine.service_tasks import store as service_tasks_store
from engine.storage import idempotency
from engine.storage.database import Database
from engine.storage.idempotency import Remembered
from engine.tasks.model import TaskState
from tests.builders import (
    A_CASE,
    NOON,
    a_job,
    a_message,
    a_receiver,
    a_service_task,
    a_subscription,
    a_task,
    minutes_later,
)
from tests.stored_office import Office, open_office

T = TypeVar("T")

SOON = 0.3
"""Seconds after which somebody who is not waiting would have finished."""


def together(*actions: Callable[[], T]) -> list[T]:
    """Do all at once, each in a thread, and give their results in order."""
    barrier = threading.Barrier(len(actions))

    def begin(action: Callable[[], T]) -> T:
        barrier.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return [future.result(timeout=30) for future in [threads.submit(begin, action) for action in actions]]


def waits(future: Future[T]) -> bool:
    """Whether somebody is still waiting when others would have finished."""
    time.sleep(SOON)
    return not future.done()


@pytest.fixture(params=["lock_case", "lock_case_of_task", "lock_case_of_service_task", "lock_awaiting_case"])
def lock(request: pytest.FixtureRequest) -> Callable[[Connection, LockedCase], object]:
    """Each way to lock a case."""
    return {
        "lock_case": lambda connection, of: changeset_store.lock_case(connection, of.case.id),
        "lock_case_of_task": lambda connection, of: changeset_store.lock_case_of_task(
            connection, of.tasks[0].id
        ),
        "lock_case_of_service_task": lambda connection, of: changeset_store.lock_case_of_service_task(
            connection, of.service_tasks[0].id
        ),
        "lock_awaiting_case": lambda connection, of: messages_store.lock_awaiting_case(
            connection, "payment_received", of.case.number, A_CASE
        ),
    }[request.param]


def a_filed_case(office: Office) -> LockedCase:
    case = office.a_case(next_timer_at=NOON)
    task, service_task = a_task(case), a_service_task(case, agency=office.agency)
    office.file(
        case,
        new_tasks=(task,),
        new_service_tasks=(service_task,),
        new_subscriptions=(a_subscription(case),),
    )
    return LockedCase(case=case, tasks=(task,), service_tasks=(service_task,))


def test_a_second_locker_waits_and_then_sees_what_the_first_one_did(
    office: Office, lock: Callable[[Connection, LockedCase], object]
) -> None:
    filed = a_filed_case(office)
    done = threading.Event()

    def second() -> LockedCase | None:
        with office.store.begin() as connection:
            lock(connection, filed)
            assert done.is_set()
            return changeset_store.lock_case(connection, filed.case.id)

    with ThreadPoolExecutor(1) as threads:
        with office.store.begin() as connection:
            lock(connection, filed)
            waiting = threads.submit(second)
            assert waits(waiting)
            changeset_store.save_changeset(
                connection, CaseChange(case=filed.case, new_tasks=(a_task(filed.case),))
            )
            done.set()
            connection.commit()
        found = waiting.result(timeout=10)

    assert found is not None
    assert found.case.row_version == 2
    assert len(found.tasks) == 2


def test_a_second_that_wants_a_locked_job_sees_what_the_first_made_of_it(office: Office) -> None:
    job = a_job(leased_by="first", leased_until=minutes_later(5))
    with office.store.begin() as connection:
        outbox_store.add_job(connection, job)
        connection.commit()

    def second() -> Job | None:
        with office.store.begin() as connection:
            return outbox_store.lock_job(connection, job.id)

    with ThreadPoolExecutor(1) as threads:
        with office.store.begin() as connection:
            outbox_store.lock_job(connection, job.id)
            waiting = threads.submit(second)
            assert waits(waiting)
            outbox_store.save_job(connection, replace(job, state=JobState.DONE))
            connection.commit()
        found = waiting.result(timeout=10)

    assert found is not None
    assert found.state is JobState.DONE


def test_a_signal_waits_for_who_holds_the_case_and_then_passes_by_what_was_closed(office: Office) -> None:
    case = office.a_case()
    awaited = a_subscription(case, message="open", correlation_key="", kind=SubscriptionKind.SIGNAL)
    office.file(case, new_subscriptions=(awaited,))

    def carry() -> object:
        with office.store.begin() as connection:
            return messages_store.lock_case_awaiting_signal(
                connection, "open", after=None, before=minutes_later(1), thrown_by=None
            )

    with ThreadPoolExecutor(1) as threads:
        with office.store.begin() as connection:
            changeset_store.lock_case(connection, case.id)
            waiting = threads.submit(carry)
            assert waits(waiting)
            changeset_store.save_changeset(
                connection, CaseChange(case=case, closed_subscriptions=(awaited.token,))
            )
            connection.commit()

        assert waiting.result(timeout=10) is None


def test_of_two_that_complete_one_task_one_finds_it_closed(office: Office) -> None:
    filed = a_filed_case(office)

    def complete() -> bool:
        with office.store.begin() as connection:
            found = changeset_store.lock_case_of_task(connection, filed.tasks[0].id)
            assert found is not None
            if not found.tasks:
                return False
            task = found.tasks[0].closed(TaskState.COMPLETED, NOON)
            changeset_store.save_changeset(connection, CaseChange(case=found.case, changed_tasks=(task,)))
            connection.commit()
            return True

    assert sorted(together(complete, complete)) == [False, True]


def test_what_was_read_without_a_lock_and_changed_meanwhile_is_not_overwritten(office: Office) -> None:
    filed = a_filed_case(office)
    stale = filed.service_tasks[0]
    office.save_service_tasks(stale.accepted(NOON))

    with pytest.raises(OutOfDate):
        office.save_service_tasks(stale.leased("w-2", minutes_later(5)))


def test_cases_of_different_citizens_do_not_wait_for_each_other(postgresql_store: Database) -> None:
    office = open_office(postgresql_store)
    first, second = office.file(office.a_case(1)), office.file(office.a_case(2))

    with office.store.begin() as connection, office.store.begin() as other:
        assert changeset_store.lock_case(connection, first.id) is not None
        assert changeset_store.lock_case(other, second.id) is not None


def test_a_timer_of_a_case_that_somebody_has_locked_is_left_at_once(postgresql_store: Database) -> None:
    office = open_office(postgresql_store)
    case = office.file(office.a_case(next_timer_at=NOON))

    with office.store.begin() as connection, office.store.begin() as timer:
        changeset_store.lock_case(connection, case.id)
        # Who waits for the lock here waits for good: it is let go at the end of the block.
        assert changeset_store.lock_case_with_due_timer(timer, case.id, NOON) is None

    with office.store.begin() as timer:
        assert changeset_store.lock_case_with_due_timer(timer, case.id, NOON) is not None


def test_where_units_of_work_follow_each_other_a_timer_never_meets_a_locked_case(
    sqlite_store: Database,
) -> None:
    office = open_office(sqlite_store)
    case = office.file(office.a_case(next_timer_at=NOON))

    def fire() -> int | None:
        with office.store.begin() as connection:
            found = changeset_store.lock_case_with_due_timer(connection, case.id, NOON)
            return found.case.row_version if found else None

    with ThreadPoolExecutor(1) as threads:
        with office.store.begin() as connection:
            changeset_store.lock_case(connection, case.id)
            firing = threads.submit(fire)
            assert waits(firing)
            changeset_store.save_changeset(connection, CaseChange(case=case))
            connection.commit()
        found = firing.result(timeout=10)

    assert found == 2


def test_the_same_key_twice_at_once_is_new_to_one_and_known_to_the_other(office: Office) -> None:
    receipts = iter(({"id": "a"}, {"id": "b"}))

    def ask() -> Remembered | None:
        with office.store.begin() as connection:
            found = idempotency.remember(
                connection, owner="maria", key="k", fingerprint=b"f", until=minutes_later(60)
            )
            if found is None:
                time.sleep(SOON / 3)
                idempotency.remember_receipt(connection, owner="maria", key="k", receipt=next(receipts))
                connection.commit()
            return found

    found = together(ask, ask, ask)

    assert sorted(found, key=lambda one: one is not None) == [
        None,
        *[Remembered(fingerprint=b"f", receipt={"id": "a"})] * 2,
    ]


def test_a_key_whose_first_request_is_undone_is_new_to_the_one_who_waited(office: Office) -> None:
    def ask() -> Remembered | None:
        with office.store.begin() as connection:
            return idempotency.remember(
                connection, owner="maria", key="k", fingerprint=b"g", until=minutes_later(60)
            )

    with ThreadPoolExecutor(1) as threads:
        with office.store.begin() as connection:
            idempotency.remember(
                connection, owner="maria", key="k", fingerprint=b"f", until=minutes_later(60)
            )
            waiting = threads.submit(ask)
            assert waits(waiting)

        assert waiting.result(timeout=10) is None


def test_each_job_is_leased_by_one_worker_only(office: Office) -> None:
    jobs = tuple(a_job(run_at=NOON - timedelta(seconds=number)) for number in range(40))
    office.write(CaseChange(case=office.a_case(), is_new=True, jobs=jobs))

    def worker(name: str) -> list[str]:
        mine: list[str] = []
        while True:
            with office.store.begin() as connection:
                leased = outbox_store.lease_jobs(
                    connection, worker=name, now=NOON, until=minutes_later(5), limit=3
                )
                connection.commit()
            if not leased:
                return mine
            assert len(leased) <= 3
            mine += [job.id.hex for job in leased]

    shares = together(*(partial(worker, f"w-{number}") for number in range(4)))

    assert sorted(job for share in shares for job in share) == sorted(job.id.hex for job in jobs)


def test_each_service_task_is_leased_by_one_worker_only(office: Office) -> None:
    case = office.a_case()
    tasks = tuple(a_service_task(case, agency=office.agency) for _ in range(12))
    office.file(case, new_service_tasks=tasks)

    def worker(name: str) -> list[str]:
        mine: list[str] = []
        # A case that another worker is leasing from is passed over, so a worker asks again.
        for _ in range(20):
            with office.store.begin() as connection:
                leased = service_tasks_store.lease_service_tasks(
                    connection,
                    agency_id=office.agency.id,
                    topics=["registry"],
                    worker=name,
                    now=NOON,
                    until=minutes_later(5),
                    limit=2,
                )
                connection.commit()
            mine += [task.id.hex for task in leased]
        return mine

    shares = together(*(partial(worker, f"w-{number}") for number in range(4)))

    assert sorted(task for share in shares for task in share) == sorted(task.id.hex for task in tasks)


def test_service_tasks_of_a_case_that_is_just_being_closed_are_not_given_out(
    postgresql_store: Database,
) -> None:
    office = open_office(postgresql_store)
    filed = a_filed_case(office)

    with office.store.begin() as clerk, office.store.begin() as agency:
        changeset_store.lock_case(clerk, filed.case.id)
        leased = service_tasks_store.lease_service_tasks(
            agency,
            agency_id=office.agency.id,
            topics=["registry"],
            worker="w",
            now=NOON,
            until=minutes_later(5),
            limit=5,
        )

    assert list(leased) == []


def test_running_numbers_of_committed_cases_have_no_gaps_and_no_doubles(office: Office) -> None:
    def clerk(number: int) -> list[int]:
        given: list[int] = []
        for attempt in range(10):
            with office.store.begin() as connection:
                running = cases_store.next_running_number(connection, office.branch.id, 2026)
                # Every third case is given up half-way.
                if (attempt + number) % 3:
                    connection.commit()
                    given.append(running)
        return given

    shares = together(*(partial(clerk, number) for number in range(4)))

    given = sorted(number for share in shares for number in share)
    assert given == list(range(1, len(given) + 1))


def test_a_message_is_taken_by_one_only(office: Office) -> None:
    message = a_message()
    with office.store.begin() as connection:
        messages_store.keep_message(connection, message)
        connection.commit()

    def take() -> bool:
        with office.store.begin() as connection:
            taken = messages_store.take_message(
                connection, message.name, message.correlation_key, receiver=a_receiver(), now=NOON
            )
            connection.commit()
            return taken is not None

    assert sorted(together(take, take, take, take)) == [False, False, False, True]


def test_a_message_and_a_case_that_begins_to_wait_for_it_never_pass_each_other(office: Office) -> None:
    def deliver(number: int) -> bool:
        """Give the message to a waiting case, or keep it."""
        with office.store.begin() as connection:
            key = f"k-{number}"
            found = messages_store.lock_awaiting_case(connection, "paid", key, A_CASE)
            if found is None:
                messages_store.keep_message(connection, a_message(name="paid", correlation_key=key))
            connection.commit()
            return found is not None

    def wait(number: int) -> bool:
        """Begin to wait for the message, and look whether it is there already."""
        case = office.a_case(number + 1)
        subscription = a_subscription(case, message="paid", correlation_key=f"k-{number}")
        with office.store.begin() as connection:
            changeset_store.save_changeset(
                connection, CaseChange(case=case, is_new=True, new_subscriptions=(subscription,))
            )
            taken = messages_store.take_message(
                connection, "paid", f"k-{number}", receiver=a_receiver(), now=NOON
            )
            connection.commit()
            return taken is not None

    for number in range(10):
        delivered, taken = together(partial(deliver, number), partial(wait, number))

        assert delivered != taken, number


def test_a_message_goes_to_a_case_that_still_waits_when_the_first_one_was_just_closed(office: Office) -> None:
    first, second = office.a_case(1), office.a_case(2)
    key = {"message": "paid", "correlation_key": "k"}
    subscription = a_subscription(second, created_at=minutes_later(1), **key)
    office.file(first, new_subscriptions=(a_subscription(first, **key),))
    office.file(second, new_subscriptions=(subscription,))

    def deliver() -> object:
        with office.store.begin() as connection:
            return messages_store.lock_awaiting_case(connection, "paid", "k", A_CASE)

    with ThreadPoolExecutor(1) as threads:
        with office.store.begin() as connection:
            changeset_store.lock_case(connection, first.id)
            delivering = threads.submit(deliver)
            assert waits(delivering)
            changeset_store.save_changeset(
                connection, CaseChange(case=replace(first, status=CaseStatus.WITHDRAWN))
            )
            connection.commit()
        found = delivering.result(timeout=10)

    assert found == (subscription, LockedCase(case=second, tasks=(), service_tasks=()))
