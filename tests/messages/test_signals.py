"""Signals between cases: thrown by one, carried to every case that waits, each in its own transaction."""

from datetime import timedelta

import pytest

from engine.cases.changeset import CaseState
from engine.cases.lifecycle import ResumeCase, SuspendCase
from engine.cases.queries import ShowCase
from engine.kernel.actor import SYSTEM
from engine.kernel.vocabulary import CaseStatus
from engine.messages.signals import CarrySignal
from engine.operations.queries import ListJobs
from engine.outbox.model import Job, JobKind, JobState
from engine.service_tasks.deliveries import LeaseJobs
from tests.messages.drawn import offer_drawn
from tests.office import Office, an_office
from tests.runtime.diagrams import chain, element, end, mapping, on_signal, start

LEASE = timedelta(minutes=1)
SIGNAL = '<signal id="register_open" name="register_open"/>'


def a_waiting_procedure() -> tuple[str, ...]:
    return (
        start("opened"),
        element("intermediateCatchEvent", "await_register", on_signal("register_open")),
        end("done"),
        chain("opened", "await_register", "done"),
    )


def a_throwing_procedure() -> tuple[str, ...]:
    told = mapping(inputs={"since": 'date("2026-03-09")', "share": "1 / 4"})
    return (
        start("opened"),
        element("intermediateThrowEvent", "tell", on_signal("register_open"), extensions=told),
        end("done"),
        chain("opened", "tell", "done"),
    )


@pytest.fixture
def office() -> Office:
    office = an_office()
    offer_drawn(office, "waiting", *a_waiting_procedure(), declares=SIGNAL)
    offer_drawn(office, "throwing", *a_throwing_procedure(), declares=SIGNAL)
    return office


def opens(office: Office, procedure: str) -> CaseState:
    opened = office.opens_case(procedure=procedure, data={})
    office.clock.advance(timedelta(seconds=1))
    return opened


def leases(office: Office, worker: str = "w") -> Job:
    (job,) = office.does(LeaseJobs(worker=worker, limit=5, lease=LEASE), actor=SYSTEM)
    assert job.kind is JobKind.CARRY_SIGNAL
    return job


def carries(office: Office, job: Job, worker: str = "w") -> bool:
    return office.does(CarrySignal(job_id=job.id, worker=worker, lease=LEASE), actor=SYSTEM)


def status(office: Office, state: CaseState) -> CaseStatus:
    return office.engine.ask(ShowCase(case_id=state.case.id), actor=SYSTEM).case.status


def job_state(office: Office, job: Job) -> JobState:
    return next(one.state for one in office.engine.ask(ListJobs(), actor=SYSTEM).items if one.id == job.id)


def test_a_signal_reaches_every_case_that_waits_one_at_a_time(office: Office) -> None:
    waiting = [opens(office, "waiting") for _ in range(3)]
    opens(office, "throwing")
    job = leases(office)

    open_after_each = []
    while carries(office, job):
        open_after_each.append(sum(status(office, case) is CaseStatus.OPEN for case in waiting))

    assert open_after_each == [2, 1, 0]
    assert job_state(office, job) is JobState.DONE
    received = next(line for line in office.journal(waiting[0]) if line.action == "signal_received")
    assert received.detail == {"signal": "register_open", "element": "await_register"}


def test_a_signal_that_nobody_waits_for_is_told_and_done(office: Office) -> None:
    thrower = opens(office, "throwing")
    job = leases(office)

    assert not carries(office, job)
    assert job_state(office, job) is JobState.DONE
    assert "signal_sent" in [line.action for line in office.journal(thrower)]


def test_who_begins_to_wait_after_a_signal_does_not_get_it(office: Office) -> None:
    opens(office, "throwing")
    late = opens(office, "waiting")

    carries(office, leases(office))

    assert status(office, late) is CaseStatus.OPEN


def test_another_worker_goes_on_where_the_first_one_died(office: Office) -> None:
    waiting = [opens(office, "waiting") for _ in range(2)]
    opens(office, "throwing")
    carries(office, leases(office, "first"), "first")
    office.clock.advance(timedelta(minutes=5))

    job = leases(office, "second")
    late = carries(office, job, "first")
    while carries(office, job, "second"):
        pass

    assert not late
    assert [status(office, case) for case in waiting] == [CaseStatus.COMPLETED] * 2
    actions = [line.action for case in waiting for line in office.journal(case)]
    assert actions.count("signal_received") == 2


def test_a_suspended_case_takes_a_signal_and_stays_suspended_until_it_ends(office: Office) -> None:
    resting = opens(office, "waiting")
    office.does(SuspendCase(case_id=resting.case.id, reason="Αναμονή δικαιολογητικού"))
    opens(office, "throwing")

    carries(office, leases(office))

    assert status(office, resting) is CaseStatus.COMPLETED
    with pytest.raises(Exception, match="suspended"):
        office.does(ResumeCase(case_id=resting.case.id, reason="Ήρθε"))


def test_what_a_signal_brings_is_json_whatever_feel_called_it(office: Office) -> None:
    opens(office, "throwing")

    assert leases(office).payload["data"] == {"since": "2026-03-09", "share": 0.25}
