"""Prepared statements write and read what SQLAlchemy would, on both databases."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from engine.kernel.refusal import Conflict, Invalid, OutOfDate
from engine.storage.among import among
from engine.storage.connecting import open_engine
from engine.storage.database import Database
from engine.storage.prepared import PreparedQuery, PreparedWrite, Write, read_together, write_together
from engine.storage.statements import update_at_version
from engine.storage.types import PlainText, UtcDateTime
from tests.builders import an_id

things = sa.Table(
    "things",
    sa.MetaData(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", PlainText(), nullable=False, unique=True),
    sa.Column("at", UtcDateTime),
    sa.Column("body", sa.LargeBinary),
    sa.Column("facts", sa.JSON(none_as_null=True)),
    sa.Column("is_good", sa.Boolean),
    sa.Column("row_version", sa.Integer, nullable=False),
)
INSERT = PreparedWrite(things.insert())
CHANGE = PreparedWrite(update_at_version(things))
ALL = PreparedQuery(sa.select(*things.c).order_by(things.c.name))
AMONG_IDS = PreparedQuery(sa.select(things.c.name).where(among(things.c.id, "ids")))
AMONG_NAMES = PreparedQuery(sa.select(things.c.name).where(among(things.c.name, "names")))
NAMED = PreparedQuery(
    sa.select(things.c.id, things.c.name).where(things.c.name == sa.bindparam("name", type_=PlainText()))
)

PREPARED_AFTER = 5
"""How often the driver sends a statement before it has the server prepare it."""


@pytest.fixture
def store(database_url: str) -> Iterator[Database]:
    """A store of each kind with one empty table of its own."""
    engine = open_engine(database_url, pool_size=2)
    things.metadata.drop_all(engine)
    things.metadata.create_all(engine)
    yield Database(engine)
    things.metadata.drop_all(engine)
    engine.dispose()


def a_thing(name: str, **changes: Any) -> dict[str, Any]:
    """A row with a value in every column."""
    at = datetime(2026, 3, 9, 12, 30, 15, 123456, tzinfo=timezone(timedelta(hours=2)))
    row = {"id": an_id(), "name": name, "at": at, "body": b"\0\xff", "facts": {"α": [1, None, "100 %s"]}}
    return {**row, "is_good": True, "row_version": 1, **changes}


def save(store: Database, *writes: Write) -> None:
    with store.begin() as connection:
        write_together(connection, writes)
        connection.commit()


def all_of(store: Database) -> list[Any]:
    with store.reading() as connection:
        return ALL.rows(connection, {})


def test_rows_are_written_and_read_as_sqlalchemy_does_it(store: Database) -> None:
    empty = {"at": None, "body": None, "facts": None, "is_good": None}
    rows = [a_thing("α %s 100%"), a_thing("β", is_good=False), a_thing("γ", **empty)]

    save(store, Write(INSERT, rows))

    found = all_of(store)
    with store.reading() as connection:
        expected = connection.execute(sa.select(*things.c).order_by(things.c.name)).all()
    assert [row._asdict() for row in found] == [row._asdict() for row in expected]
    assert [row._asdict() for row in found] == rows
    assert found[0].at.tzinfo == UTC
    assert isinstance(found[0].id, UUID)
    assert isinstance(found[0].body, bytes)


def test_more_rows_than_one_statement_takes_are_all_written(store: Database) -> None:
    save(store, Write(INSERT, [a_thing(f"{number:03}") for number in range(50)]))

    assert len(all_of(store)) == 50


def test_a_row_at_another_version_is_refused_and_nothing_is_kept(store: Database) -> None:
    stored, other = a_thing("stored"), a_thing("other")
    save(store, Write(INSERT, [stored, other]))
    changes = [{**other, "is_good": False}, {**stored, "row_version": 2}]

    with pytest.raises(OutOfDate, match=r"thing .* at version 2"):
        save(store, Write(CHANGE, changes, "thing"), Write(INSERT, [a_thing("new")]))

    assert [(row.name, row.is_good, row.row_version) for row in all_of(store)] == [
        ("other", True, 1),
        ("stored", True, 1),
    ]


def test_a_row_at_the_version_that_was_read_is_changed_and_its_version_raised(store: Database) -> None:
    stored = a_thing("stored")
    save(store, Write(INSERT, [stored]))

    save(store, Write(CHANGE, [{**stored, "name": "changed"}], "thing"))

    assert [(row.name, row.row_version) for row in all_of(store)] == [("changed", 2)]


def test_one_statement_finds_among_any_number_of_values(store: Database) -> None:
    rows = [a_thing("α, 'β' {γ}"), a_thing('"δ" \\ NULL'), a_thing("ε")]
    save(store, Write(INSERT, rows))
    names, ids = [row["name"] for row in rows], [row["id"] for row in rows]

    with store.reading() as connection:
        for count in (0, 1, 3):
            by_id = AMONG_IDS.rows(connection, {"ids": [an_id(), *ids[:count]]})
            by_name = AMONG_NAMES.rows(connection, {"names": ["NULL", "", *names[:count]]})
            assert {row.name for row in by_id} == {row.name for row in by_name} == set(names[:count])
        assert AMONG_IDS.rows(connection, {"ids": []}) == []
        with pytest.raises(Invalid):
            AMONG_NAMES.rows(connection, {"names": ["a\0b"]})


def test_a_query_that_is_asked_again_gives_what_is_there_by_then(store: Database) -> None:
    with store.begin() as connection:
        write_together(connection, [Write(INSERT, [a_thing("a")])])
        before = ALL.rows(connection, {})
        write_together(connection, [Write(INSERT, [a_thing("b", facts=None, at=None)])])
        after = ALL.rows(connection, {})

    assert [row.name for row in before] == ["a"]
    assert [(row.name, row.facts is None) for row in after] == [("a", False), ("b", True)]


def test_a_query_that_failed_can_be_asked_again(store: Database) -> None:
    save(store, Write(INSERT, [a_thing("a")]))

    for _ in range(2):
        with store.reading() as connection, pytest.raises((KeyError, ValueError)):
            NAMED.rows(connection, {"another": "a"})
        with store.reading() as connection:
            assert [row.name for row in NAMED.rows(connection, {"name": "a"})] == ["a"]


def test_queries_that_are_asked_together_give_their_rows_in_order(store: Database) -> None:
    save(store, Write(INSERT, [a_thing("a"), a_thing("b")]))

    with store.begin() as connection:
        found = read_together(connection, [(NAMED, {"name": "b"}), (NAMED, {"name": "?"}), (ALL, {})])

    assert [[row.name for row in rows] for rows in found] == [["b"], [], ["a", "b"]]


def test_what_sqlalchemy_refuses_is_refused(store: Database) -> None:
    save(store, Write(INSERT, [a_thing("there")]))

    for name in ("a\0b", "half \ud83d"):
        with pytest.raises(Invalid):
            save(store, Write(INSERT, [a_thing(name)]))
    with pytest.raises(sa.exc.StatementError, match="aware moment"):
        save(store, Write(INSERT, [a_thing("naive", at=datetime(2026, 3, 9))]))  # noqa: DTZ001 - the point
    with pytest.raises(Conflict):
        save(store, Write(INSERT, [a_thing("there")]))

    assert [row.name for row in all_of(store)] == ["there"]


def test_a_row_with_other_columns_than_the_statement_is_a_bug_and_not_written(store: Database) -> None:
    save(store, Write(INSERT, [a_thing("there")]))
    too_few = a_thing("new")
    del too_few["facts"]

    for row in ({**a_thing("new"), "unknown": 1}, too_few):
        with pytest.raises(ValueError, match="Expected 7 values"):
            save(store, Write(INSERT, [row]))

    assert [row.name for row in all_of(store)] == ["there"]


def test_of_two_rows_where_one_is_wanted_neither_is_chosen(store: Database) -> None:
    save(store, Write(INSERT, [a_thing("a"), a_thing("b")]))

    with store.reading() as connection, pytest.raises(sa.exc.MultipleResultsFound):
        ALL.row(connection, {})


def test_what_follows_a_write_sees_it(store: Database) -> None:
    with store.begin() as connection:
        write_together(connection, [Write(INSERT, [a_thing("a")])])
        write_together(connection, [Write(INSERT, [a_thing("b")])])
        prepared = [row.name for row in ALL.rows(connection, {})]
        write_together(connection, [Write(INSERT, [a_thing("c")])])
        by_sqlalchemy = connection.execute(sa.select(things.c.name).order_by(things.c.name)).scalars().all()

    assert prepared == ["a", "b"]
    assert by_sqlalchemy == ["a", "b", "c"]
    assert all_of(store) == []


def test_a_refused_write_is_refused_by_the_next_statement_too(store: Database) -> None:
    save(store, Write(INSERT, [a_thing("there")]))
    late = {**a_thing("late"), "row_version": 3}

    with pytest.raises(OutOfDate, match=r"thing .* at version 3"):  # noqa: PT012, SIM117 - either may raise it
        with store.begin() as connection:
            write_together(connection, [Write(CHANGE, [late], "thing")])
            ALL.rows(connection, {})

    assert [row.name for row in all_of(store)] == ["there"]


def test_postgresql_answers_a_write_and_its_commit_together(postgresql_url: str) -> None:
    engine = open_engine(postgresql_url, pool_size=1)
    things.metadata.create_all(engine)
    store = Database(engine)
    save(store, Write(INSERT, [a_thing("first")]))

    with store.begin() as connection:
        driver: Any = connection.connection.driver_connection
        write_together(connection, [Write(INSERT, [a_thing("second")])])
        before_commit = driver.pgconn.pipeline_status
        connection.commit()
        after_commit = driver.pgconn.pipeline_status

    assert (before_commit, after_commit) == (psycopg.pq.PipelineStatus.ON, psycopg.pq.PipelineStatus.OFF)
    assert [row.name for row in all_of(store)] == ["first", "second"]
    things.metadata.drop_all(engine)
    engine.dispose()


def test_what_postgresql_has_prepared_outlives_a_look(postgresql_url: str) -> None:
    store, wanted = (
        Database.open(postgresql_url, pool_size=1),
        PreparedQuery(sa.select(sa.literal(7).label("seven"))),
    )
    with closing(store):
        for _ in range(PREPARED_AFTER + 1):
            with store.reading() as connection:
                wanted.rows(connection, {})

        with store.reading() as connection:
            prepared = connection.exec_driver_sql("SELECT statement FROM pg_prepared_statements").scalars()
            assert [text for text in prepared if "AS seven" in text] != []
