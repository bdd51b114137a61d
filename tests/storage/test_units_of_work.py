"""Claims about transactions: what is written together is seen together, or not at all."""

import time

import psycopg
import pytest
from sqlalchemy.engine import make_url

from engine.bootstrap import build
from engine.kernel.actor import SYSTEM
from engine.operations.queries import SchemaVersion
from engine.settings import from_environment
from engine.storage.database import SqlStore
from tests.builders import a_branch, a_user
from tests.databases import AnyStore


class Interrupted(Exception):
    """Something went wrong in the middle."""


def write_and_be_interrupted(store: AnyStore) -> None:
    with store.begin() as work:
        work.save_branch(a_branch())
        raise Interrupted


def test_what_is_committed_is_seen_by_others(store: AnyStore) -> None:
    branch = a_branch()

    with store.begin() as work:
        work.save_branch(branch)
        work.commit()

    with store.reading() as reads:
        assert reads.branches() == [branch]


def test_a_glance_sees_what_is_committed_and_nothing_else(store: AnyStore) -> None:
    branch, unfinished = a_branch(), a_branch(code="0010")
    with store.begin() as work:
        work.save_branch(branch)
        work.commit()
    with store.begin() as work:
        work.save_branch(unfinished)

    with store.glancing() as reads:
        assert reads.branches() == [branch]


def test_a_glance_leaves_the_next_look_consistent(sql_store: SqlStore) -> None:
    with sql_store.glancing() as reads:
        assert reads.branches() == []

    with sql_store.reading() as reads:
        seen_first = reads.branches()
        with sql_store.begin() as work:
            work.save_branch(a_branch())
            work.commit()

        assert reads.branches() == seen_first


def test_leaving_without_commit_undoes_everything(store: AnyStore) -> None:
    with store.begin() as work:
        work.save_branch(a_branch())
        work.save_user(a_user())

    with store.reading() as reads:
        assert reads.branches() == []
        assert reads.user_named("maria") is None


def test_an_exception_undoes_everything_and_is_not_swallowed(store: AnyStore) -> None:
    with pytest.raises(Interrupted):
        write_and_be_interrupted(store)

    with store.reading() as reads:
        assert reads.branches() == []


def test_a_unit_of_work_sees_what_it_wrote_itself(store: AnyStore) -> None:
    branch = a_branch()

    with store.begin() as work:
        work.save_branch(branch)

        assert work.branch(branch.id) == branch


def test_nobody_sees_what_is_not_committed_yet(store: AnyStore) -> None:
    with store.begin() as work:
        work.save_branch(a_branch())

        with store.reading() as reads:
            assert reads.branches() == []


def test_a_look_stays_as_it_was_when_others_commit(store: AnyStore) -> None:
    with store.reading() as reads:
        before = reads.branches()
        with store.begin() as work:
            work.save_branch(a_branch())
            work.commit()

        assert reads.branches() == before == []


def test_a_store_that_was_closed_opens_again(store: AnyStore) -> None:
    branch = a_branch()
    with store.begin() as work:
        work.save_branch(branch)
        work.commit()

    store.close()

    with store.reading() as reads:
        assert reads.branches() == [branch]


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
