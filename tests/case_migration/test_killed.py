"""Claims about runs that are killed, paused, and driven by two at once: each case moves exactly once."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.bootstrap import build
from engine.case_migration.model import MigrationRun, RunKind, RunState
from engine.case_migration.queries import ShowRun
from engine.case_migration.runs import MigrateNext, PutRun
from engine.cases.journal_store import journal, journal_entry_of
from engine.cases.store import cases
from engine.kernel.actor import SYSTEM
from engine.sealing.chain import first_broken_line
from engine.settings import from_environment
from engine.tasks.queries import ListTasks
from tests.case_migration.test_residence_certificate import with_five_more_days
from tests.case_migration.versions import KEY, OPERATOR, begins, plans, publish, runs
from tests.office import PAPERS_COMPLETE, Office, an_office
from tests.processes import PROCESSES
from tests.servers import eventually

MANY, FEW = 60, 8


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    with build(from_environment({"STOA_DATABASE_URL": database_url})) as engine:
        yield an_office(engine)


def opens(office: Office, number: int) -> MigrationRun:
    """So many cases, and a run that is to move them."""
    for _ in range(number):
        office.opens_case()
    publish(office, with_five_more_days())
    plans(office)
    return begins(office, RunKind.MOVE)


def drive(url: str, run_id: UUID) -> None:
    """What the worker and the command do: one case after the other."""
    with build(from_environment({"STOA_DATABASE_URL": url})) as engine:
        while engine.carry_out(MigrateNext(run_id=run_id), actor=SYSTEM).goes_on:
            pass


def now(office: Office, run: MigrationRun) -> MigrationRun:
    return office.engine.ask(ShowRun(procedure=KEY, run_id=run.id), actor=OPERATOR)


def lines(office: Office, action: str) -> Counter[int]:
    """How many cases have how many such lines in their journals."""
    with office.engine.store.reading() as connection:
        found = connection.execute(sa.select(journal.c.case_id).where(journal.c.action == action)).scalars()
        return Counter(Counter(found).values())


def broken(office: Office) -> list[UUID]:
    """The cases whose journals are not intact."""
    with office.engine.store.reading() as connection:
        rows = connection.execute(sa.select(*journal.c).order_by(journal.c.case_id, journal.c.number))
        journals = groupby(map(journal_entry_of, rows), key=lambda line: line.case_id)
        keys = office.engine.journal_keys
        return [case_id for case_id, each in journals if first_broken_line(each, keys) is not None]


@pytest.mark.slow
def test_a_run_killed_five_times_moves_each_case_once(office: Office, database_url: str) -> None:
    run = opens(office, MANY)

    for kill in range(1, 6):
        driver = PROCESSES.Process(target=drive, args=(database_url, run.id))
        driver.start()
        assert eventually(lambda least=kill * 8: now(office, run).looked >= least, seconds=60)
        assert driver.pid is not None
        os.kill(driver.pid, signal.SIGKILL)
        driver.join()
    drive(database_url, run.id)

    done = now(office, run)
    assert (done.state, done.looked, done.moved) == (RunState.DONE, MANY, MANY)
    assert lines(office, "case_migrated") == {1: MANY}
    with office.engine.store.reading() as connection:
        versions = connection.execute(sa.select(cases.c.version_number).distinct()).scalars().all()
    assert versions == [2]
    assert broken(office) == []


def test_two_who_drive_the_same_run_take_turns(office: Office, database_url: str) -> None:
    run = opens(office, FEW)

    drivers = [threading.Thread(target=drive, args=(database_url, run.id)) for _ in range(2)]
    for driver in drivers:
        driver.start()
    for driver in drivers:
        driver.join()

    assert now(office, run).moved == FEW
    assert lines(office, "case_migrated") == {1: FEW}


def test_what_a_clerk_completes_meanwhile_is_before_the_move_or_after_it(
    office: Office, database_url: str
) -> None:
    run = opens(office, FEW)
    tasks = office.engine.ask(ListTasks(), actor=office.clerk).items

    driver = threading.Thread(target=drive, args=(database_url, run.id))
    driver.start()
    done = [office.completes(task, PAPERS_COMPLETE) for task in reversed(tasks)]
    driver.join()

    assert now(office, run).moved == FEW
    assert {len(state.service_tasks) for state in done} == {1}
    assert lines(office, "case_migrated") == lines(office, "task_completed") == {1: FEW}
    assert broken(office) == []
    with office.engine.store.reading() as connection:
        versions = connection.execute(sa.select(cases.c.version_number).distinct()).scalars().all()
    assert versions == [2]


def test_a_run_that_is_paused_goes_no_further_until_it_goes_on(office: Office, database_url: str) -> None:
    run = opens(office, FEW)
    office.does(MigrateNext(run_id=run.id), actor=OPERATOR)

    office.does(PutRun(procedure=KEY, run_id=run.id, state=RunState.PAUSED), actor=OPERATOR)
    drive(database_url, run.id)
    paused = now(office, run)
    office.does(PutRun(procedure=KEY, run_id=run.id, state=RunState.STOPPED), actor=OPERATOR)
    rest = runs(office, RunKind.MOVE)

    assert (paused.state, paused.looked) == (RunState.PAUSED, 1)
    assert rest.moved == FEW - 1
    assert lines(office, "case_migrated") == {1: FEW}
