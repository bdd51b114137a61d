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

from engine.cases.model import CaseStatus
from engine.kernel.refusal import OutOfDate
from engine.messages.model import SubscriptionKind
from engine.outbox.model import Job, JobState
from engine.ports_work import CaseChange, LockedCase, Remembered, Work
from engine.tasks.model import TaskState
from tests.builders import (
    NOON,
    a_job,
    a_message,
    a_service_task,
    a_subscription,
    a_task,
    minutes_later,
)
from tests.databases import AnyStore
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
def lock(request: pytest.FixtureRequest) -> Callable[[Work, LockedCase], object]:
    """Each way to lock a case."""
    return {
        "lock_case": lambda work, of: work.lock_case(of.case.id),
        "lock_case_of_task": lambda work, of: work.lock_case_of_task(of.tasks[0].id),
        "lock_case_of_service_task": lambda work, of: work.lock_case_of_service_task(of.service_tasks[0].id),
        "lock_awaiting_case": lambda work, of: work.lock_awaiting_case("payment_received", of.case.number),
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
    office: Office, lock: Callable[[Work, LockedCase], object]
) -> None:
    filed = a_filed_case(office)
    done = threading.Event()

    def second() -> LockedCase | None:
        with office.store.begin() as work:
            lock(work, filed)
            assert done.is_set()
            return work.lock_case(filed.case.id)

    with ThreadPoolExecutor(1) as threads:
        with office.store.begin() as work:
            lock(work, filed)
            waiting = threads.submit(second)
            assert waits(waiting)
            work.save(CaseChange(case=filed.case, new_tasks=(a_task(filed.case),)))
            done.set()
            work.commit()
        found = waiting.result(timeout=10)

    assert found is not None
    assert found.case.row_version == 2
    assert len(found.tasks) == 2


def test_a_second_that_wants_a_locked_job_sees_what_the_first_made_of_it(office: Office) -> None:
    job = a_job(leased_by="first", leased_until=minutes_later(5))
    with office.store.begin() as work:
        work.add_job(job)
        work.commit()

    def second() -> Job | None:
        with office.store.begin() as work:
            return work.lock_job(job.id)

    with ThreadPoolExecutor(1) as threads:
        with office.store.begin() as work:
            work.lock_job(job.id)
            waiting = threads.submit(second)
            assert waits(waiting)
            work.save_job(replace(job, state=JobState.DONE))
            work.commit()
        found = waiting.result(timeout=10)

    assert found is not None
    assert found.state is JobState.DONE


def test_a_signal_waits_for_who_holds_the_case_and_then_passes_by_what_was_closed(office: Office) -> None:
    case = office.a_case()
    awaited = a_subscription(case, message="open", correlation_key="", kind=SubscriptionKind.SIGNAL)
    office.file(case, new_subscriptions=(awaited,))

    def carry() -> object:
        with office.store.begin() as work:
            return work.lock_case_awaiting_signal("open", after=None, before=minutes_later(1), thrown_by=None)

    with ThreadPoolExecutor(1) as threads:
        with office.store.begin() as work:
            work.lock_case(case.id)
            waiting = threads.submit(carry)
            assert waits(waiting)
            work.save(CaseChange(case=case, closed_subscriptions=(awaited.token,)))
            work.commit()

        assert waiting.result(timeout=10) is None


def test_of_two_that_complete_one_task_one_finds_it_closed(office: Office) -> None:
    filed = a_filed_case(office)

    def complete() -> bool:
        with office.store.begin() as work:
            found = work.lock_case_of_task(filed.tasks[0].id)
            assert found is not None
            if not found.tasks:
                return False
            task = found.tasks[0].closed(TaskState.COMPLETED, NOON)
            work.save(CaseChange(case=found.case, changed_tasks=(task,)))
            work.commit()
            return True

    assert sorted(together(complete, complete)) == [False, True]


def test_what_was_read_without_a_lock_and_changed_meanwhile_is_not_overwritten(office: Office) -> None:
    filed = a_filed_case(office)
    stale = filed.service_tasks[0]
    with office.store.begin() as work:
        work.save_service_task(stale.accepted(NOON))
        work.commit()

    with pytest.raises(OutOfDate), office.store.begin() as work:
        work.save_service_task(stale.leased("w-2", minutes_later(5)))


def test_cases_of_different_citizens_do_not_wait_for_each_other(postgresql_store: AnyStore) -> None:
    office = open_office(postgresql_store)
    first, second = office.file(office.a_case(1)), office.file(office.a_case(2))

    with office.store.begin() as work, office.store.begin() as other:
        assert work.lock_case(first.id) is not None
        assert other.lock_case(second.id) is not None


def test_a_timer_of_a_case_that_somebody_has_locked_is_left_at_once(postgresql_store: AnyStore) -> None:
    office = open_office(postgresql_store)
    case = office.file(office.a_case(next_timer_at=NOON))

    with office.store.begin() as work, office.store.begin() as timer:
        work.lock_case(case.id)
        # Who waits for the lock here waits for good: it is let go at the end of the block.
        assert timer.lock_case_with_due_timer(case.id, NOON) is None

    with office.store.begin() as timer:
        assert timer.lock_case_with_due_timer(case.id, NOON) is not None


