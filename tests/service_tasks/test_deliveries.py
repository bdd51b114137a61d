"""Deliveries: what becomes of a service task after each attempt to hand it to an agency."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from engine.cases.queries import ShowCase
from engine.jobs.connectors.signatures import new_secret
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Conflict
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.operations.queries import ListJobs
from engine.outbox.model import RETRY_DELAYS, Job, JobState
from engine.service_tasks.answer import AnswerServiceTask
from engine.service_tasks.connector import Delivery, DeliveryOutcome, DeliveryResult
from engine.service_tasks.deliveries import LeaseJobs, PrepareDelivery, RecordDelivery, ReplayJob
from engine.service_tasks.model import ServiceTaskState
from tests.builders import an_agency_actor
from tests.messages.drawn import offer_drawn
from tests.office import CONFIRMED, Office, an_office
from tests.runtime.diagrams import chain, element, end, flow, mapping, service, start

ENDPOINT: Mapping[str, Any] = {"endpoint": "https://municipality.example/stoa", "secrets": (new_secret(),)}


@pytest.fixture
def office() -> Office:
    return an_office(**ENDPOINT)


def lease(office: Office, worker: str = "w1") -> list[Job]:
    return list(office.does(LeaseJobs(worker=worker, limit=10, lease=timedelta(minutes=2)), actor=SYSTEM))


def record(office: Office, job: Job, outcome: DeliveryOutcome, worker: str = "w1") -> None:
    office.does(RecordDelivery(job_id=job.id, worker=worker, outcome=outcome), actor=SYSTEM)


def prepared(office: Office, job: Job, worker: str = "w1") -> Delivery | None:
    return office.does(PrepareDelivery(job_id=job.id, worker=worker), actor=SYSTEM)


def jobs(office: Office) -> list[Job]:
    return list(office.engine.ask(ListJobs(), actor=SYSTEM).items)


def give_up(office: Office) -> Job:
    """Every attempt at the only job fails; the dead letter."""
    for _ in RETRY_DELAYS:
        (job,) = lease(office)
        record(office, job, DeliveryOutcome(result=DeliveryResult.FAILED, detail="HTTP 500"))
        (after,) = jobs(office)
        office.clock.moment = after.run_at
    assert after.state is JobState.DEAD
    return after


def test_a_service_task_leaves_a_job_whose_id_is_the_webhook_id(office: Office) -> None:
    sent = office.sends_to_municipality()

    (job,) = lease(office)
    delivery = prepared(office, job)

    assert delivery is not None
    assert delivery.job_id == job.id
    assert delivery.body["type"] == "service_task.created"
    assert delivery.body["data"]["id"] == str(sent.service_tasks[0].id)
    assert delivery.body["data"]["topic"] == "municipality.residence"


def test_an_answer_in_the_response_moves_the_case_on(office: Office) -> None:
    sent = office.sends_to_municipality()
    (job,) = lease(office)

    record(office, job, DeliveryOutcome(result=DeliveryResult.ANSWERED, data=CONFIRMED))

    view = office.engine.ask(ShowCase(case_id=sent.case.id), actor=office.clerk)
    assert [task.element_id for task in view.tasks] == ["hand_over"]
    assert jobs(office)[0].state is JobState.DONE


def test_a_refusal_in_the_response_takes_the_other_path(office: Office) -> None:
    sent = office.sends_to_municipality()
    (job,) = lease(office)

    record(
        office, job, DeliveryOutcome(result=DeliveryResult.REFUSED, error_code="NOT_RESIDENT", detail="όχι")
    )

    view = office.engine.ask(ShowCase(case_id=sent.case.id), actor=office.clerk)
    assert [task.element_id for task in view.tasks] == ["inform_rejection"]


def test_an_accepted_task_waits_for_the_callback(office: Office) -> None:
    sent = office.sends_to_municipality()
    (job,) = lease(office)

    record(office, job, DeliveryOutcome(result=DeliveryResult.ACCEPTED))

    view = office.engine.ask(ShowCase(case_id=sent.case.id), actor=office.clerk)
    assert view.service_tasks[0].accepted_at == office.clock.now()
    assert lease(office) == []


def test_a_failed_attempt_is_made_again_at_the_listed_times_and_then_given_up(office: Office) -> None:
    sent = office.sends_to_municipality()
    waits = []
    for attempt in range(len(RETRY_DELAYS)):
        (job,) = lease(office)
        record(office, job, DeliveryOutcome(result=DeliveryResult.FAILED, detail="HTTP 500"))
        (after,) = jobs(office)
        assert after.attempts == attempt + 1
        if after.state is JobState.READY:
            waits.append(after.run_at - office.clock.now())
            office.clock.moment = after.run_at

    assert [
        round(wait / longest, 1) in (1.0, 1.1) for wait, longest in zip(waits, RETRY_DELAYS[1:], strict=True)
    ]
    assert jobs(office)[0].state is JobState.DEAD
    view = office.engine.ask(ShowCase(case_id=sent.case.id), actor=office.clerk)
    assert view.service_tasks[0].state is ServiceTaskState.DEAD
    assert view.case.status is CaseStatus.OPEN


def test_a_dead_letter_is_replayed_with_the_same_webhook_id(office: Office) -> None:
    office.sends_to_municipality()
    job = give_up(office)

    replayed = office.does(ReplayJob(job_id=job.id), actor=SYSTEM)

    assert (replayed.id, replayed.state, replayed.attempts) == (job.id, JobState.READY, 0)
    with pytest.raises(Conflict):
        office.does(ReplayJob(job_id=job.id), actor=SYSTEM)


def test_nothing_more_is_sent_to_an_endpoint_that_is_gone(office: Office) -> None:
    office.sends_to_municipality()
    (job,) = lease(office)
    record(office, job, DeliveryOutcome(result=DeliveryResult.GONE, detail="HTTP 410"))

    later = office.sends_to_municipality()
    (second,) = lease(office)

    assert later.service_tasks[0].agency_key == "municipality"
    assert prepared(office, second) is None
    assert lease(office) == []


def test_a_dead_service_task_can_still_be_answered(office: Office) -> None:
    sent = office.sends_to_municipality()
    give_up(office)

    answered = office.does(AnswerServiceTask(service_task_id=sent.service_tasks[0].id, data=CONFIRMED))

    assert [task.element_id for task in answered.tasks] == ["hand_over"]


def test_a_leased_job_is_nobody_elses_until_its_lease_is_over(office: Office) -> None:
    office.sends_to_municipality()
    (first,) = lease(office, "w1")

    meanwhile = lease(office, "w2")
    office.clock.advance(timedelta(minutes=3))
    (taken_over,) = lease(office, "w2")

    assert meanwhile == []
    assert taken_over.id == first.id


def test_what_a_worker_says_after_losing_its_lease_does_not_count(office: Office) -> None:
    sent = office.sends_to_municipality()
    (job,) = lease(office, "w1")
    office.clock.advance(timedelta(minutes=3))
    lease(office, "w2")

    record(office, job, DeliveryOutcome(result=DeliveryResult.ANSWERED, data=CONFIRMED), worker="w1")

    view = office.engine.ask(ShowCase(case_id=sent.case.id), actor=office.clerk)
    assert len(view.service_tasks) == 1


def test_a_task_answered_meanwhile_is_not_sent_again(office: Office) -> None:
    sent = office.sends_to_municipality()
    (job,) = lease(office)
    answer = AnswerServiceTask(service_task_id=sent.service_tasks[0].id, data=CONFIRMED)
    office.does(answer, actor=an_agency_actor(office.agency))

    assert prepared(office, job) is None
    record(office, job, DeliveryOutcome(result=DeliveryResult.ANSWERED, data=CONFIRMED))
    assert jobs(office)[0].state is JobState.DONE


def test_an_answer_that_does_not_fit_its_form_is_asked_for_again(office: Office) -> None:
    sent = office.sends_to_municipality()
    (job,) = lease(office)

    wrong = {"confirmed": True, "certificate_number": 118, "holder": "Δημητρίου"}
    record(office, job, DeliveryOutcome(result=DeliveryResult.ANSWERED, data=wrong))

    view = office.engine.ask(ShowCase(case_id=sent.case.id), actor=office.clerk)
    assert Flag.STUCK not in view.case.flags
    assert view.service_tasks[0].state is ServiceTaskState.OPEN
    (job,) = jobs(office)
    assert (job.state, job.attempts) == (JobState.READY, 1)
    assert job.last_error == "The answer does not fit its form: certificate_number, holder"


def test_an_answer_that_never_fits_ends_as_a_dead_letter_that_says_why(office: Office) -> None:
    office.sends_to_municipality()
    never = DeliveryOutcome(result=DeliveryResult.ANSWERED, data={})

    for delay in (*RETRY_DELAYS, timedelta()):
        for job in lease(office):
            record(office, job, never)
        office.clock.advance(delay * 2 + timedelta(minutes=1))

    (job,) = jobs(office)
    assert job.state is JobState.DEAD
    assert job.last_error == "The answer does not fit its form: confirmed"


def test_an_answer_that_leaves_the_case_stuck_is_asked_for_again(office: Office) -> None:
    asks = service("ask", topic="municipality.residence", extensions=mapping(outputs={"found": "found"}))
    parts = (start(), asks, element("exclusiveGateway", "whether"), end("done"), end("no"))
    flows = (chain("start", "ask", "whether"), flow("whether", "done", "=found"))
    offer_drawn(office, "by-agency", *parts, *flows, flow("whether", "no", "=not(found)"))
    sent = office.opens_case(procedure="by-agency", data={})
    (job,) = lease(office)

    record(office, job, DeliveryOutcome(result=DeliveryResult.ANSWERED, data={}))

    view = office.engine.ask(ShowCase(case_id=sent.case.id), actor=office.clerk)
    assert Flag.STUCK in view.case.flags
    assert view.service_tasks[0].state is ServiceTaskState.OPEN
    assert (jobs(office)[0].state, jobs(office)[0].attempts) == (JobState.READY, 1)
