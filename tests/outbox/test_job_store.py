"""Claims about jobs and their leases."""

from dataclasses import replace

from engine.cases.changeset_store import CaseChange
from engine.kernel.pages import Slice
from engine.outbox import store as outbox_store
from engine.outbox.model import Job, JobKind, JobState
from tests.builders import NOON, a_job, a_service_task, an_id, minutes_later
from tests.stored_office import Office


def file_jobs(office: Office, *jobs: Job) -> None:
    office.write(CaseChange(case=office.a_case(), is_new=True, jobs=jobs))


def lease(office: Office, *, at: float = 0, worker: str = "w-1", limit: int = 10) -> list[Job]:
    with office.store.begin() as connection:
        leased = outbox_store.lease_jobs(
            connection, worker=worker, now=minutes_later(at), until=minutes_later(at + 5), limit=limit
        )
        connection.commit()
    return list(leased)


def test_a_job_comes_back_as_it_was_written(office: Office) -> None:
    case = office.a_case()
    service_task = a_service_task(case)
    job = a_job(
        service_task,
        kind=JobKind.DELIVER_WEBHOOK,
        state=JobState.DEAD,
        attempts=3,
        leased_by="w-1",
        leased_until=minutes_later(4),
        last_error="503",
        payload={"data": [1, None, "ό"]},
    )
    office.file(case, new_service_tasks=(service_task,), jobs=(job,))

    with office.store.begin() as connection:
        assert outbox_store.job(connection, job.id) == job
        assert outbox_store.job(connection, an_id()) is None


def test_a_changed_job_is_written(office: Office) -> None:
    job = a_job()
    file_jobs(office, job)
    changed = replace(job, state=JobState.DONE, attempts=2, run_at=minutes_later(9), last_error="gone")

    with office.store.begin() as connection:
        outbox_store.save_job(connection, changed)
        connection.commit()

    with office.store.begin() as connection:
        assert outbox_store.job(connection, job.id) == changed


def test_due_jobs_are_leased_oldest_first_with_their_attempt_counted(office: Office) -> None:
    second, first = a_job(run_at=NOON), a_job(run_at=minutes_later(-3), attempts=4)
    file_jobs(office, second, first)

    leased = lease(office)

    expected = [
        replace(first, attempts=5, leased_by="w-1", leased_until=minutes_later(5)),
        replace(second, attempts=1, leased_by="w-1", leased_until=minutes_later(5)),
    ]
    assert leased == expected
    with office.store.begin() as connection:
        assert outbox_store.job(connection, first.id) == expected[0]


def test_no_more_jobs_are_leased_than_asked_for(office: Office) -> None:
    jobs = [a_job(run_at=minutes_later(-minute)) for minute in range(5)]
    file_jobs(office, *jobs)

    assert [job.id for job in lease(office, limit=2)] == [jobs[4].id, jobs[3].id]
    assert [job.id for job in lease(office, limit=2)] == [jobs[2].id, jobs[1].id]


def test_jobs_that_are_done_dead_or_not_due_are_not_leased(office: Office) -> None:
    file_jobs(
        office, a_job(state=JobState.DONE), a_job(state=JobState.DEAD), a_job(run_at=minutes_later(0.1))
    )

    assert lease(office) == []


def test_a_leased_job_is_leased_again_only_when_its_lease_is_over(office: Office) -> None:
    file_jobs(office, a_job())
    lease(office, worker="w-1")

    assert lease(office, at=4.9, worker="w-2") == []
    again = lease(office, at=5, worker="w-2")

    assert [(job.leased_by, job.attempts) for job in again] == [("w-2", 2)]


def test_a_lease_that_was_not_committed_never_was(office: Office) -> None:
    file_jobs(office, a_job())
    with office.store.begin() as connection:
        outbox_store.lease_jobs(connection, worker="w-1", now=NOON, until=minutes_later(5), limit=1)

    assert len(lease(office, worker="w-2")) == 1


def test_jobs_are_listed_newest_first_by_state_and_page(office: Office) -> None:
    jobs = [a_job(created_at=minutes_later(minute)) for minute in range(3)]
    dead = a_job(state=JobState.DEAD, created_at=minutes_later(1.5))
    file_jobs(office, *jobs, dead)

    with office.store.reading() as connection:
        first = outbox_store.list_jobs(connection, None, Slice(limit=3))
        second = outbox_store.list_jobs(connection, None, Slice(limit=3, cursor=first.next))
        of_state = outbox_store.list_jobs(connection, JobState.DEAD, Slice())

    assert [*first.items, *second.items] == [jobs[2], dead, jobs[1], jobs[0]]
    assert second.next is None
    assert of_state.items == (dead,)
