"""Claims about commands and questions while the database is restarted, slow, frozen, or read-only."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from engine.bootstrap import build
from engine.cases.changeset import CaseState
from engine.cases.notes import AddNote
from engine.cases.open import OpenCase
from engine.cases.queries import FindCases, ShowCase
from engine.dispatch import Engine, Once
from engine.kernel.actor import SYSTEM
from engine.kernel.pages import Slice
from engine.kernel.refusal import OutcomeUnknown, Unavailable
from engine.kernel.vocabulary import Channel
from engine.operations.housekeeping import Beat
from engine.operations.queries import SchemaVersion
from engine.settings import Settings, from_environment
from engine.storage.database import LEFT_ALONE
from engine.storage.failures import Silent
from engine.storage.prepared import observing
from engine.tasks.assign import ClaimTask
from engine.tasks.complete import CompleteTask
from tests.builders import a_person
from tests.office import APPLICATION, PAPERS_COMPLETE, Office, an_office
from tests.outages.network import Break, Network, a_network_to
from tests.outages.own_server import OwnServer
from tests.servers import eventually

ONCE = Once(owner="test", key="one", fingerprint=b"1")
OPENING = OpenCase(
    procedure="residence-certificate", channel=Channel.COUNTER, applicant=a_person(), data=APPLICATION
)


def test_a_restart_between_two_requests_is_noticed_by_nobody(office: Office, server: OwnServer) -> None:
    case = office.opens_case()
    connections = fill_pool(office.engine, 4)

    server.restarts()

    assert connections == 4
    assert office.engine.identify(b"unknown") is None
    assert fill_pool(office.engine, 4) == 4
    assert office.completes(case.tasks[0], PAPERS_COMPLETE).service_tasks


def test_connections_that_were_ended_are_replaced(office: Office, server: OwnServer) -> None:
    fill_pool(office.engine, 4)

    for _ in range(4):
        server.ends_connections()

        assert office.engine.ask(SchemaVersion(), actor=SYSTEM) is not None


def test_a_command_whose_connection_ends_before_any_of_its_statements_is_done_once(
    office: Office, server: OwnServer
) -> None:
    cut = 0

    while True:
        case = office.opens_case()
        task = office.claims(case.tasks[0])
        with before(the_statement(cut + 1), server.ends_connections) as heard:
            office.does(CompleteTask(task_id=task.id, data=PAPERS_COMPLETE))
        if not heard:
            break
        cut += 1
        actions = Counter(line.action for line in office.journal(case))
        assert (actions["task_completed"], actions["service_task_opened"]) == (1, 1), f"statement {cut}"

    assert cut > 3


def test_a_question_whose_connection_ends_in_the_middle_is_answered(
    office: Office, server: OwnServer
) -> None:
    case = office.opens_case()

    with before(the_statement(2), server.ends_connections) as heard:
        shown = office.engine.ask(ShowCase(case_id=case.case.id), actor=office.clerk)

    assert heard
    assert shown.case == case.case


@pytest.mark.parametrize("breaks", list(Break))
def test_a_commit_without_an_answer_is_resolved_by_its_key(breaks: Break, server: OwnServer) -> None:
    with an_office_over_a_network(server) as (office, network):
        network.breaks = breaks
        state = office.does(OPENING, once=ONCE)

        assert network.has_broken.wait(timeout=10)
        found = office.engine.ask(FindCases(part=Slice(limit=10)), actor=office.clerk).items
        assert [case.id for case in found] == [state.case.id]
        assert office.does(OPENING, once=ONCE).case.id == state.case.id


@pytest.mark.parametrize(("breaks", "notes"), [(Break.BEFORE, 0), (Break.AFTER, 1)])
def test_a_commit_without_an_answer_and_without_a_key_is_told_as_unknown(
    breaks: Break, notes: int, server: OwnServer
) -> None:
    with an_office_over_a_network(server) as (office, network):
        case = office.opens_case()
        network.breaks = breaks
        with pytest.raises(OutcomeUnknown, match="nobody knows whether"):
            office.does(AddNote(case_id=case.case.id, text="Once."))

        assert network.has_broken.wait(timeout=10)
        # What arrived without its answer may still be under way.
        assert eventually(lambda: noted(office, case) == notes, seconds=10)


def test_a_frozen_server_is_given_up_and_asked_again_when_it_goes_on(
    office: Office, server: OwnServer
) -> None:
    case = office.opens_case()
    task = office.claims(case.tasks[0])

    with server.frozen():
        waited = seconds_until_refused(
            lambda: office.does(CompleteTask(task_id=task.id, data=PAPERS_COMPLETE)), Silent
        )
        at_once = seconds_until_refused(lambda: office.engine.identify(b"unknown"), Silent)
        time.sleep(LEFT_ALONE)
        # Every connection is given up with the first: only a new one is waited for.
        connecting = seconds_until_refused(lambda: office.engine.identify(b"unknown"), Silent)

    assert 2.5 < waited < 6
    assert at_once < 0.1
    assert 1.5 < connecting < 4
    time.sleep(LEFT_ALONE)
    state = office.does(CompleteTask(task_id=task.id, data=PAPERS_COMPLETE))
    assert len(state.service_tasks) == 1


def test_a_statement_that_takes_too_long_is_refused(office: Office, server: OwnServer) -> None:
    with psycopg.connect(server.url) as other:
        other.execute("LOCK TABLE worker_beats IN ACCESS EXCLUSIVE MODE")
        waited = seconds_until_refused(lambda: office.does(Beat(worker="w"), actor=SYSTEM), Unavailable)

    assert 0.5 < waited < 2
    office.does(Beat(worker="w"), actor=SYSTEM)


def test_a_standby_answers_what_shows_nobodys_case_and_is_not_written_to(
    office: Office, server: OwnServer
) -> None:
    case = office.opens_case()
    server.becomes_a_standby()

    seen = office.engine.ask(ShowCase(case_id=case.case.id), actor=SYSTEM)
    for _ in range(4):
        # Who reads a case is put on record, which a standby cannot do.
        with pytest.raises(Unavailable, match="nothing was changed"):
            office.engine.ask(ShowCase(case_id=case.case.id), actor=office.clerk)
        # Sooner or later over a connection that has just been asked, and only read from.
        with pytest.raises(Unavailable, match="nothing was changed"):
            office.does(ClaimTask(task_id=case.tasks[0].id))
        office.engine.ask(SchemaVersion(), actor=SYSTEM)
    server.is_promoted()

    assert seen.case == case.case
    assert office.engine.ask(ShowCase(case_id=case.case.id), actor=office.clerk).case == case.case
    assert office.claims(case.tasks[0]).assignee_id == office.clerk.id


def test_a_deadlock_is_tried_again(office: Office, server: OwnServer) -> None:
    case = office.opens_case()
    task = office.claims(case.tasks[0])
    # Of two that wait for each other, the server ends whoever has waited this long.
    with psycopg.connect(server.url, autocommit=True) as setting:
        setting.execute(f"ALTER DATABASE {server.database} SET deadlock_timeout = '50ms'")
    server.ends_connections()

    with psycopg.connect(server.url) as other, ThreadPoolExecutor(1) as beside:
        other.execute("SET deadlock_timeout = '30s'")
        other.execute("SELECT 1 FROM tasks WHERE id = %s FOR UPDATE", (task.id,))

        def take_case() -> None:
            other.execute("SELECT 1 FROM cases WHERE id = %s FOR UPDATE", (case.case.id,))
            other.rollback()

        def begin_to_take_case() -> None:
            beside.submit(take_case)
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            assert eventually(lambda: server.asks(waiting) == [(1,)], seconds=5)

        with before(lambda statement, _: "UPDATE tasks" in statement, begin_to_take_case) as heard:
            state = office.does(CompleteTask(task_id=task.id, data=PAPERS_COMPLETE))

    assert heard
    assert len(state.service_tasks) == 1
    assert Counter(line.action for line in office.journal(case))["task_completed"] == 1


def test_too_many_connections_are_told_as_unavailable(server: OwnServer) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS nobody")
        connection.execute("CREATE ROLE nobody LOGIN CONNECTION LIMIT 0")
    url = make_url(server.url).set(username="nobody").render_as_string(hide_password=False)

    with (
        build(settings_of(url)) as engine,
        pytest.raises(Unavailable, match="nothing was changed"),
    ):
        engine.ask(SchemaVersion(), actor=SYSTEM)


def fill_pool(engine: Engine, count: int) -> int:
    """Ask so often at once that there are so many connections, and say how many questions were answered."""
    together = Barrier(count)

    def ask() -> bool:
        with engine.store.reading() as connection:
            together.wait(timeout=10)
            return connection.execute(sa.text("SELECT true")).scalar_one() is True

    with ThreadPoolExecutor(count) as pool:
        return sum(done.result() for done in [pool.submit(ask) for _ in range(count)])


def noted(office: Office, case: CaseState) -> int:
    return Counter(line.action for line in office.journal(case))["note_added"]


def the_statement(wanted: int) -> Callable[[str, int], bool]:
    return lambda _, number: number == wanted


@contextmanager
def before(wanted: Callable[[str, int], bool], act: Callable[[], object]) -> Iterator[list[str]]:
    """Within the block, act once before the first statement that is `wanted`, by its text and its number.

    Gives that statement in a list, which is empty until it was reached.
    """
    reached: list[str] = []
    statements = 0

    def hear(_connection: sa.Connection, statement: str, _parameters: Any) -> None:
        nonlocal statements
        statements += 1
        if not reached and wanted(statement, statements):
            reached.append(statement)
            act()

    with observing(hear):
        yield reached


@contextmanager
def an_office_over_a_network(server: OwnServer) -> Iterator[tuple[Office, Network]]:
    with a_network_to(server) as network, build(settings_of(network.url)) as engine:
        yield an_office(engine), network


def settings_of(url: str) -> Settings:
    return from_environment({"STOA_DATABASE_URL": url})


def seconds_until_refused(work: Callable[[], object], refusal: type[Unavailable]) -> float:
    begun = time.monotonic()
    with pytest.raises(refusal):
        work()
    return time.monotonic() - begun
