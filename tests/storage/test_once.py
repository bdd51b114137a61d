"""Claims about idempotency keys, the signs of life of workers, and the operator's counts."""

from dataclasses import replace

from sqlalchemy.engine import Connection

from engine.cases.changeset_store import CaseChange
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.operations import store as operations_store
from engine.operations.model import Gauges, Totals
from engine.outbox.model import JobState
from engine.storage import idempotency
from engine.storage.database import Database
from engine.storage.idempotency import Remembered
from engine.tasks.model import TaskState
from tests.builders import NOON, a_job, a_task, minutes_later
from tests.stored_office import Office


def remember(
    connection: Connection, owner: str = "maria", key: str = "k-1", fingerprint: bytes = b"\x00f"
) -> Remembered | None:
    return idempotency.remember(
        connection, owner=owner, key=key, fingerprint=fingerprint, until=minutes_later(60)
    )


def test_a_key_is_new_once_and_then_stands_for_its_first_request(store: Database) -> None:
    receipt = {"id": "case-1", "tasks": [1, None]}
    with store.begin() as connection:
        assert remember(connection) is None
        idempotency.remember_receipt(connection, owner="maria", key="k-1", receipt=receipt)
        connection.commit()

    with store.begin() as connection:
        again = remember(connection, fingerprint=b"another request")

    assert again == Remembered(fingerprint=b"\x00f", receipt=receipt)


def test_a_key_belongs_to_its_owner(store: Database) -> None:
    with store.begin() as connection:
        remember(connection, owner="maria")
        connection.commit()

    with store.begin() as connection:
        assert remember(connection, owner="nikos") is None
        assert remember(connection, owner="maria", key="k-2") is None


def test_a_key_of_a_request_that_was_undone_is_new_again(store: Database) -> None:
    with store.begin() as connection:
        remember(connection)

    with store.begin() as connection:
        assert remember(connection) is None


def test_a_key_noted_without_a_receipt_has_an_empty_one(store: Database) -> None:
    with store.begin() as connection:
        remember(connection)
        connection.commit()

    with store.begin() as connection:
        assert remember(connection) == Remembered(fingerprint=b"\x00f", receipt={})


def test_an_empty_store_counts_nothing(store: Database) -> None:
    with store.reading() as connection:
        found = operations_store.gauges(connection, NOON)

    assert found == Gauges(
        cases_started=0,
        cases_by_status={status.value: 0 for status in CaseStatus},
        tasks_completed=0,
        open_tasks=0,
        jobs_ready=0,
        job_lag_seconds=0.0,
        dead_letters=0,
        paused_agencies=0,
        access_concerns=0,
        stuck_cases=0,
        last_worker_beat=None,
    )


def test_the_operator_sees_what_there_is(office: Office) -> None:
    stuck = office.a_case(1, flags=frozenset({Flag.STUCK}))
    tasks = [a_task(stuck, state=state) for state in (TaskState.OPEN, TaskState.CANCELLED)]
    tasks += [a_task(stuck, state=TaskState.COMPLETED, closed_at=NOON) for _ in range(2)]
    jobs = (
        a_job(run_at=minutes_later(-10), leased_until=minutes_later(1)),
        a_job(run_at=minutes_later(-3), leased_until=minutes_later(-1)),
        a_job(run_at=minutes_later(-2)),
        a_job(run_at=minutes_later(5)),
        a_job(run_at=minutes_later(-90), state=JobState.DEAD),
        a_job(run_at=minutes_later(-90), state=JobState.DONE),
    )
    office.write(
        CaseChange(case=stuck, is_new=True, new_tasks=tuple(tasks), jobs=jobs),
        CaseChange(case=office.a_case(2), is_new=True),
        CaseChange(case=office.a_case(3, status=CaseStatus.WITHDRAWN, closed_at=NOON), is_new=True),
    )
    with office.store.begin() as connection:
        operations_store.beat(connection, "w-1", minutes_later(-2))
        operations_store.beat(connection, "w-2", minutes_later(-4))
        operations_store.beat(connection, "w-2", minutes_later(-1))
        connection.commit()

    with office.store.reading() as connection:
        found = operations_store.gauges(connection, NOON)

    assert found == Gauges(
        cases_started=3,
        cases_by_status={"open": 2, "suspended": 0, "completed": 0, "rejected": 0, "withdrawn": 1},
        tasks_completed=2,
        open_tasks=1,
        jobs_ready=4,
        job_lag_seconds=180.0,
        dead_letters=1,
        paused_agencies=0,
        access_concerns=0,
        stuck_cases=1,
        last_worker_beat=minutes_later(-1),
    )


def test_totals_are_what_began_and_ended_before_their_moment(office: Office) -> None:
    ends_and_goes_on(office)

    with office.store.reading() as connection:
        found = operations_store.totals(connection, until=NOON)

    assert found == Totals(until=NOON, cases_opened=3, cases_ended={"completed": 1}, tasks_completed=1)


def test_what_was_counted_once_is_not_counted_again(office: Office) -> None:
    ends_and_goes_on(office)

    with office.store.reading() as connection:
        earlier = operations_store.totals(connection, until=NOON)
        counted_from_there = operations_store.gauges(connection, minutes_later(5), after=earlier)
        taken_over = operations_store.gauges(
            connection, minutes_later(5), after=replace(earlier, cases_opened=1003)
        )

        assert counted_from_there == operations_store.gauges(connection, minutes_later(5))
    assert counted_from_there.cases_by_status == {
        "open": 2,
        "suspended": 1,
        "completed": 1,
        "rejected": 1,
        "withdrawn": 0,
    }
    assert taken_over.cases_started == counted_from_there.cases_started + 1000


def ends_and_goes_on(office: Office) -> None:
    """Before noon three cases, one of them completed by a task; at noon and later two, one of them ends."""
    morning, afternoon = minutes_later(-60), minutes_later(1)
    done = office.a_case(1, opened_at=morning, status=CaseStatus.COMPLETED, closed_at=minutes_later(-1))
    task = a_task(done, state=TaskState.COMPLETED, closed_at=minutes_later(-1))
    rejected = office.a_case(4, opened_at=NOON, status=CaseStatus.REJECTED, closed_at=afternoon)
    last = a_task(rejected, state=TaskState.COMPLETED, closed_at=NOON)
    office.write(
        CaseChange(case=done, is_new=True, new_tasks=(task,)),
        CaseChange(case=office.a_case(2, opened_at=morning), is_new=True),
        CaseChange(case=office.a_case(3, opened_at=morning, status=CaseStatus.SUSPENDED), is_new=True),
        CaseChange(case=rejected, is_new=True, new_tasks=(last,)),
        CaseChange(case=office.a_case(5, opened_at=afternoon), is_new=True),
    )
