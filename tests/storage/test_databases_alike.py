"""Claims about the databases: what they refuse, what they survive, and how little they are asked."""

import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases import changeset_store, due_store
from engine.cases import store as cases_store
from engine.cases.changeset_store import CaseChange
from engine.cases.model import Case, CaseFilter, Notify
from engine.incidents import store as incidents_store
from engine.incidents.model import IncidentFilter
from engine.kernel.pages import Slice
from engine.kernel.permission_objects import Sight
from engine.kernel.refusal import Invalid, Unavailable
from engine.messages import store as messages
from engine.organisation import store as organisation_store
from engine.outbox import store as outbox_store
from engine.people import token_store
from engine.procedures import store as procedures_store
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import ServiceTaskFilter
from engine.storage.connecting import Patience, open_engine
from engine.storage.database import Database
from engine.storage.prepared import observing
from engine.tasks import store as tasks_store
from engine.tasks.model import TaskState
from engine.tasks.worklist_model import TaskFilter
from tests.builders import (
    A_CASE,
    NOON,
    a_branch,
    a_job,
    a_journal,
    a_receiver,
    a_service_task,
    a_task,
    an_id,
    minutes_later,
)
from tests.organisations import TODAY, save_branch
from tests.stored_office import Office, open_office

EVERYWHERE = Sight(everywhere=True)


