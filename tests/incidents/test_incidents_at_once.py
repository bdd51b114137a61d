"""Repairs by two at once, on real databases: what one has repaired the other does not repair again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from engine.bootstrap import build
from engine.cases.changeset import CaseState
from engine.cases.queries import ShowCase
from engine.incidents.repair import CorrectVariable, RetryIncident
from engine.kernel.refusal import Conflict
from engine.settings import from_environment
from tests.builders import NOON
from tests.incidents.test_repair import REASON
from tests.messages.drawn import judged, offer_drawn
from tests.office import MovableClock, Office, an_office
from tests.runtime.diagrams import user


@pytest.fixture
def office(database_url: str) -> Office:
    clock = MovableClock(NOON)
    engine = build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock)
    office = an_office(engine, clock=clock)
    offer_drawn(office, "by-clerk", *judged(user("measure")))
    return office


def at_once(*actions: Callable[[], CaseState]) -> list[CaseState | Conflict]:
    barrier = Barrier(len(actions))

    def begin(action: Callable[[], CaseState]) -> CaseState | Conflict:
        barrier.wait()
        try:
            return action()
        except Conflict as refusal:
            return refusal

    with ThreadPoolExecutor(len(actions)) as threads:
        return [future.result(timeout=30) for future in [threads.submit(begin, one) for one in actions]]


def test_of_two_who_try_an_incident_again_at_once_one_finds_it_resolved(office: Office) -> None:
    stuck = office.completes(office.opens_case(procedure="by-clerk", data={}).tasks[0], {})
    (incident,) = office.engine.ask(ShowCase(case_id=stuck.case.id), actor=office.manager).incidents
    correction = CorrectVariable(case_id=stuck.case.id, path="measured", value={"area": 140}, reason=REASON)
    office.does(correction, actor=office.manager)
    retry = RetryIncident(incident_id=incident.id)

    results = at_once(*[lambda: office.does(retry, actor=office.manager)] * 2)

    refused = [result.code for result in results if isinstance(result, Conflict)]
    assert refused == ["incident_resolved"]
    actions = [line.action for line in office.journal(stuck)]
    assert actions.count("task_completed") == actions.count("incident_resolved") == 1
    office.engine.close()
