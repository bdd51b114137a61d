"""Claims about migrations under load: who writes goes on meanwhile, and a break is made good."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from engine.bootstrap import build
from engine.kernel.refusal import Refusal
from engine.settings import from_environment
from engine.storage import migrate
from engine.storage.connecting import open_engine
from engine.storage.index_building import replace_check
from tests.office import an_office

on_postgresql = pytest.mark.parametrize("bare_url", ["postgresql"], indirect=True)
PATIENCE_SECONDS = 20
LOCK_TIMEOUT = "SET lock_timeout = '2s'"
WRITE = "UPDATE cases SET row_version = row_version + 1"
BEFORE_FIGURES, FIGURES = "0034_signatures", "0040_figures"
BEFORE_LEDGERS, LEDGERS = "0024_scans", "0025_term_ledgers"
STEPS = pytest.mark.parametrize(
    ("before", "after", "indexes"),
    [
        (
            BEFORE_FIGURES,
            FIGURES,
            {
                "ix_cases_running",
                "ix_cases_overdue",
                "ix_cases_appealed",
                "ix_cases_awaited",
                "ix_cases_ended_of_branch",
            },
        ),
        (BEFORE_LEDGERS, LEDGERS, {"ix_cases_term"}),
        ("0036_branches_by_version", "0046_running_on_version", {"ix_cases_running_on_version"}),
        ("0030_shared_parts", "0031_further_terms", {"ix_cases_decided"}),
        ("0005_starts", "0008_load_and_totals", {"ix_tasks_flagged", "ix_cases_ended"}),
        (
            "0047_applications",
            "0048_figures_by_month",
            {"ix_cases_late", "ix_cases_appealed", "ix_cases_decided"},
        ),
    ],
    ids=["figures", "ledgers", "versions", "further terms", "tasks", "months"],
)


def with_a_case_at(url: str, revision: str) -> str:
    """The URL for psycopg of that database, which has a case and stands at that migration."""
    migrate.upgrade(url)
    with build(from_environment({"STOA_DATABASE_URL": url})) as engine:
        an_office(engine).opens_case()
    migrate.downgrade(url, revision)
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, "It did not come to that."
        time.sleep(0.02)


def building(watcher: psycopg.Connection) -> list[int]:
    """The processes of the server that wait while they build an index."""
    found = watcher.execute(
        "SELECT pid FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND wait_event_type = 'Lock' "
        "AND datname = current_database()"
    )
    return [pid for (pid,) in found]


def valid(watcher: psycopg.Connection, *, is_valid: bool = True) -> set[str]:
    """The indexes of our tables that are valid, or that are not."""
    found = watcher.execute(
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indisvalid = %s AND c.relnamespace = 'public'::regnamespace",
        (is_valid,),
    )
    return {name for (name,) in found}


@contextmanager
def held_up(url: str, revision: str) -> Iterator[tuple[psycopg.Connection, Future[None]]]:
    """A migration that waits for a transaction begun before; who watches, and what becomes of it.

    It has read, and so keeps an index from being complete, but nobody from writing.
    """
    with (
        ThreadPoolExecutor(1) as pool,
        psycopg.connect(url, autocommit=True) as watcher,
        psycopg.connect(url) as slow,
    ):
        slow.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        slow.execute("SELECT code FROM branches")
        migration = pool.submit(migrate.upgrade, url, revision)
        try:
            wait_for(lambda: migration.done() or bool(building(watcher)))
            yield watcher, migration
        finally:
            slow.rollback()


@on_postgresql
@STEPS
def test_who_writes_waits_for_no_index(bare_url: str, before: str, after: str, indexes: set[str]) -> None:
    url = with_a_case_at(bare_url, before)

    with held_up(url, after) as (watcher, migration), psycopg.connect(url, autocommit=True) as writer:
        writer.execute(LOCK_TIMEOUT)
        changed = writer.execute(WRITE).rowcount
        copied = writer.execute(a_copy_of_a_case(writer)).rowcount
        was_under_way = not migration.done()
    migration.result(timeout=PATIENCE_SECONDS)

    with psycopg.connect(url) as watcher:
        assert (changed, copied, was_under_way) == (1, 1, True)
        assert indexes <= valid(watcher)
        assert valid(watcher, is_valid=False) == set()
    assert migrate.current(bare_url) == after


def a_copy_of_a_case(connection: psycopg.Connection) -> str:
    """The statement that copies a case, whatever columns there are."""
    found = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'cases' "
        "AND table_schema = 'public' ORDER BY ordinal_position"
    )
    names = [name for (name,) in found]
    changed = {"id": "gen_random_uuid()", "number": "number || '-2'"}
    values = ", ".join(changed.get(name, name) for name in names)
    return f"INSERT INTO cases ({', '.join(names)}) SELECT {values} FROM cases LIMIT 1"


@on_postgresql
@STEPS
def test_an_index_that_a_break_left_half_built_is_built_anew(
    bare_url: str, before: str, after: str, indexes: set[str]
) -> None:
    url = with_a_case_at(bare_url, before)

    with held_up(url, after) as (watcher, migration):
        for pid in building(watcher):
            watcher.execute("SELECT pg_terminate_backend(%s)", (pid,))
        with pytest.raises((Refusal, SQLAlchemyError)):
            migration.result(timeout=PATIENCE_SECONDS)
        left_behind, stood_at = valid(watcher, is_valid=False), migrate.current(bare_url)
    migrate.upgrade(bare_url, after)

    with psycopg.connect(url) as watcher:
        assert (len(left_behind), stood_at) == (1, before)
        assert indexes <= valid(watcher)
        assert valid(watcher, is_valid=False) == set()
    assert migrate.current(bare_url) == after


@on_postgresql
def test_rows_that_are_there_are_checked_while_others_write_and_a_break_is_made_good(bare_url: str) -> None:
    url = with_a_case_at(bare_url, "0031_further_terms")
    waits = "CREATE FUNCTION waits(term text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS "
    is_checked = "SELECT convalidated FROM pg_constraint WHERE conname = 'ck_term_entries_term'"

    def replaced() -> None:
        engine = open_engine(bare_url, pool_size=1)
        stack.callback(engine.dispose)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"transaction_per_migration": True})
            with context.begin_transaction(_per_migration=True), Operations.context(context):
                replace_check("term_entries", "ck_term_entries_term", "waits(term)")

    with (
        ExitStack() as stack,
        ThreadPoolExecutor(1) as pool,
        psycopg.connect(url, autocommit=True) as watcher,
        psycopg.connect(url, autocommit=True) as writer,
    ):
        writer.execute(f"{waits} $$ BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN true; END $$")
        writer.execute("SELECT pg_advisory_lock(7)")
        migration = pool.submit(replaced)
        wait_for(lambda: watcher.execute(is_checked).fetchone() == (False,) or migration.done())
        writer.execute(LOCK_TIMEOUT)
        wrote = writer.execute("DELETE FROM term_entries WHERE number > 99").rowcount
        was_under_way = not migration.done()
        stop = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%VALIDATE%'"
        wait_for(lambda: bool(watcher.execute(f"{stop} AND pid <> pg_backend_pid()").rowcount))
        with pytest.raises(SQLAlchemyError):
            migration.result(timeout=PATIENCE_SECONDS)
        writer.execute("SELECT pg_advisory_unlock(7)")
        pool.submit(replaced).result(timeout=PATIENCE_SECONDS)

        assert (wrote, was_under_way) == (0, True)
        assert watcher.execute(is_checked).fetchone() == (True,)


@on_postgresql
def test_a_writer_goes_on_from_the_first_ledger_to_the_newest_schema(bare_url: str) -> None:
    url = with_a_case_at(bare_url, BEFORE_LEDGERS)
    stop, waits = threading.Event(), []

    def write() -> None:
        with psycopg.connect(url, autocommit=True) as writer:
            writer.execute(LOCK_TIMEOUT)
            while not stop.is_set():
                began = time.monotonic()
                writer.execute(WRITE)
                waits.append(time.monotonic() - began)

    with psycopg.connect(url) as filling:
        number = "number || '-' || n"
        statement = a_copy_of_a_case(filling).replace("number || '-2'", number)
        filling.execute(statement.replace("FROM cases LIMIT 1", "FROM cases, generate_series(1, 3000) n"))
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            migrate.upgrade(bare_url)
        finally:
            stop.set()
        writing.result(timeout=PATIENCE_SECONDS)

    assert migrate.current(bare_url) == migrate.head()
    assert len(waits) > 1
    with psycopg.connect(url) as watcher:
        assert valid(watcher, is_valid=False) == set()
