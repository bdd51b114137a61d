"""Jobs: each is done, or tried again, and none stands in another's way."""

import threading
from datetime import timedelta

from structlog.testing import capture_logs

from engine.domain.job import JobState
from engine.domain.refusal import Unavailable
from engine.domain.service_task import ServiceTaskState
from engine.ports.connector import Delivery, DeliveryOutcome, DeliveryResult
from tests.worker.office import ACCEPTED, ANSWERED, FAILED, Office


def test_a_delivery_that_the_agency_accepts_is_done() -> None:
    office = Office()
    job = office.asks_agency()

    office.worker().run_once()

    assert office.connector.ids == [str(job.id)]
    assert office.job(job).state is JobState.DONE
    assert office.service_task(job).accepted_at is not None


def test_an_answer_given_at_once_completes_the_service_task() -> None:
    office = Office()
    office.connector.outcome = ANSWERED
    job = office.asks_agency()

    office.worker().run_once()

    assert office.service_task(job).state is ServiceTaskState.COMPLETED
    assert office.job(job).state is JobState.DONE


def test_a_failed_delivery_is_tried_again_later_with_the_same_id() -> None:
    office = Office()
    office.connector.outcome = FAILED
    job = office.asks_agency()
    office.worker().run_once()
    office.connector.outcome = ACCEPTED

    office.worker().run_once()
    office.clock.move(seconds=6)
    office.worker().run_once()

    assert office.connector.ids == [str(job.id)] * 2
    assert office.job(job).state is JobState.DONE


def test_a_job_that_was_done_is_not_done_again() -> None:
    office = Office()
    office.asks_agency()
    office.worker().run_once()

    office.clock.move(days=1)
    office.worker().run_once()

    assert len(office.connector.delivered) == 1


def test_a_connector_that_breaks_its_promise_is_a_failed_attempt() -> None:
    office = Office()
    job = office.asks_agency()

    def breaks(delivery: Delivery) -> DeliveryOutcome:
        raise ZeroDivisionError("Papadopoulou")

    office.connector.outcome = breaks
    office.worker().run_once()

    assert office.job(job).state is JobState.READY
    assert office.job(job).last_error == "The connector failed: ZeroDivisionError."


def test_an_answer_that_the_case_cannot_take_is_a_failed_attempt() -> None:
    office = Office(fault=lambda snapshot: ZeroDivisionError("Papadopoulou"))
    office.connector.outcome = ANSWERED
    job = office.asks_agency()

    office.worker().run_once()

    assert office.service_task(job).state is ServiceTaskState.OPEN
    assert office.job(job).state is JobState.READY
    assert "Papadopoulou" not in str(office.job(job).last_error)


def test_one_bad_job_does_not_stop_the_others() -> None:
    office = Office()
    jobs = [office.asks_agency() for _ in range(5)]

    def breaks_once(delivery: Delivery) -> DeliveryOutcome:
        if delivery.job_id == jobs[2].id:
            raise ZeroDivisionError
        return ACCEPTED

    office.connector.outcome = breaks_once
    office.worker(jobs_at_once=2).run_once()

    states = [office.job(job).state for job in jobs]
    assert states == [JobState.DONE, JobState.DONE, JobState.READY, JobState.DONE, JobState.DONE]


def test_a_slow_agency_does_not_hold_up_the_others() -> None:
    office = Office()
    slow, *quick = [office.asks_agency() for _ in range(4)]
    all_quick_done = threading.Event()
    done: list[str] = []

    def answers(delivery: Delivery) -> DeliveryOutcome:
        if delivery.job_id == slow.id:
            assert all_quick_done.wait(timeout=10)
        else:
            done.append(str(delivery.job_id))
            if len(done) == len(quick):
                all_quick_done.set()
        return ACCEPTED

    office.connector.outcome = answers
    office.worker(jobs_at_once=2).run_once()

    assert office.job(slow).state is JobState.DONE


def test_no_more_jobs_are_leased_than_there_are_hands() -> None:
    office = Office()
    jobs = [office.asks_agency() for _ in range(5)]
    leased_meanwhile: list[int] = []

    def counts(delivery: Delivery) -> DeliveryOutcome:
        leased_meanwhile.append(sum(office.job(job).leased_by is not None for job in jobs))
        return FAILED

    office.connector.outcome = counts
    office.worker(jobs_at_once=1).run_once()

    assert leased_meanwhile == [1] * 5


def test_a_job_whose_worker_died_is_done_by_another_when_its_lease_is_over() -> None:
    office = Office()
    job = office.asks_agency()
    with office.store.begin() as work:
        work.lease_jobs(
            worker="dead", now=office.clock.now(), until=office.clock.now() + timedelta(minutes=2), limit=1
        )
        work.commit()

    office.worker().run_once()
    office.clock.move(minutes=2, seconds=1)
    office.worker().run_once()

    assert office.connector.ids == [str(job.id)]
    assert office.job(job).state is JobState.DONE


def test_what_a_worker_says_about_a_job_that_another_took_over_changes_nothing() -> None:
    office = Office()
    job = office.asks_agency()

    def outlives_its_lease(delivery: Delivery) -> DeliveryOutcome:
        if len(office.connector.delivered) == 1:
            office.clock.move(minutes=3)
            office.connector.outcome = ACCEPTED
            office.worker().run_once()
        return FAILED

    office.connector.outcome = outlives_its_lease
    office.worker().run_once()

    assert office.connector.ids == [str(job.id)] * 2
    assert office.job(job).state is JobState.DONE
    assert office.service_task(job).accepted_at is not None


def test_nothing_is_sent_to_an_agency_that_was_disconnected_meanwhile() -> None:
    office = Office()
    job = office.asks_agency()
    office.disconnects_agency()

    office.worker().run_once()

    assert office.connector.delivered == []
    assert office.job(job).state is JobState.DONE


def test_a_message_between_cases_is_passed_on_once() -> None:
    office = Office()
    job = office.sends_message()

    office.worker().run_once()

    assert office.job(job).state is JobState.DONE
    with office.store.begin() as work:
        assert work.take_message("payment_received", "7", office.clock.now()) is not None


def test_logs_name_the_job_and_hold_nothing_of_the_answer() -> None:
    office = Office()
    refusal = DeliveryOutcome(result=DeliveryResult.REFUSED, detail="Papadopoulou moved", error_code="NO")
    office.connector.outcome = refusal
    job = office.asks_agency()

    with capture_logs() as logs:
        office.worker().run_once()

    [attempted] = [line for line in logs if line["event"] == "delivery_attempted"]
    assert attempted["job_id"] == str(job.id)
    assert attempted["agency"] == "registry"
    assert attempted["attempt"] == 1
    assert attempted["result"] == "refused"
    assert "Papadopoulou" not in str(logs)


def test_a_busy_database_is_given_a_little_time_to_take_the_answer() -> None:
    busy_once = iter([Unavailable("The database is busy.")])
    office = Office(fault=lambda snapshot: next(busy_once, None))
    office.connector.outcome = ANSWERED
    job = office.asks_agency()

    office.worker().run_once()

    assert len(office.connector.delivered) == 1
    assert office.service_task(job).state is ServiceTaskState.COMPLETED
