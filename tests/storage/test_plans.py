"""Claims about how the databases find what the desk asks for: by an index, in its order, in one statement."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.engine import Connection

from engine.access import store as access_store
from engine.access.model import AccessFilter
from engine.bootstrap import build
from engine.cases import changeset_store, compaction_store, due_store, journal_store
from engine.cases import store as cases_store
from engine.cases.case_page import ShowCaseFile
from engine.cases.model import CaseFilter
from engine.kernel.pages import Slice
from engine.kernel.permission_objects import Sight
from engine.kernel.vocabulary import Flag
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import RequestFilter
from engine.settings import from_environment
from engine.storage.connecting import open_engine
from engine.storage.database import Database
from engine.supervision import store as supervision_store
from engine.supervision.model import Figure
from engine.tasks import store as tasks_store
from engine.tasks import worklist_store
from engine.tasks.worklist_model import TaskFilter, TaskOrder
from tests.applications import an_application
from tests.builders import NOON, a_task, an_id
from tests.databases import empty_as_new
from tests.office import an_office
from tests.pages.visiting import COOKIE, session_of
from tests.storage.test_databases_alike import plan_of, statements_of


def a_list(connection: Connection, sight: Sight, **wanted: Any) -> object:
    return tasks_store.list_tasks(connection, TaskFilter(**wanted), sight=sight, part=Slice())


def behind(connection: Connection, figure: Figure, *, branches: Sequence[UUID] | None) -> object:
    day = NOON + timedelta(days=1)
    return supervision_store.cases_behind(
        connection, figure, begin=NOON, end=day, branches=branches, part=Slice()
    )


READ_BY_INDEX: dict[str, tuple[Callable[[Connection, Sight], object], str]] = {
    "by priority": (
        lambda c, sight: a_list(c, sight, order=TaskOrder.PRIORITY),
        "ix_tasks_open_by_priority",
    ),
    "oldest": (lambda c, sight: a_list(c, sight, order=TaskOrder.OLDEST), "ix_tasks_open_by_age"),
    "newest": (lambda c, sight: a_list(c, sight, order=TaskOrder.NEWEST), "ix_tasks_open_by_age"),
    "ready for pickup": (
        lambda c, sight: a_list(c, sight, flag=Flag.READY_FOR_PICKUP),
        "ix_tasks_flagged",
    ),
    "the pulse of a branch": (
        lambda c, _: worklist_store.pulse_of_branch(c, an_id()),
        "ix_latest_changes_of_branch",
    ),
    "the pulse of an agency": (
        lambda c, _: worklist_store.pulse_of_agency(c, an_id()),
        "ix_service_tasks_open_of_agency",
    ),
    "the requests of an agency": (
        lambda c, _: service_tasks_store.list_requests(c, RequestFilter(), agency_id=an_id(), part=Slice()),
        "ix_service_tasks_open_of_agency",
    ),
    "the newest requests of an agency": (
        lambda c, _: service_tasks_store.list_requests(
            c, RequestFilter(newest_first=True), agency_id=an_id(), part=Slice()
        ),
        "ix_service_tasks_open_of_agency",
    ),
    "the notes on a case": (
        lambda c, _: journal_store.list_notes(c, an_id(), Slice()),
        "ix_notes_newest_of_case",
    ),
    "who has read a case": (
        lambda c, _: access_store.list_records(c, AccessFilter(case_id=an_id()), Slice()),
        "ix_access_records_case",
    ),
    "what somebody has read": (
        lambda c, _: access_store.list_records(c, AccessFilter(reader="maria"), Slice()),
        "ix_access_records_reader",
    ),
    "who read anything": (
        lambda c, _: access_store.list_records(c, AccessFilter(), Slice()),
        "ix_access_records_newest",
    ),
    "what nobody has reviewed": (
        lambda c, _: access_store.list_concerns(c, Slice(), are_open=True),
        "ix_access_concerns_open",
    ),
    "the cases whose timers are due": (
        lambda c, _: due_store.due_cases(c, NOON, limit=100),
        "ix_cases_next_timer",
    ),
    "the cases whose term is over": (
        lambda c, _: due_store.overdue_cases(c, NOON, limit=100),
        "ix_cases_term",
    ),
    "the decided cases of a branch": (
        lambda c, sight: cases_store.list_cases(c, CaseFilter(decided=True), sight=sight, part=Slice()),
        "ix_cases_decided",
    ),
    "the late cases of several branches": (
        lambda c, _: behind(c, Figure.LATE, branches=[an_id(), an_id()]),
        "ix_cases_late",
    ),
    "the appealed cases of all branches": (
        lambda c, _: behind(c, Figure.APPEALED, branches=None),
        "ix_cases_appealed",
    ),
    "the appealed cases of several branches": (
        lambda c, _: behind(c, Figure.APPEALED, branches=[an_id(), an_id()]),
        "ix_cases_appealed",
    ),
    "the next task": (
        lambda c, _: worklist_store.free_tasks(c, an_id(), after=a_task(), limit=50),
        "ix_tasks_open_by_priority",
    ),
}


@pytest.fixture(scope="module", autouse=True)
def tables_as_new(migrated_postgresql_url: str) -> None:
    """No pages of indexes that rows of other tests left: the planner prefers those with fewer."""
    empty_as_new(migrated_postgresql_url)


@pytest.mark.parametrize("name", READ_BY_INDEX)
def test_what_the_desk_asks_is_read_from_an_index_in_its_order(database_url: str, name: str) -> None:
    read, index = READ_BY_INDEX[name]
    engine = open_engine(database_url, pool_size=1)

    with engine.connect() as connection:
        plan = plan_of(connection, read)
    engine.dispose()

    assert index in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


FOUND_BY_KEY: dict[str, Callable[[Connection, Sight], object]] = {
    "a case by its number": lambda c, _: changeset_store.case_numbered(c, "0009-26-000001-6"),
    "the id of a number": lambda c, _: cases_store.id_of_number(c, "0009-26-000001-6"),
    "cases by a name": lambda c, sight: cases_store.list_cases(
        c, CaseFilter(words=("papadopoulou",)), sight=sight, part=Slice()
    ),
    "the cases to look through for compaction": lambda c, _: compaction_store.following(
        c, an_id(), limit=500
    ),
    "what several cases are called": lambda c, _: tasks_store.labels(c, [an_id(), an_id()]),
    "the closed cases to compact": lambda c, _: compaction_store.lock_snapshots(
        c, after=an_id(), last=an_id()
    ),
}


@pytest.mark.parametrize("name", FOUND_BY_KEY)
def test_what_is_looked_up_never_reads_all_cases(database_url: str, name: str) -> None:
    engine = open_engine(database_url, pool_size=1)

    with engine.connect() as connection:
        plan = plan_of(connection, FOUND_BY_KEY[name])
    engine.dispose()

    assert "Seq Scan" not in plan
    assert "SCAN " not in plan.replace("SCAN CONSTANT", "").replace("SCAN json_each", "")


def test_what_each_clerk_has_is_counted_in_an_index(database_url: str) -> None:
    engine = open_engine(database_url, pool_size=1)

    with engine.connect() as connection:
        plan = plan_of(
            connection,
            lambda c, _: tasks_store.load_of_branch(
                c, an_id(), people={an_id(): frozenset()}, now=NOON, midnight=NOON
            ),
        )
    engine.dispose()

    assert plan.count("ix_tasks_open_of_assignee") == 2


def test_counts_and_pulse_are_one_statement_each(store: Database) -> None:
    sight = Sight(branch_id=an_id())

    with statements_of(store) as sent, store.reading() as connection:
        worklist_store.worklist_counts(connection, sight=sight, user_id=an_id(), now=NOON)
        worklist_store.pulse_of_branch(connection, an_id())

    assert len(sent) == 2


def test_a_case_file_and_its_page_look_their_case_up_once(database_url: str) -> None:
    settings = from_environment({"STOA_DATABASE_URL": database_url})
    with build(settings) as engine:
        office = an_office(engine)
        case_id = office.sends_to_municipality().case.id
        client = an_application(engine, settings).test_client()
        client.set_cookie(COOKIE, session_of(engine, office.clerk))

        with statements_of(engine.store) as of_question:
            engine.ask(ShowCaseFile(case_id=case_id), actor=office.clerk)
        with statements_of(engine.store) as of_page:
            shown = client.get(f"/desk/cases/{case_id}")

    assert shown.status_code == 200
    assert looks_at_a_case(of_question) == looks_at_a_case(of_page) == 1
    assert len([statement for statement in of_question if "INTO access_records" not in statement]) <= 20


def looks_at_a_case(statements: Sequence[str]) -> int:
    """How often a case was looked up by its id."""
    return sum("FROM cases WHERE cases.id =" in " ".join(one.split()) for one in statements)
