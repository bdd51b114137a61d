"""Claims about transactions: what is written together is seen together, or not at all."""

import pytest

from engine.sql import SqlStore
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