def test_where_units_of_work_follow_each_other_a_timer_never_meets_a_locked_case(
    sqlite_store: AnyStore,
) -> None:
    office = open_office(sqlite_store)
    case = office.file(office.a_case(next_timer_at=NOON))

    def fire() -> int | None:
        with office.store.begin() as work:
            found = work.lock_case_with_due_timer(case.id, NOON)
            return found.case.row_version if found else None

    with ThreadPoolExecutor(1) as threads:
        with office.store.begin() as work:
            work.lock_case(case.id)
            firing = threads.submit(fire)
            assert waits(firing)
            work.save(CaseChange(case=case))
            work.commit()
        found = firing.result(timeout=10)

    assert found == 2


def test_the_same_key_twice_at_once_is_new_to_one_and_known_to_the_other(office: Office) -> None:
    receipts = iter(({"id": "a"}, {"id": "b"}))

    def ask() -> Remembered | None:
        with office.store.begin() as work:
            found = work.remember(owner="maria", key="k", fingerprint=b"f", until=minutes_later(60))
            if found is None:
                time.sleep(SOON / 3)
                work.remember_receipt(owner="maria", key="k", receipt=next(receipts))
                work.commit()
            return found

    found = together(ask, ask, ask)

    assert sorted(found, key=lambda one: one is not None) == [
        None,
        *[Remembered(fingerprint=b"f", receipt={"id": "a"})] * 2,
    ]


def test_a_key_whose_first_request_is_undone_is_new_to_the_one_who_waited(office: Office) -> None:
    def ask() -> Remembered | None:
        with office.store.begin() as work:
            return work.remember(owner="maria", key="k", fingerprint=b"g", until=minutes_later(60))

    with ThreadPoolExecutor(1) as threads:
        with office.store.begin() as work:
            work.remember(owner="maria", key="k", fingerprint=b"f", until=minutes_later(60))
            waiting = threads.submit(ask)
            assert waits(waiting)

        assert waiting.result(timeout=10) is None


def test_each_job_is_leased_by_one_worker_only(office: Office) -> None:
    jobs = tuple(a_job(run_at=NOON - timedelta(seconds=number)) for number in range(40))
    office.write(CaseChange(case=office.a_case(), is_new=True, jobs=jobs))

    def worker(name: str) -> list[str]:
        mine: list[str] = []
        while True:
            with office.store.begin() as work:
                leased = work.lease_jobs(worker=name, now=NOON, until=minutes_later(5), limit=3)
                work.commit()
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
            with office.store.begin() as work:
                leased = work.lease_service_tasks(
                    agency_id=office.agency.id,
                    topics=["registry"],
                    worker=name,
                    now=NOON,
                    until=minutes_later(5),
                    limit=2,
                )
                work.commit()
            mine += [task.id.hex for task in leased]
        return mine

    shares = together(*(partial(worker, f"w-{number}") for number in range(4)))

    assert sorted(task for share in shares for task in share) == sorted(task.id.hex for task in tasks)


def test_service_tasks_of_a_case_that_is_just_being_closed_are_not_given_out(
    postgresql_store: AnyStore,
) -> None:
    office = open_office(postgresql_store)
    filed = a_filed_case(office)

    with office.store.begin() as clerk, office.store.begin() as agency:
        clerk.lock_case(filed.case.id)
        leased = agency.lease_service_tasks(
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
            with office.store.begin() as work:
                running = work.next_running_number(office.branch.id, 2026)
                # Every third case is given up half-way.
                if (attempt + number) % 3:
                    work.commit()
                    given.append(running)
        return given

    shares = together(*(partial(clerk, number) for number in range(4)))

    given = sorted(number for share in shares for number in share)
    assert given == list(range(1, len(given) + 1))


def test_a_message_is_taken_by_one_only(office: Office) -> None:
    message = a_message()
    with office.store.begin() as work:
        work.keep_message(message)
        work.commit()

    def take() -> bool:
        with office.store.begin() as work:
            taken = work.take_message(message.name, message.correlation_key, NOON)
            work.commit()
            return taken is not None

    assert sorted(together(take, take, take, take)) == [False, False, False, True]


def test_a_message_and_a_case_that_begins_to_wait_for_it_never_pass_each_other(office: Office) -> None:
    def deliver(number: int) -> bool:
        """Give the message to a waiting case, or keep it."""
        with office.store.begin() as work:
            key = f"k-{number}"
            found = work.lock_awaiting_case("paid", key)
            if found is None:
                work.keep_message(a_message(name="paid", correlation_key=key))
            work.commit()
            return found is not None

    def wait(number: int) -> bool:
        """Begin to wait for the message, and look whether it is there already."""
        case = office.a_case(number + 1)
        subscription = a_subscription(case, message="paid", correlation_key=f"k-{number}")
        with office.store.begin() as work:
            work.save(CaseChange(case=case, is_new=True, new_subscriptions=(subscription,)))
            taken = work.take_message("paid", f"k-{number}", NOON)
            work.commit()
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
        with office.store.begin() as work:
            return work.lock_awaiting_case("paid", "k")

    with ThreadPoolExecutor(1) as threads:
        with office.store.begin() as work:
            work.lock_case(first.id)
            delivering = threads.submit(deliver)
            assert waits(delivering)
            work.save(CaseChange(case=replace(first, status=CaseStatus.WITHDRAWN)))
            work.commit()
        found = delivering.result(timeout=10)

    assert found == (subscription, LockedCase(case=second, tasks=(), service_tasks=()))
