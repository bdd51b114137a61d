"""Claims about transactions: what is written together is seen together, or not at all."""

import time

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import CacheStats

from engine.bootstrap import build
from engine.kernel.actor import SYSTEM
from engine.operations.queries import SchemaVersion
from engine.organisation import store as organisation_store
from engine.people import store as people_store
from engine.schema import metadata
from engine.settings import from_environment
from engine.storage.database import Database
from engine.storage.in_memory import in_memory
from engine.storage.prepared import PreparedQuery
from tests.builders import a_branch, a_user
from tests.organisations import TODAY, save_branch

CODES = PreparedQuery(sa.select(organisation_store.branches.c.code))


class Interrupted(Exception):
    """Something went wrong in the middle."""


def write_and_be_interrupted(store: Database) -> None:
    with store.begin() as connection:
        save_branch(connection, a_branch())
        raise Interrupted


def test_what_is_committed_is_seen_by_others(store: Database) -> None:
    branch = a_branch()

    with store.begin() as connection:
        save_branch(connection, branch)
        connection.commit()

    with store.reading() as connection:
        assert organisation_store.all_branches(connection, on=TODAY) == [branch]


def test_databases_in_memory_compile_a_statement_once_for_all_of_them() -> None:
    first, second = in_memory(metadata), in_memory(metadata)
    compiled_before = []

    for store in (first, second):
        with store.reading() as connection:
            event.listen(
                connection,
                "after_cursor_execute",
                lambda *told: compiled_before.append(told[4].cache_hit is CacheStats.CACHE_HIT),
            )
            connection.execute(sa.select(sa.literal("compiled once").label("only_here"))).all()

    assert compiled_before == [False, True]


def test_a_glance_sees_what_is_committed_and_nothing_else(store: Database) -> None:
    branch, unfinished = a_branch(), a_branch(code="0010")
    with store.begin() as connection:
        save_branch(connection, branch)
        connection.commit()
    with store.begin() as connection:
        save_branch(connection, unfinished)

    with store.glancing() as glance:
        assert [row.code for row in CODES.rows(glance, {})] == [branch.code]


def test_a_glance_leaves_the_next_unit_of_work_whole(store: Database) -> None:
    with store.glancing() as glance:
        assert CODES.rows(glance, {}) == []

    with pytest.raises(Interrupted):
        write_and_be_interrupted(store)

    with store.reading() as connection:
        assert organisation_store.all_branches(connection, on=TODAY) == []


def test_a_glance_that_fails_leaves_the_next_unit_of_work_whole(store: Database) -> None:
    with pytest.raises(Interrupted), store.glancing():
        raise Interrupted

    with pytest.raises(Interrupted):
        write_and_be_interrupted(store)

    with store.reading() as connection:
        assert organisation_store.all_branches(connection, on=TODAY) == []


def test_a_glance_leaves_the_next_look_consistent(store: Database) -> None:
    with store.glancing() as glance:
        assert CODES.rows(glance, {}) == []

    with store.reading() as connection:
        seen_first = organisation_store.all_branches(connection, on=TODAY)
        with store.begin() as other:
            save_branch(other, a_branch())
            other.commit()

        assert organisation_store.all_branches(connection, on=TODAY) == seen_first


def test_leaving_without_commit_undoes_everything(store: Database) -> None:
    with store.begin() as connection:
        save_branch(connection, a_branch())
        people_store.save_user(connection, a_user())

    with store.reading() as connection:
        assert organisation_store.all_branches(connection, on=TODAY) == []
        assert people_store.user_named(connection, "maria") is None


def test_an_exception_undoes_everything_and_is_not_swallowed(store: Database) -> None:
    with pytest.raises(Interrupted):
        write_and_be_interrupted(store)

    with store.reading() as connection:
        assert organisation_store.all_branches(connection, on=TODAY) == []


def test_a_unit_of_work_sees_what_it_wrote_itself(store: Database) -> None:
    branch = a_branch()

    with store.begin() as connection:
        save_branch(connection, branch)

        assert organisation_store.branch(connection, branch.id, on=TODAY) == branch


def test_nobody_sees_what_is_not_committed_yet(store: Database) -> None:
    with store.begin() as connection:
        save_branch(connection, a_branch())

        with store.reading() as other:
            assert organisation_store.all_branches(other, on=TODAY) == []


def test_a_look_stays_as_it_was_when_others_commit(store: Database) -> None:
    with store.reading() as connection:
        before = organisation_store.all_branches(connection, on=TODAY)
        with store.begin() as other:
            save_branch(other, a_branch())
            other.commit()

        assert organisation_store.all_branches(connection, on=TODAY) == before == []


def test_a_store_that_was_closed_opens_again(store: Database) -> None:
    branch = a_branch()
    with store.begin() as connection:
        save_branch(connection, branch)
        connection.commit()

    store.close()

    with store.reading() as connection:
        assert organisation_store.all_branches(connection, on=TODAY) == [branch]


def test_an_engine_that_is_left_holds_no_connection(postgresql_url: str) -> None:
    named = make_url(postgresql_url).update_query_dict({"application_name": "left-behind"})
    settings = from_environment({"STOA_DATABASE_URL": named.render_as_string(hide_password=False)})

    with build(settings) as engine:
        engine.ask(SchemaVersion(), actor=SYSTEM)
        held = connections_called("left-behind", postgresql_url)

    assert held == 1
    # The server takes its time to notice that somebody has hung up.
    end = time.monotonic() + 10
    while connections_called("left-behind", postgresql_url) and time.monotonic() < end:
        time.sleep(0.02)
    assert connections_called("left-behind", postgresql_url) == 0


def connections_called(name: str, url: str) -> int:
    """How many connections of that name the server has."""
    with psycopg.connect(url, autocommit=True) as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
        found = connection.execute(query, (name,)).fetchone()
    assert found is not None
    return int(found[0])
