"""Measures storage: `python -m bench.storage` prints what a worklist page and a step's transaction cost.

The budgets: the first and the last page of a worklist of 100,000 open tasks take under 20 ms, and less
than twice what they take at 1,000. A step's transaction is set beside the floor of bench.bare, measured
in the same run.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from bench import bare
from bench.databases import KINDS, fresh_database
from bench.figures import Sample, measured, table
from bench.last_page import cursor_to_the_last_page
from engine.cases import changeset_store
from engine.cases import store as cases_store
from engine.cases.case_number import CaseNumber
from engine.cases.changeset_store import CaseChange
from engine.cases.journal import JournalEntry, JournalHead
from engine.cases.model import Case
from engine.cases.store import case_row
from engine.kernel.actor import SYSTEM
from engine.kernel.clock import identifier_at, identifiers
from engine.kernel.pages import Slice
from engine.kernel.permission_objects import Sight
from engine.kernel.vocabulary import Channel
from engine.organisation import entering
from engine.organisation.model import Agency, Branch
from engine.outbox.model import Job, JobKind
from engine.people import store as people_store
from engine.people.model import User
from engine.procedures import store as procedures_store
from engine.procedures.model import ProcedureVersion
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from engine.storage.connecting import open_engine
from engine.storage.database import Database
from engine.tasks import store as tasks_store
from engine.tasks.model import Task, TaskState
from engine.tasks.store import task_row
from engine.tasks.worklist_model import TaskFilter

NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
BRANCHES = 10
SNAPSHOT = 12_000
SIZES = (1_000, 10_000, 100_000)
EVERYWHERE = Sight(everywhere=True)


class Town:
    """What must be there before there are cases: branches, a clerk, an agency and a procedure."""

    def __init__(self) -> None:
        self.branches = [
            Branch(id=_id(), code=f"{number:04d}", name="ΚΕΠ", name_en="Office") for number in range(BRANCHES)
        ]
        self.clerk = User(id=_id(), username="maria", display_name="Μαρία")
        self.agency = Agency(id=_id(), key="registry", name="Δημοτολόγιο", topics=("registry",))
        self.version = ProcedureVersion(
            id=_id(),
            key="residence-certificate",
            number=1,
            sha256="0" * 64,
            title="Βεβαίωση",
            title_en="Certificate",
            metadata={},
            created_at=NOW,
            created_by=None,
        )

    def settle(self, store: Database) -> None:
        """Store it."""
        with store.begin() as connection:
            for branch in self.branches:
                entering.enter_branch(connection, branch, at=NOW, by="bench")
            people_store.save_user(connection, self.clerk)
            entering.enter_agency(
                connection, self.agency, on=NOW.date(), at=NOW, by="bench", new_id=identifiers(NOW)
            )
            procedures_store.add_version(connection, self.version, {})
            connection.commit()

    def case(self, number: int) -> Case:
        """The town's case of that number."""
        branch = self.branches[number % BRANCHES]
        return Case(
            id=_id(),
            number=str(CaseNumber(branch.code, 2026, number + 1)),
            procedure_key=self.version.key,
            version_id=self.version.id,
            version_number=1,
            branch_id=branch.id,
            branch_code=branch.code,
            channel=Channel.COUNTER,
            opened_at=NOW + timedelta(seconds=number),
            opened_by=self.clerk.id,
            due_at=NOW + timedelta(days=5),
            tracking_digest="K7QX9P",
            snapshot=b"",
        )

    def task(self, case: Case, number: int) -> Task:
        """A task of a case: one in three is without a due date, one in five is the clerk's."""
        is_held = number % 5 == 0
        return Task(
            id=_id(),
            case_id=case.id,
            case_number=case.number,
            procedure_key=case.procedure_key,
            branch_id=case.branch_id,
            token=_id(),
            element_id="check",
            name="Έλεγχος δικαιολογητικών",
            form_id="papers",
            created_at=NOW,
            due_at=NOW + timedelta(minutes=number * 7919 % 100_000) if number % 3 else None,
            assignee_id=self.clerk.id if is_held else None,
            assignee_name=self.clerk.username if is_held else None,
            prefill={"papers": ["identity", "bill"], "applicant": {"family_name": "Δημητρίου"}},
        )


def worklists(kind: str, sizes: Sequence[int] = SIZES) -> Iterator[tuple[int, str, Sample, Sample]]:
    """For each number of open tasks and each worklist: how long its first and its last page take."""
    with fresh_database(kind) as url:
        store, town = Database.open(url), Town()
        town.settle(store)
        engine = open_engine(url, pool_size=1)
        there = 0
        for size in sizes:
            _fill(engine, town, range(there, size))
            there = size
            yield from ((size, *figures) for figures in _pages(store, engine, town))
        engine.dispose()
        store.close()


