"""Claims about what is open while a case moves: each is kept, and the case is carried to its end."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence

import pytest

from engine.bootstrap import build
from engine.bundle.scenario import AddFile, Complete, Expect
from engine.case_migration.model import MigrationRun, RunKind, Verdict
from engine.case_migration.queries import ShowRun
from engine.cases.changeset import CaseState
from engine.cases.queries import ShowCase
from engine.kernel.actor import SYSTEM
from engine.payments.counter import PayAtCounter
from engine.payments.model import Payment
from engine.payments.queries import ListPayments
from engine.settings import from_environment
from tests.case_migration.played import NEW_NAME, MovedPlay, renamed
from tests.case_migration.test_killed import broken, drive, lines
from tests.case_migration.versions import OPERATOR, begins, plans, publish, results, runs
from tests.office import Office, an_office, offer
from tests.procedures.shipped import scenario_of
from tests.processes import PROCESSES
from tests.servers import eventually

LICENCE, VEHICLE, RESIDENCE = "driving-licence-renewal", "vehicle-transfer", "residence-certificate"
WITH_OPEN_THINGS = (
    (LICENCE, "renewed"),
    (LICENCE, "never-photographed"),
    (LICENCE, "appeal-upheld"),
    (VEHICLE, "transferred"),
    (RESIDENCE, "municipality-late"),
    (RESIDENCE, "supplement"),
)
"""Payments, appointments, signatures of several, parallel agencies, timers, supplements, actions."""


@pytest.mark.parametrize(
    ("key", "name"),
    [*WITH_OPEN_THINGS, (LICENCE, "eighty-and-never-collected"), ("amka-issue", "registry-silent")],
)
def test_a_case_moves_after_every_step_and_is_taken_back_as_it_was(key: str, name: str) -> None:
    moved = MovedPlay.begun(key, name)
    for step in (None, *moved.scenario.steps):
        if step is not None:
            moved.play.take(step)
        if not moved.is_open or isinstance(step, Expect | AddFile):
            continue
        before = moved.rows()

        run, results = moved.runs(RunKind.MOVE)
        became = moved.rows()
        back, _ = moved.runs(RunKind.BACK)

        assert (run.moved, run.refused) == (1, 0), results
        assert [one.verdict for one in results] == [Verdict.MOVES], results
        assert became != before
        assert (back.moved, back.refused) == (1, 0)
        assert moved.rows() == before
    moved.play.end(moved.scenario.end)
    assert moved.play.view.case.version_number == 1


def signatures_asked(moved: MovedPlay) -> object:
    return sorted(one.element_id for one in moved.play.view.service_tasks)


def fees_due(moved: MovedPlay) -> object:
    return {fee: (payment.id, payment.amount) for fee, payment in moved.play.due().items()}


def tasks_open(moved: MovedPlay) -> object:
    return sorted((task.id, task.element_id, task.due_at) for task in moved.play.view.tasks)


def next_timer(moved: MovedPlay) -> object:
    return moved.play.view.case.next_timer_at


PARTS = ("payment", "appointment", "pickup", "appeal", "issue", "supplement")
"""How the ids of what is drawn in shared parts begin."""
STANDING: tuple[Callable[[MovedPlay], object], ...] = (signatures_asked, fees_due, tasks_open, next_timer)


@pytest.mark.parametrize(
    ("key", "name", "after"),
    [(key, name, after) for key, name in WITH_OPEN_THINGS for after in (1, 5, 9, 13)],
)
def test_what_is_open_is_kept_and_the_case_is_carried_to_its_end(key: str, name: str, after: int) -> None:
    moved = MovedPlay.begun(key, name)
    steps = moved.scenario.steps
    for step in steps[:after]:
        moved.play.take(step)
    if not moved.is_open:
        assert moved.runs(RunKind.MOVE)[0].looked == 0
        return
    before = [standing(moved) for standing in STANDING]

    run, results = moved.runs(RunKind.MOVE)

    assert (run.moved, run.refused) == (1, 0), results
    assert [standing(moved) for standing in STANDING] == before
    for task in moved.play.view.tasks:
        assert task.name.startswith(NEW_NAME) or task.element_id.partition("_")[0] in PARTS
    for step in steps[after:]:
        moved.play.take(step)
    moved.play.end(moved.scenario.end)
    assert moved.play.view.case.version_number == 2


CASES, KILLS = 12, 2


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    with build(from_environment({"STOA_DATABASE_URL": database_url})) as engine:
        yield an_office(engine)


@pytest.mark.slow
def test_fees_that_are_due_are_kept_though_the_run_is_killed(office: Office, database_url: str) -> None:
    offer(office.engine, LICENCE)
    states = [owing(office) for _ in range(CASES)]
    due = {state.case.id: fees_of(office, state) for state in states}
    publish(office, renamed(LICENCE))
    plans(office, key=LICENCE)
    run = begins(office, RunKind.MOVE, key=LICENCE)

    for kill in range(1, KILLS + 1):
        driver = PROCESSES.Process(target=drive, args=(database_url, run.id))
        driver.start()
        assert eventually(lambda least=kill * 4: looked_at(office, run) >= least, seconds=60)
        assert driver.pid is not None
        os.kill(driver.pid, signal.SIGKILL)
        driver.join()
    drive(database_url, run.id)

    assert looked_at(office, run) == CASES
    assert lines(office, "case_migrated") == {1: CASES}
    assert broken(office) == []
    assert {state.case.id: fees_of(office, state) for state in states} == due
    first, *_, last = states
    (payment,) = fees_of(office, first)
    office.does(PayAtCounter(payment_id=payment.id, amount="108.00"))
    back = runs(office, RunKind.BACK, key=LICENCE)
    assert (back.moved, back.refused) == (CASES - 1, 1)
    assert [one.code for one in results(office, back, key=LICENCE)[first.case.number].findings] == [
        "moved_on"
    ]
    assert fees_of(office, last) == due[last.case.id]
    office.does(PayAtCounter(payment_id=fees_of(office, last)[0].id, amount="108.00"))
    assert [version_of(office, one) for one in (first, last)] == [2, 1]


def owing(office: Office) -> CaseState:
    """A renewal of which the fee is to be paid."""
    scenario = scenario_of(LICENCE, "appeal-dismissed")
    opened = office.opens_case(
        procedure=LICENCE, data=scenario.given.data, applicant=scenario.given.applicant
    )
    first = next(step for step in scenario.steps if isinstance(step, Complete))
    return office.completes(opened.tasks[0], first.data)


def fees_of(office: Office, state: CaseState) -> Sequence[Payment]:
    return office.engine.ask(ListPayments(case_id=state.case.id), actor=SYSTEM)


def looked_at(office: Office, run: MigrationRun) -> int:
    return office.engine.ask(ShowRun(procedure=LICENCE, run_id=run.id), actor=OPERATOR).looked


def version_of(office: Office, state: CaseState) -> int:
    return office.engine.ask(ShowCase(case_id=state.case.id), actor=SYSTEM).case.version_number
