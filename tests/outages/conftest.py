"""What tests of outages may ask for: a server that can be stopped, and an office on it."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from engine.bootstrap import build
from engine.settings import from_environment
from engine.storage import migrate
from tests.leftovers import run_folder
from tests.office import Office, an_office
from tests.outages.own_server import OwnServer, a_server_in

PATIENCE = {
    "STOA_DATABASE_CONNECT_SECONDS": "2",
    "STOA_DATABASE_LOCK_SECONDS": "2",
    "STOA_DATABASE_STATEMENT_SECONDS": "1",
}
"""Shorter than in use, so that tests are."""

TEMPLATE = "stoa_template"


@pytest.fixture(scope="session")
def running_server() -> Iterator[OwnServer]:
    """A server of these tests alone, with a database at the newest schema to be copied."""
    with a_server_in(Path(tempfile.mkdtemp(prefix="outages-", dir=run_folder()))) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
        migrate.upgrade(_url_of(server, TEMPLATE))
        yield server


@pytest.fixture
def server(running_server: OwnServer) -> Iterator[OwnServer]:
    """The server, running, with an empty database for the office."""
    name = f"stoa_{time.monotonic_ns()}"
    with psycopg.connect(running_server.url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE))
        )
    yield OwnServer(running_server.folder, database=name)
    # Whatever a test has done to it, the next one finds it running.
    running_server.starts()


@pytest.fixture
def environment(server: OwnServer) -> dict[str, str]:
    """The settings of everybody who works on the database."""
    return {"STOA_DATABASE_URL": server.url, **PATIENCE}


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    """An office on the server."""
    with build(from_environment(environment)) as engine:
        yield an_office(engine)


def _url_of(server: OwnServer, database: str) -> str:
    return make_url(server.url).set(database=database).render_as_string(hide_password=False)
