"""Signals and cases that begin by themselves, by real workers: nothing lost, nothing twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from engine.cases.queries import FindCases, ShowCase
from engine.jobs.connectors import Connectors
from engine.jobs.worker import Worker
from engine.kernel.actor import SYSTEM
from engine.kernel.vocabulary import CaseStatus
from engine.operations.queries import ListJobs
from engine.outbox.model import JobState
from engine.rehearsal.recording_workflow import RecordingWorkflow
from engine.runtime.contract import Step, Surroundings, Variables
from engine.runtime.definition import Definition
from tests.jobs.town import Town, a_town
from tests.messages.drawn import offer_drawn
from tests.messages.test_signals import SIGNAL, a_throwing_procedure, a_waiting_procedure, opens
from tests.messages.test_starts import IN_0009, begun_by
from tests.office import MovableClock, Office, an_office
from tests.runtime.diagrams import timer
from tests.servers import eventually

_CASES = 20


class Stumbling(RecordingWorkflow):
    """A workflow that raises what nobody anticipated when a signal comes to one of its cases."""

    stumbles_at: bytes = b""

    def deliver(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        token: UUID,
        variables: Variables,
        surroundings: Surroundings,
        only_mapped: bool = False,
    ) -> Step:
        if snapshot == self.stumbles_at:
            raise KeyError("gateway")
        return super().deliver(
            definition,
            snapshot,
            token=token,
            variables=variables,
            surroundings=surroundings,
            only_mapped=only_mapped,
        )


def offer_both(office: Office) -> None:
    offer_drawn(office, "waiting", *a_waiting_procedure(), declares=SIGNAL)
    offer_drawn(office, "throwing", *a_throwing_procedure(), declares=SIGNAL)


def statuses(office: Office, procedure: str = "waiting") -> list[CaseStatus]:
    return [case.status for case in office.engine.ask(FindCases(procedure=procedure), actor=SYSTEM).items]


def test_a_case_at_which_the_signal_stumbles_does_not_keep_it_from_the_others() -> None:
    office = an_office()
    workflow = Stumbling(office.engine.workflow)
    office = replace(office, engine=replace(office.engine, workflow=workflow))
    offer_both(office)
    waiting = [opens(office, "waiting") for _ in range(3)]
    workflow.stumbles_at = waiting[1].case.snapshot
    opens(office, "throwing")

    Worker(office.engine, Connectors().deliver).run_once()

    views = [office.engine.ask(ShowCase(case_id=state.case.id), actor=SYSTEM) for state in waiting]
    assert [view.case.status for view in views] == [
        CaseStatus.COMPLETED,
        CaseStatus.OPEN,
        CaseStatus.COMPLETED,
    ]
    (incident,) = views[1].incidents
    assert (incident.code, incident.message) == ("fault", "KeyError was raised")
    assert {job.state for job in office.engine.ask(ListJobs(), actor=SYSTEM).items} == {JobState.DONE}


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    with a_town(database_url, now=datetime.now(UTC) - timedelta(days=6), polls=True) as running:
        yield running


@pytest.mark.slow
def test_a_signal_reaches_each_case_once_although_its_workers_are_killed(town: Town) -> None:
    office = on_the_walls_time(town)
    offer_both(office)
    waiting = [opens(office, "waiting") for _ in range(_CASES)]
    opens(office, "throwing")

    for reached in (1, 5, 9):
        worker = town.starts_worker()
        assert eventually(lambda enough=reached: completed(office) >= enough)
        town.kill(worker)
    town.starts_worker()

    assert eventually(lambda: completed(office) == _CASES)
    assert [town.actions(state)["signal_received"] for state in waiting] == [1] * _CASES
    assert eventually(lambda: job_states(office) == {JobState.DONE})


@pytest.mark.slow
def test_a_timer_begins_one_case_although_several_workers_look_for_it(town: Town) -> None:
    offer_drawn(town.office, "once", *begun_by(timer(duration="P1D"), extensions=IN_0009))

    for _ in range(3):
        town.starts_worker()

    assert eventually(lambda: job_states(town.office) == {JobState.DONE})
    assert eventually(lambda: len(statuses(town.office, "once")) > 1, seconds=1) is False
    assert statuses(town.office, "once") == [CaseStatus.OPEN]


def on_the_walls_time(town: Town) -> Office:
    """The office with the clock that its engine goes by, so that a test can move it."""
    clock = town.office.engine.clock
    assert isinstance(clock, MovableClock)
    return replace(town.office, clock=clock)


def completed(office: Office) -> int:
    return statuses(office).count(CaseStatus.COMPLETED)


def job_states(office: Office) -> set[Any]:
    return {job.state for job in office.engine.ask(ListJobs(), actor=SYSTEM).items}
