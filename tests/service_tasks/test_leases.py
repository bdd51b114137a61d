"""Claims about agencies that poll for their service tasks."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from engine.kernel.vocabulary import CaseStatus
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from tests.builders import NOON, a_service_task, an_agency, minutes_later
from tests.organisations import save_agency
from tests.stored_office import Office


def lease(
    office: Office,
    *,
    at: float = 0,
    worker: str = "w-1",
    limit: int = 10,
    topics: Sequence[str] = ("registry",),
) -> list[ServiceTask]:
    with office.store.begin() as connection:
        leased = service_tasks_store.lease_service_tasks(
            connection,
            agency_id=office.agency.id,
            topics=topics,
            worker=worker,
            now=minutes_later(at),
            until=minutes_later(at + 5),
            limit=limit,
        )
        connection.commit()
    return list(leased)


def test_open_tasks_of_the_topics_are_locked_oldest_first(office: Office) -> None:
    case = office.a_case()
    tasks = [
        a_service_task(case, agency=office.agency, topic=topic, created_at=minutes_later(minute))
        for minute, topic in ((3, "registry"), (1, "archive"), (2, "other"))
    ]
    office.file(case, new_service_tasks=tuple(tasks))

    leased = lease(office, topics=("registry", "archive"))

    expected = [
        replace(task, locked_by="w-1", locked_until=minutes_later(5), row_version=2)
        for task in (tasks[1], tasks[0])
    ]
    assert leased == expected
    with office.store.begin() as connection:
        assert service_tasks_store.service_task(connection, tasks[1].id) == expected[0]


def test_no_more_tasks_are_locked_than_asked_for(office: Office) -> None:
    case = office.a_case()
    tasks = [a_service_task(case, agency=office.agency, created_at=minutes_later(-m)) for m in range(3)]
    office.file(case, new_service_tasks=tuple(tasks))

    assert [task.id for task in lease(office, limit=2)] == [tasks[2].id, tasks[1].id]


def test_no_topic_gives_no_task(office: Office) -> None:
    case = office.a_case()
    office.file(case, new_service_tasks=(a_service_task(case, agency=office.agency),))

    assert lease(office, topics=()) == []


def test_tasks_of_other_agencies_and_closed_or_dead_tasks_are_not_given_out(office: Office) -> None:
    other = an_agency(key="other")
    with office.store.begin() as connection:
        save_agency(connection, other)
        connection.commit()
    case = office.a_case()
    closed = [
        a_service_task(case, agency=office.agency, state=state)
        for state in ServiceTaskState
        if state is not ServiceTaskState.OPEN
    ]
    office.file(case, new_service_tasks=(*closed, a_service_task(case, agency=other), a_service_task(case)))

    assert lease(office) == []


@pytest.mark.parametrize("status", [status for status in CaseStatus if status is not CaseStatus.OPEN])
def test_tasks_of_suspended_or_closed_cases_are_not_given_out(office: Office, status: CaseStatus) -> None:
    case = office.a_case(status=status)
    office.file(case, new_service_tasks=(a_service_task(case, agency=office.agency),))

    assert lease(office) == []


def test_a_locked_task_is_given_out_again_only_when_its_lease_is_over(office: Office) -> None:
    case = office.a_case()
    office.file(case, new_service_tasks=(a_service_task(case, agency=office.agency),))
    lease(office, worker="w-1")

    assert lease(office, at=4.9, worker="w-2") == []
    again = lease(office, at=5, worker="w-2")

    assert [(task.locked_by, task.row_version) for task in again] == [("w-2", 3)]


def test_a_lease_that_was_not_committed_never_was(office: Office) -> None:
    case = office.a_case()
    office.file(case, new_service_tasks=(a_service_task(case, agency=office.agency),))
    with office.store.begin() as connection:
        service_tasks_store.lease_service_tasks(
            connection,
            agency_id=office.agency.id,
            topics=("registry",),
            worker="w-1",
            now=NOON,
            until=minutes_later(5),
            limit=1,
        )

    assert len(lease(office, worker="w-2")) == 1
