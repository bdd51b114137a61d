"""Claims about the work that the demonstration's people find: something of everything, and only once."""

from zoneinfo import ZoneInfo

import pytest

from demo.sample_cases import SAMPLE_CASES, SetClock, open_once
from demo.seed import publish_procedures, seed
from engine.bootstrap import build_in_memory
from engine.cases.queries import FindCases
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM
from engine.kernel.vocabulary import CaseStatus
from engine.tasks.queries import ListServiceTasks, ListTasks
from tests.builders import NOON
from tests.office import ROOT


@pytest.fixture
def engine() -> Engine:
    """The demonstration on the morning after it was set up."""
    clock = SetClock(at=NOON)
    engine = build_in_memory(clock=clock, zone=ZoneInfo("Europe/Athens"))
    token = seed(engine, agencies_at="https://agencies.example", known={}).tokens["maria"]
    publish_procedures(engine, processes=ROOT / "processes", forms=ROOT / "forms")
    for _ in range(2):
        clock.at = NOON
        open_once(engine, clock, token=token)
    clock.at = NOON
    return engine


def test_everybody_arrives_once(engine: Engine) -> None:
    cases = engine.ask(FindCases(), actor=SYSTEM).items

    assert len(cases) == len(SAMPLE_CASES)
    assert [case.opened_at for case in cases] == sorted((case.opened_at for case in cases), reverse=True)


def test_there_is_something_at_every_stage(engine: Engine) -> None:
    statuses = {case.status for case in engine.ask(FindCases(), actor=SYSTEM).items}
    tasks = engine.ask(ListTasks(), actor=SYSTEM).items

    assert statuses == {CaseStatus.OPEN, CaseStatus.SUSPENDED, CaseStatus.WITHDRAWN}
    assert {task.assignee_name for task in tasks} == {"maria", None}
    assert engine.ask(ListTasks(overdue=True), actor=SYSTEM).items
    assert len(engine.ask(ListServiceTasks(), actor=SYSTEM).items) == 2