@contextmanager
def statements_of(store: Database) -> Iterator[list[str]]:
    """The statements that are sent while the block runs, transactions' own words left out."""
    sent: list[str] = []

    def note(_connection: Connection, statement: str, _parameters: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    with observing(note):
        yield sent


# What is refused


def test_a_naive_moment_is_never_stored(office: Office) -> None:
    naive = datetime(2026, 3, 9, 12, 0)  # noqa: DTZ001 - the point of the test

    with pytest.raises(sa.exc.StatementError, match="aware moment"):
        office.file(office.a_case(due_at=naive))


@pytest.mark.parametrize("text", ["a\0b", "\0", "half \ud83d", "\udc00"])
def test_text_that_one_database_cannot_hold_is_refused_by_both(office: Office, text: str) -> None:
    case = office.a_case()

    with pytest.raises(Invalid):
        office.file(replace(case, outcome=text))
    with pytest.raises(Invalid):
        office.file(case, new_tasks=(a_task(case, name=text),))
    with pytest.raises(Invalid), office.store.reading() as connection:
        tasks_store.list_tasks(connection, TaskFilter(procedure=text), sight=EVERYWHERE, part=Slice())


@pytest.mark.parametrize("value", [1 << 64, -(1 << 63) - 1, "half \ud83d", {"a": ["\udc00"]}])
def test_json_that_cannot_be_held_is_refused(office: Office, value: Any) -> None:
    case = office.a_case()

    with pytest.raises(Invalid):
        office.file(case, new_tasks=(a_task(case, prefill={"value": value}),))


@pytest.mark.parametrize("value", ["a\0b", (1 << 63) - 1, 0.1, "😀", "</script>", [], {}, "ΐ", True, None])
def test_json_comes_back_as_it_went_in(office: Office, value: Any) -> None:
    case = office.a_case()
    task = a_task(case, prefill={"value": value}, draft={"": value})
    office.file(case, new_tasks=(task,))

    with office.store.begin() as connection:
        assert tasks_store.task(connection, task.id) == task


def test_a_case_of_no_known_branch_or_version_is_not_stored(office: Office) -> None:
    for case in (office.a_case(branch_id=an_id()), office.a_case(version_id=an_id())):
        # The errors of a prepared statement are the driver's own, but for those that come with the commit.
        with pytest.raises((sqlite3.IntegrityError, sa.exc.IntegrityError)):
            office.file(case)
        with office.store.reading() as connection:
            assert changeset_store.case(connection, case.id) is None


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://", "sqlite:///:memory:", "oracle://x"])
def test_another_kind_of_database_is_refused_by_name(url: str) -> None:
    with pytest.raises(ValueError, match="Expected"):
        Database.open(url)


def test_sqlite_is_set_up_to_keep_what_it_promised(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url, pool_size=1)

    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_synchronous_is_full_or_normal(sqlite_url: str) -> None:
    with pytest.raises(ValueError, match="full or normal"):
        Database.open(sqlite_url, synchronous="off")


# What is survived


def test_who_waits_too_long_for_a_lock_is_told_to_try_later(database_url: str) -> None:
    store = Database.open(database_url, patience=Patience(lock=0.2))
    office = open_office(store)
    case = office.file(office.a_case())

    with store.begin() as first:
        changeset_store.lock_case(first, case.id)
        with pytest.raises(Unavailable), store.begin() as second:
            changeset_store.lock_case(second, case.id)
    store.close()


def test_who_finds_no_free_connection_is_told_to_try_later(database_url: str) -> None:
    store = Database.open(database_url, pool_size=1, patience=Patience(lock=0.2))

    with store.reading(), store.reading(), pytest.raises(Unavailable), store.reading() as third:
        organisation_store.all_branches(third, on=TODAY)
    store.close()


def test_a_lost_connection_is_said_once_and_replaced(postgresql_store: Database, postgresql_url: str) -> None:
    with pytest.raises(Unavailable):
        write_while_the_connection_is_cut(postgresql_store, postgresql_url)

    with postgresql_store.reading() as connection:
        assert organisation_store.all_branches(connection, on=TODAY) == []


def write_while_the_connection_is_cut(store: Database, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as operator, store.begin() as connection:
        save_branch(connection, a_branch())
        cut_connections(operator)
        connection.commit()


def cut_connections(operator: psycopg.Connection) -> None:
    """End every other connection to the database, as an operator who restarts it does."""
    operator.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )


def test_a_connection_lost_in_the_middle_of_a_change_is_replaced_too(
    postgresql_store: Database, postgresql_url: str
) -> None:
    office = open_office(postgresql_store)
    case = office.a_case()

    with pytest.raises(Unavailable):
        file_while_the_connection_is_cut(office, case, postgresql_url)

    office.file(case)


def file_while_the_connection_is_cut(office: Office, case: Case, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as operator, office.store.begin() as connection:
        organisation_store.branch(connection, office.branch.id, on=TODAY)
        cut_connections(operator)
        changeset_store.save_changeset(connection, CaseChange(case=case, is_new=True))
        connection.commit()


def test_a_database_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    for url in (f"postgresql:///stoa?host={tmp_path}", f"sqlite:///{tmp_path}/missing/stoa.db"):
        store = Database.open(url)
        with pytest.raises(Unavailable), store.reading() as connection:
            organisation_store.all_branches(connection, on=TODAY)


def test_two_that_wait_for_each_other_are_parted(postgresql_store: Database) -> None:
    office = open_office(postgresql_store)
    first, second = office.file(office.a_case(1)), office.file(office.a_case(2))

    with pytest.raises(Unavailable):
        cross_locks(office, first.id, second.id)


def cross_locks(office: Office, one: Any, other: Any) -> None:
    """Lock two cases in one order here and in the other in a thread, until one of both gives up."""
    both_have_one = Barrier(2)

    def lock(mine: Any, theirs: Any) -> None:
        with office.store.begin() as connection:
            changeset_store.lock_case(connection, mine)
            both_have_one.wait()
            changeset_store.lock_case(connection, theirs)

    with ThreadPoolExecutor(2) as threads:
        for waiting in [threads.submit(lock, one, other), threads.submit(lock, other, one)]:
            waiting.result(timeout=30)


# How little is asked


def test_completing_a_task_takes_three_statements_to_lock_and_at_most_one_for_each_kind_of_row(
    office: Office, store: Database
) -> None:
    case = office.a_case()
    task = a_task(case)
    office.file(case, new_tasks=(task,), new_service_tasks=(a_service_task(case),))

    with statements_of(store) as sent, store.begin() as connection:
        locked = changeset_store.lock_case_of_task(connection, task.id)
        assert locked is not None
        to_lock = len(sent)
        new = [a_service_task(case, agency=office.agency) for _ in range(3)]
        lines, head = a_journal(case, "task_completed", "service_task_opened", "service_task_opened")
        change = CaseChange(
            case=replace(locked.case, journal=head),
            changed_tasks=(task.closed(TaskState.COMPLETED, NOON),),
            new_tasks=(a_task(case), a_task(case)),
            new_service_tasks=tuple(new),
            jobs=tuple(a_job(service_task) for service_task in new),
            journal=lines,
        )
        changeset_store.save_changeset(connection, change)
        connection.commit()

    assert to_lock == 3
    assert len(sent) - to_lock == (7 if connection.dialect.name == "sqlite" else 1)


def test_a_change_of_the_case_alone_is_one_statement(office: Office, store: Database) -> None:
    case = office.file(office.a_case())

    with statements_of(store) as sent, store.begin() as connection:
        changeset_store.save_changeset(
            connection, CaseChange(case=replace(case, notify=Notify(sms="+306900000000")))
        )
        connection.commit()

    assert len(sent) == 1


def test_who_is_asking_is_one_statement(store: Database) -> None:
    with statements_of(store) as sent, store.reading() as connection:
        token_store.actor(connection, b"unknown", NOON, on=NOON.date())

    assert len(sent) == 1


LISTS_BY_INDEX: dict[str, tuple[Any, str]] = {
    "the branch's open tasks": (
        lambda c, sight: tasks_store.list_tasks(c, TaskFilter(), sight=sight, part=Slice()),
        "ix_tasks_open_of_branch",
    ),
    "my tasks": (
        lambda c, sight: tasks_store.list_tasks(
            c, TaskFilter(assignee_id=an_id()), sight=sight, part=Slice()
        ),
        "ix_tasks_open_of_assignee",
    ),
    "open tasks everywhere": (
        lambda c, _: tasks_store.list_tasks(c, TaskFilter(), sight=EVERYWHERE, part=Slice()),
        "ix_tasks_open",
    ),
    "tasks that nobody has": (
        lambda c, sight: tasks_store.list_tasks(c, TaskFilter(unassigned=True), sight=sight, part=Slice()),
        "ix_tasks_unassigned",
    ),
    "completed tasks": (
        lambda c, sight: tasks_store.list_tasks(
            c, TaskFilter(state=TaskState.COMPLETED), sight=sight, part=Slice()
        ),
        "ix_tasks_completed_of_branch",
    ),
    "the branch's cases": (
        lambda c, sight: cases_store.list_cases(c, CaseFilter(), sight=sight, part=Slice()),
        "ix_cases_newest_of_branch",
    ),
    "cases everywhere": (
        lambda c, _: cases_store.list_cases(c, CaseFilter(), sight=EVERYWHERE, part=Slice()),
        "ix_cases_newest",
    ),
    "what waits for an agency": (
        lambda c, sight: service_tasks_store.list_service_tasks(
            c, ServiceTaskFilter(), sight=sight, agency_id=an_id(), part=Slice()
        ),
        "ix_service_tasks_open_of_agency",
    ),
    "cases whose term ended": (lambda c, _: due_store.overdue_cases(c, NOON, 10), "ix_cases_term"),
    "cases with a due timer": (lambda c, _: due_store.due_cases(c, NOON, 10), "ix_cases_next_timer"),
    "jobs": (lambda c, _: outbox_store.list_jobs(c, None, Slice()), "ix_jobs_newest"),
    "open incidents everywhere": (
        lambda c, _: incidents_store.list_incidents(c, IncidentFilter(), sight=EVERYWHERE, part=Slice()),
        "ix_incidents_open",
    ),
    "the branch's incidents, resolved ones too": (
        lambda c, sight: incidents_store.list_incidents(
            c, IncidentFilter(is_open=None), sight=sight, part=Slice()
        ),
        "ix_incidents_newest_of_branch",
    ),
    "who waits for a signal": (
        lambda c, _: messages.lock_case_awaiting_signal(
            c, "open", after=an_id(), before=NOON, thrown_by=an_id()
        ),
        "ix_subscriptions_signal",
    ),
    "who waits for a message": (
        lambda c, _: messages.lock_awaiting_case(c, "paid", "k", A_CASE),
        "ix_subscriptions_oldest",
    ),
    "what is kept for a case": (
        lambda c, _: messages.take_message(c, "paid", "k", receiver=a_receiver(), now=NOON),
        "ix_messages_oldest",
    ),
    "who may send a message": (
        lambda c, _: procedures_store.some_version_names(c, "paid", ("role:clerk",)),
        "ix_message_rights_name",
    ),
    "what a signal begins": (
        lambda c, _: procedures_store.starts_by_signal(c, "open", NOON),
        "ix_starts_named",
    ),
}


@pytest.mark.parametrize("name", LISTS_BY_INDEX)
def test_a_page_is_read_from_an_index_in_its_order(database_url: str, name: str) -> None:
    read, index = LISTS_BY_INDEX[name]
    engine = open_engine(database_url, pool_size=1)

    with engine.connect() as connection:
        plan = plan_of(connection, read)
    engine.dispose()

    assert f"{index} " in plan or f"{index}\n" in plan or plan.rstrip().endswith(index)
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def plan_of(connection: sa.Connection, read: Any) -> str:
    """How the database would find the first page, where the tables are too large to be read through."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Connection, statement: str, parameters: Any) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, parameters))

    with observing(note):
        read(connection, Sight(branch_id=an_id()))
    statement, parameters = sent[-1]
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
    explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
    rows = _rows_of(connection, f"{explain} {statement}", parameters)
    return "\n".join(str(row[-1]) for row in rows)


def _rows_of(connection: sa.Connection, text: str, parameters: Any) -> Sequence[Any]:
    """What the database answers: to SQLAlchemy, or to a prepared statement, whose values are a list."""
    if not isinstance(parameters, list):
        return connection.exec_driver_sql(text, parameters).all()
    driver: Any = connection.connection.driver_connection
    cursor = psycopg.RawCursor(driver) if connection.dialect.name == "postgresql" else driver
    found: Sequence[Any] = cursor.execute(text, parameters).fetchall()
    return found


def test_a_page_far_down_is_asked_for_by_key_and_not_by_counting(office: Office, store: Database) -> None:
    case = office.a_case()
    office.file(case, new_tasks=tuple(a_task(case, due_at=minutes_later(m)) for m in range(3)))
    with store.reading() as connection:
        first = tasks_store.list_tasks(connection, TaskFilter(), sight=EVERYWHERE, part=Slice(limit=1))

    with statements_of(store) as sent, store.reading() as connection:
        tasks_store.list_tasks(
            connection, TaskFilter(), sight=EVERYWHERE, part=Slice(limit=1, cursor=first.next)
        )

    assert len(sent) == 1
    assert "(tasks.sort_at, tasks.id) >" in sent[0]
