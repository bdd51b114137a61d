"""Claims about deliveries: which agencies could not be reached, and what was given up."""

from typing import Any

from engine.operations import store as operations_store
from engine.outbox.model import Job, JobState
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import ServiceTask
from tests.builders import a_job, a_service_task, an_agency, an_id, minutes_later
from tests.organisations import TODAY, save_agency
from tests.stored_office import Office


def a_delivery(task: ServiceTask, state: JobState, minute: float, **changes: Any) -> Job:
    moment = minutes_later(minute)
    failed = {"attempts": 3, "last_error": "HTTP 503"}
    return a_job(task, state=state, run_at=moment, created_at=moment, **{**failed, **changes})


def test_agencies_are_told_whose_deliveries_failed(office: Office) -> None:
    other = an_agency(key="fire-brigade")
    with office.store.begin() as connection:
        save_agency(connection, other)
        connection.commit()
    case = office.a_case()
    theirs, others, nobodys = (a_service_task(case, agency=agency) for agency in (office.agency, other, None))
    jobs = (
        a_delivery(theirs, JobState.READY, 9),
        a_delivery(theirs, JobState.READY, 7),
        a_delivery(theirs, JobState.DEAD, 3),
        a_delivery(theirs, JobState.DONE, 4),
        a_delivery(theirs, JobState.READY, 1, attempts=0, last_error=None),
        a_delivery(others, JobState.DEAD, 5, last_error="HTTP 410"),
        a_delivery(nobodys, JobState.DEAD, 5),
    )
    office.file(case, new_service_tasks=(theirs, others, nobodys), jobs=jobs)

    with office.store.reading() as connection:
        first, second = operations_store.failing_agencies(connection, on=TODAY)

    assert (first.key, first.to_be_retried, first.given_up) == (office.agency.key, 2, 1)
    assert (first.next_at, first.error) == (minutes_later(7), "HTTP 503")
    assert (second.key, second.to_be_retried, second.given_up) == ("fire-brigade", 0, 1)
    assert (second.next_at, second.error) == (None, "HTTP 410")


def test_what_was_given_up_for_an_agency_is_told_oldest_first(office: Office) -> None:
    case = office.a_case()
    task = a_service_task(case, agency=office.agency)
    late, early = (a_delivery(task, JobState.DEAD, minute) for minute in (8, 2))
    office.file(
        case, new_service_tasks=(task,), jobs=(late, early, a_delivery(task, JobState.READY, 1), a_job())
    )

    with office.store.reading() as connection:
        everything = service_tasks_store.given_up_deliveries(connection, office.agency.key, limit=9)
        first = service_tasks_store.given_up_deliveries(connection, office.agency.key, limit=1)
        nobodys = service_tasks_store.given_up_deliveries(connection, str(an_id()), limit=9)

    assert list(everything) == [early.id, late.id]
    assert list(first) == [early.id]
    assert list(nobodys) == []
