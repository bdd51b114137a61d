"""Jobs: each is done, or tried again, and none stands in another's way."""

import threading
from datetime import timedelta

from structlog.testing import capture_logs

from engine.kernel.refusal import Unavailable
from engine.messages import store as messages_store
from engine.outbox import store as outbox_store
from engine.outbox.model import JobState
from engine.service_tasks.connector import Delivery, DeliveryOutcome, DeliveryResult
from engine.service_tasks.model import ServiceTaskState
from tests.builders import a_receiver
from tests.jobs.backlog import ACCEPTED, ANSWERED, FAILED, Backlog


def test_a_delivery_that_the_agency_accepts_is_done() -> None:
    backlog = Backlog()
    job = backlog.asks_agency()

    backlog.worker().run_once()

    assert backlog.connector.ids == [str(job.id)]
    assert backlog.job(job).state is JobState.DONE
    assert backlog.service_task(job).accepted_at is not None


def test_an_answer_given_at_once_completes_the_service_task() -> None:
    backlog = Backlog()
    backlog.connector.outcome = ANSWERED
    job = backlog.asks_agency()

    backlog.worker().run_once()

    assert backlog.service_task(job).state is ServiceTaskState.COMPLETED
    assert backlog.job(job).state is JobState.DONE


def test_a_failed_delivery_is_tried_again_later_with_the_same_id() -> None:
    backlog = Backlog()
    backlog.connector.outcome = FAILED
    job = backlog.asks_agency()
    backlog.worker().run_once()
    backlog.connector.outcome = ACCEPTED

    backlog.worker().run_once()
    backlog.clock.advance(timedelta(seconds=6))
    backlog.worker().run_once()

    assert backlog.connector.ids == [str(job.id)] * 2
    assert backlog.job(job).state is JobState.DONE


def test_a_job_that_was_done_is_not_done_again() -> None:
    backlog = Backlog()
    backlog.asks_agency()
    backlog.worker().run_once()

    backlog.clock.advance(timedelta(days=1))
    backlog.worker().run_once()

    assert len(backlog.connector.delivered) == 1


def test_a_connector_that_breaks_its_promise_is_a_failed_attempt() -> None:
    backlog = Backlog()
    job = backlog.asks_agency()

    def breaks(delivery: Delivery) -> DeliveryOutcome:
        raise ZeroDivisionError("Papadopoulou")

    backlog.connector.outcome = breaks
    backlog.worker().run_once()

    assert backlog.job(job).state is JobState.READY
    assert backlog.job(job).last_error == "The connector failed: ZeroDivisionError."


def test_an_answer_that_the_case_cannot_take_is_a_failed_attempt() -> None:
    backlog = Backlog(fault=lambda snapshot: ZeroDivisionError("Papadopoulou"))
    backlog.connector.outcome = ANSWERED
    job = backlog.asks_agency()

    backlog.worker().run_once()

    assert backlog.service_task(job).state is ServiceTaskState.OPEN
    assert backlog.job(job).state is JobState.READY
    assert "Papadopoulou" not in str(backlog.job(job).last_error)


def test_one_bad_job_does_not_stop_the_others() -> None:
    backlog = Backlog()
    jobs = [backlog.asks_agency() for _ in range(5)]

    def breaks_once(delivery: Delivery) -> DeliveryOutcome:
        if delivery.job_id == jobs[2].id:
            raise ZeroDivisionError
        return ACCEPTED

    backlog.connector.outcome = breaks_once
    backlog.worker(jobs_at_once=2).run_once()

    states = [backlog.job(job).state for job in jobs]
    assert states == [JobState.DONE, JobState.DONE, JobState.READY, JobState.DONE, JobState.DONE]


def test_a_slow_agency_does_not_hold_up_the_others() -> None:
    backlog = Backlog()
    slow, *quick = [backlog.asks_agency() for _ in range(4)]
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

    backlog.connector.outcome = answers
    backlog.worker(jobs_at_once=2).run_once()

    assert backlog.job(slow).state is JobState.DONE


