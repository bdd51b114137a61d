"""Databases for tests: every test that asks gets an empty one at the newest schema."""

import shutil
from collections.abc import Iterator, Set
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from engine.schema import metadata
from engine.storage import migrate
from engine.storage.database import Database
from tests.postgresql import own_database


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Database:
    """An empty database of each kind in turn."""
    found: Database = request.getfixturevalue(f"{request.param}_store")
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database at the newest schema, of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Database]:
    """An empty store in SQLite."""
    yield from _opened(sqlite_url)


@pytest.fixture
def postgresql_store(postgresql_url: str) -> Iterator[Database]:
    """An empty store in PostgreSQL."""
    yield from _opened(postgresql_url)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of an empty SQLite database at the newest schema."""
    path = shutil.copy(sqlite_template, tmp_path / "stoa.db")
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(migrated_postgresql_url: str) -> str:
    """The URL of a PostgreSQL database at the newest schema, emptied."""
    with psycopg.connect(migrated_postgresql_url) as connection:
        _empty(connection)
    return migrated_postgresql_url


_FEW_PAGES = 10
"""As many as the planner supposes a table to have of which it knows nothing."""

_FILLED = """
SELECT relname, pg_relation_size(oid) / current_setting('block_size')::int <= %s AND reltuples < 0
FROM pg_class WHERE relname = ANY(%s) AND relnamespace = 'public'::regnamespace
AND (pg_relation_size(oid) > 0 OR reltuples >= 0)
"""
"""The tables that have or had rows, or statistics; which of them are small, and without statistics."""


def _empty(connection: psycopg.Connection) -> None:
    """Remove every row.

    Truncating makes a new file for each table and each of its indexes, however few rows there are: for all
    120 tables five times what deleting takes. Deleting leaves pages and statistics behind, by which later
    plans would be chosen, so it is only for few pages without statistics.
    """
    filled = connection.execute(_FILLED, (_FEW_PAGES, list(metadata.tables))).fetchall()
    truncated = _with_referring({name for name, is_small in filled if not is_small})
    # As a replica does it: no trigger fires, of a reference or one that keeps rows from being removed.
    connection.execute("SET LOCAL session_replication_role = replica")
    if truncated:
        tables = sql.SQL(", ").join(map(sql.Identifier, sorted(truncated)))
        connection.execute(sql.SQL("TRUNCATE {}").format(tables))
    for name, _ in filled:
        if name not in truncated:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))


def empty_as_new(url: str) -> None:
    """Remove every row of a PostgreSQL database, and the pages that rows have left in tables and indexes."""
    tables = sql.SQL(", ").join(sql.Identifier(name) for name in metadata.tables)
    with psycopg.connect(url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(sql.SQL("TRUNCATE {}").format(tables))


def _with_referring(names: Set[str]) -> Set[str]:
    """These tables, and those that refer to them: PostgreSQL truncates none without the other."""
    referring = {
        table.name
        for table in metadata.tables.values()
        if any(key.column.table.name in names for key in table.foreign_keys)
    }
    return names if referring <= names else _with_referring(names | referring)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The URL of this process's own PostgreSQL database at the newest schema."""
    with own_database(postgresql_server, "stoa_test") as url:
        migrate.upgrade(url)
        yield url


@pytest.fixture
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table; parametrised indirectly with `sqlite` or `postgresql`."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
    else:
        with own_database(request.getfixturevalue("postgresql_server"), "stoa_bare") as url:
            yield url


def _opened(url: str) -> Iterator[Database]:
    store = Database.open(url)
    yield store
    store.close()