def _pages(store: Database, engine: sa.Engine, town: Town) -> Iterator[tuple[str, Sample, Sample]]:
    lists: dict[str, tuple[TaskFilter, Sight]] = {
        "of a branch": (TaskFilter(), Sight(branch_id=town.branches[3].id)),
        "that nobody has": (TaskFilter(unassigned=True), Sight(branch_id=town.branches[3].id)),
        "of a clerk": (TaskFilter(assignee_id=town.clerk.id), Sight(branch_id=town.branches[0].id)),
        "everywhere": (TaskFilter(), EVERYWHERE),
    }
    for name, (wanted, sight) in lists.items():
        last = cursor_to_the_last_page(engine, wanted, sight)

        def read(cursor: str | None = None, wanted: TaskFilter = wanted, sight: Sight = sight) -> None:
            with store.reading() as connection:
                page = tasks_store.list_tasks(
                    connection, wanted, sight=sight, part=Slice(limit=50, cursor=cursor)
                )
            assert len(page.items) == 50
            assert (page.next is None) == (cursor is not None)

        yield name, measured(read, rounds=100), measured(partial(read, last), rounds=100)


def _fill(engine: sa.Engine, town: Town, numbers: range) -> None:
    for first in range(numbers.start, numbers.stop, 5_000):
        cases = [(number, town.case(number)) for number in range(first, min(first + 5_000, numbers.stop))]
        tasks = [town.task(case, number) for number, case in cases]
        with engine.begin() as connection:
            connection.execute(cases_store.cases.insert(), [case_row(case) for _, case in cases])
            connection.execute(tasks_store.tasks.insert(), [task_row(task) for task in tasks])
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def steps(kind: str, rounds: int = 400) -> tuple[Sample, Sample, float]:
    """What completing a task costs storage: seconds, CPU seconds, and bare transactions a second.

    A task is completed that opens the next, a service task and its job, with three lines of journal.
    """
    with fresh_database(kind) as url:
        store, town = Database.open(url, pool_size=1), Town()
        town.settle(store)
        step = _step(store, town)
        measured(step, rounds=50)
        wall = measured(step, rounds=rounds)
        cpu = measured(step, rounds=rounds, clock=time.process_time)
        store.close()
        floor = bare.rate(url, processes=1, threads=1, transactions=rounds)
    return wall, cpu, floor


def _step(store: Database, town: Town) -> Callable[[], None]:
    case = replace(town.case(0), snapshot=os.urandom(SNAPSHOT))
    first = town.task(case, 0)
    with store.begin() as connection:
        changeset_store.save_changeset(connection, CaseChange(case=case, is_new=True, new_tasks=(first,)))
        connection.commit()
    waiting: list[UUID] = [first.id]

    def step() -> None:
        with store.begin() as connection:
            locked = changeset_store.lock_case_of_task(connection, waiting[0])
            assert locked is not None
            done = locked.tasks[0].closed(TaskState.COMPLETED, NOW)
            following = town.task(locked.case, 0)
            answered = tuple(task.closed(ServiceTaskState.COMPLETED, NOW) for task in locked.service_tasks)
            service_task = _service_task(town, locked.case)
            lines, head = _lines(locked.case)
            changeset_store.save_changeset(
                connection,
                CaseChange(
                    case=replace(locked.case, snapshot=os.urandom(SNAPSHOT), journal=head),
                    changed_tasks=(done,),
                    changed_service_tasks=answered,
                    new_tasks=(following,),
                    new_service_tasks=(service_task,),
                    jobs=(_job(service_task),),
                    journal=lines,
                ),
            )
            connection.commit()
            waiting[0] = following.id

    return step


def _service_task(town: Town, case: Case) -> ServiceTask:
    return ServiceTask(
        id=_id(),
        case_id=case.id,
        case_number=case.number,
        procedure_key=case.procedure_key,
        branch_id=case.branch_id,
        token=_id(),
        element_id="ask",
        name="Αίτημα",
        topic="registry",
        created_at=NOW,
        agency_id=town.agency.id,
        agency_key=town.agency.key,
        variables={"afm": "094014201"},
    )


def _job(service_task: ServiceTask) -> Job:
    return Job(
        id=_id(),
        kind=JobKind.DELIVER_WEBHOOK,
        case_id=service_task.case_id,
        service_task_id=service_task.id,
        run_at=NOW,
        created_at=NOW,
    )


def _lines(case: Case) -> tuple[tuple[JournalEntry, ...], JournalHead]:
    lines, head = [], case.journal
    for action in ("task_completed", "task_opened", "service_task_opened"):
        line, head = head.next(case_id=case.id, at=NOW, actor=SYSTEM, action=action)
        lines.append(line)
    return tuple(lines), head


def _id() -> UUID:
    return identifier_at(NOW)


def main() -> None:
    """Print both tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--database", choices=KINDS, action="append", help="only this one; repeatable")
    chosen: Sequence[str] = arguments.parse_args().database or KINDS
    pages = [
        (kind, size, name, first.median_ms, first.p95_ms, last.median_ms, last.p95_ms)
        for kind in chosen
        for size, name, first, last in worklists(kind)
    ]
    header = ("database", "open tasks", "worklist", "first ms", "p95", "last ms", "p95")
    print(table("A page of 50 tasks", header, pages))
    transactions = [_transaction_figures(kind) for kind in chosen]
    columns = ("database", "median ms", "p95", "CPU ms", "a second", "bare a second")
    print(table("A step's transaction, one client", columns, transactions))


def _transaction_figures(kind: str) -> tuple[object, ...]:
    wall, cpu, floor = steps(kind)
    mean_cpu = sum(cpu.seconds) / len(cpu.seconds) * 1000
    return kind, wall.median_ms, wall.p95_ms, mean_cpu, 1000 / wall.median_ms, floor


if __name__ == "__main__":
    main()
