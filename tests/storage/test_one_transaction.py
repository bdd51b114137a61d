"""One step is one transaction: everything that a command writes is there, or nothing is."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection

from engine.bootstrap import build
from engine.cases.lifecycle import WithdrawCase
from engine.context import Command
from engine.dispatch import Once
from engine.kernel.actor import Actor
from engine.schema import metadata
from engine.service_tasks.answer import AnswerServiceTask
from engine.settings import from_environment
from engine.storage.connecting import database_url as with_driver
from engine.storage.prepared import observing
from engine.tasks.complete import CompleteTask
from tests.builders import NOON, an_agency_actor
from tests.office import CONFIRMED, PAPERS_COMPLETE, MovableClock, Office, an_office

ONCE = Once(owner="test", key="k-1", fingerprint=b"\x01")

Step = Callable[[Office], tuple[Command[Any], Actor]]


class PowerCut(Exception):
    """The database is gone in the middle of a step."""


def completes(office: Office) -> tuple[Command[Any], Actor]:
    """A clerk completes a task: it closes, a service task opens, and a job is written."""
    task = office.opens_case().tasks[0]
    office.claims(task)
    return CompleteTask(task_id=task.id, data=PAPERS_COMPLETE), office.clerk


def answers(office: Office) -> tuple[Command[Any], Actor]:
    """An agency answers its service task: it closes, and a task opens."""
    service_task = office.sends_to_municipality().service_tasks[0]
    return (
        AnswerServiceTask(service_task_id=service_task.id, data=CONFIRMED),
        an_agency_actor(office.agency),
    )


def withdraws(office: Office) -> tuple[Command[Any], Actor]:
    """A clerk withdraws a case that waits for an agency: everything open in it closes."""
    case = office.sends_to_municipality().case
    return WithdrawCase(case_id=case.id, reason="Το ζήτησε η πολίτης."), office.clerk


STEPS = pytest.mark.parametrize("step", [completes, answers, withdraws])


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """An office on a database of each kind in turn."""
    clock = MovableClock(NOON)
    with build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock) as engine:
        yield an_office(engine, clock=clock)


@pytest.fixture
def seen(database_url: str) -> Iterator[Callable[[], Mapping[str, Any]]]:
    """Gives every committed row of every table, as a second connection sees them."""
    engine = sa.create_engine(with_driver(database_url))

    def rows() -> Mapping[str, Any]:
        with engine.connect() as connection:
            return {
                name: sorted(map(repr, connection.execute(sa.select(table))))
                for name, table in metadata.tables.items()
            }

    yield rows
    engine.dispose()


@contextmanager
def heard(name: str, listener: Callable[..., None]) -> Iterator[None]:
    """Within the block `listener` hears of that event on every connection."""
    event.listen(sa.Engine, name, listener)
    try:
        yield
    finally:
        event.remove(sa.Engine, name, listener)


@contextmanager
def cut_at_write(number: int) -> Iterator[None]:
    """Within the block the `number`-th statement that writes is not carried out, nor is any after it."""
    writes = 0

    def cut(_connection: Connection, statement: str, _parameters: Any) -> None:
        nonlocal writes
        writes += statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "WITH"))
        if writes >= number:
            raise PowerCut

    with observing(cut):
        yield


@STEPS
def test_a_step_commits_once(office: Office, step: Step) -> None:
    command, actor = step(office)
    commits: list[Any] = []

    with heard("commit", commits.append):
        office.does(command, actor=actor, once=ONCE)

    assert len(commits) == 1


@STEPS
def test_of_a_step_that_fails_between_two_writes_nothing_is_there(
    office: Office, step: Step, seen: Callable[[], Mapping[str, Any]], database_url: str
) -> None:
    command, actor = step(office)
    before = seen()
    failures = 0

    while True:
        try:
            with cut_at_write(failures + 1):
                office.does(command, actor=actor, once=ONCE)
            break
        except PowerCut:
            failures += 1
            assert seen() == before, f"Something of the step is there although its write {failures} failed."

    # On PostgreSQL most changes of a case are one statement, which nothing can come between.
    assert failures > (3 if database_url.startswith("sqlite") else 0)
    assert seen() != before