def test_no_more_jobs_are_leased_than_there_are_hands() -> None:
    backlog = Backlog()
    jobs = [backlog.asks_agency() for _ in range(5)]
    leased_meanwhile: list[int] = []

    def counts(delivery: Delivery) -> DeliveryOutcome:
        leased_meanwhile.append(sum(backlog.job(job).leased_by is not None for job in jobs))
        return FAILED

    backlog.connector.outcome = counts
    backlog.worker(jobs_at_once=1).run_once()

    assert leased_meanwhile == [1] * 5


def test_a_job_whose_worker_died_is_done_by_another_when_its_lease_is_over() -> None:
    backlog = Backlog()
    job = backlog.asks_agency()
    with backlog.store.begin() as connection:
        outbox_store.lease_jobs(
            connection,
            worker="dead",
            now=backlog.clock.now(),
            until=backlog.clock.now() + timedelta(minutes=2),
            limit=1,
        )
        connection.commit()

    backlog.worker().run_once()
    backlog.clock.advance(timedelta(minutes=2, seconds=1))
    backlog.worker().run_once()

    assert backlog.connector.ids == [str(job.id)]
    assert backlog.job(job).state is JobState.DONE


def test_what_a_worker_says_about_a_job_that_another_took_over_changes_nothing() -> None:
    backlog = Backlog()
    job = backlog.asks_agency()

    def outlives_its_lease(delivery: Delivery) -> DeliveryOutcome:
        if len(backlog.connector.delivered) == 1:
            backlog.clock.advance(timedelta(minutes=3))
            backlog.connector.outcome = ACCEPTED
            backlog.worker().run_once()
        return FAILED

    backlog.connector.outcome = outlives_its_lease
    backlog.worker().run_once()

    assert backlog.connector.ids == [str(job.id)] * 2
    assert backlog.job(job).state is JobState.DONE
    assert backlog.service_task(job).accepted_at is not None


def test_nothing_is_sent_to_an_agency_that_was_disconnected_meanwhile() -> None:
    backlog = Backlog()
    job = backlog.asks_agency()
    backlog.disconnects_agency()

    backlog.worker().run_once()

    assert backlog.connector.delivered == []
    assert backlog.job(job).state is JobState.DONE


def test_a_message_between_cases_is_passed_on_once() -> None:
    backlog = Backlog()
    job = backlog.sends_message()

    backlog.worker().run_once()

    assert backlog.job(job).state is JobState.DONE
    with backlog.store.begin() as connection:
        kept = messages_store.take_message(
            connection, "payment_received", "7", receiver=a_receiver(), now=backlog.clock.now()
        )
    assert kept is not None


def test_logs_name_the_job_and_hold_nothing_of_the_answer() -> None:
    backlog = Backlog()
    refusal = DeliveryOutcome(result=DeliveryResult.REFUSED, detail="Papadopoulou moved", error_code="NO")
    backlog.connector.outcome = refusal
    job = backlog.asks_agency()

    with capture_logs() as logs:
        backlog.worker().run_once()

    [attempted] = [line for line in logs if line["event"] == "delivery_attempted"]
    assert attempted["job_id"] == str(job.id)
    assert attempted["agency"] == "registry"
    assert attempted["attempt"] == 1
    assert attempted["result"] == "refused"
    assert "Papadopoulou" not in str(logs)


def test_a_busy_database_is_given_a_little_time_to_take_the_answer() -> None:
    busy_once = iter([Unavailable("The database is busy.")])
    backlog = Backlog(fault=lambda snapshot: next(busy_once, None))
    backlog.connector.outcome = ANSWERED
    job = backlog.asks_agency()

    backlog.worker().run_once()

    assert len(backlog.connector.delivered) == 1
    assert backlog.service_task(job).state is ServiceTaskState.COMPLETED
