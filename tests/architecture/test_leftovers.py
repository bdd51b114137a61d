"""A run of the tests leaves nothing behind, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent, indent

import pytest

from tests.leftovers import FOLDER
from tests.office import ROOT

pytestmark = pytest.mark.slow

USES_POSTGRESQL = """
import os, pathlib, signal, subprocess, tempfile, time
import psycopg, pytest

FOLDER = pathlib.Path(__file__).parent

@pytest.mark.parametrize("number", range(4))
def test_uses_postgresql(postgresql_server, number):
    with psycopg.connect(postgresql_server) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
"""


@dataclass
class Run:
    """A run of other tests, in a process of its own; `temporary` is where it would leave files."""

    process: "subprocess.Popen[str]"
    temporary: Path

    def ends(self) -> tuple[int, str]:
        """Its exit code and what it printed."""
        printed, _ = self.process.communicate(timeout=60)
        return self.process.returncode, printed

    def leaves(self) -> list[str]:
        """The files and the processes that are there now."""
        mark = f"{FOLDER}={self.temporary}".encode()
        files = [path.name for path in self.temporary.iterdir() if path.name.startswith("stoa-tests-")]
        return files + [
            process.name for process in Path("/proc").glob("[0-9]*") if mark in _environment_of(process)
        ]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a path that is short enough for the sockets of a server in it."""
    with TemporaryDirectory() as name:
        yield Path(name)


def begins(folder: Path, then: str, *options: str) -> Run:
    """Begin a run of four tests that use PostgreSQL, and `then` do something."""
    (folder / "test_others.py").write_text(USES_POSTGRESQL + indent(dedent(then), "    "))
    temporary = folder / "temporary"
    temporary.mkdir()
    plugins = ("-p", "xdist.plugin", "-p", "tests.leftovers", "-p", "tests.postgresql")
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *plugins, "--rootdir", str(folder), *options, str(folder)],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "yes",
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(temporary),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    return Run(process=process, temporary=temporary)


def test_a_run_that_leaves_a_process_and_a_file_fails_and_names_them(folder: Path) -> None:
    then = """
        if number == 2:
            subprocess.Popen(["sleep", "3600"])
            tempfile.mkstemp(prefix="forgotten-")
    """

    run = begins(folder, then)
    exit_code, printed = run.ends()

    assert exit_code == pytest.ExitCode.TESTS_FAILED, printed
    named = [line for line in printed.splitlines() if line.startswith(("process", "file"))]
    assert len(named) == 2, printed
    assert named[0].endswith(": sleep 3600")
    assert "forgotten-" in named[1]
    assert run.leaves() == []


def test_a_run_that_leaves_nothing_passes_and_its_processes_share_one_server(folder: Path) -> None:
    then = """
        worker = os.environ["PYTEST_XDIST_WORKER"]
        (FOLDER / f"server-of-{worker}").write_text(postgresql_server)
    """

    run = begins(folder, then, "-n", "2")
    exit_code, printed = run.ends()

    assert exit_code == pytest.ExitCode.OK, printed
    servers = [path.read_text() for path in folder.glob("server-of-*")]
    assert len(servers) == 2
    assert len(set(servers)) == 1
    assert run.leaves() == []


def test_a_run_whose_worker_is_killed_leaves_nothing(folder: Path) -> None:
    then = """
        if number == 2:
            os.kill(os.getpid(), signal.SIGKILL)
    """

    run = begins(folder, then, "-n", "2")
    exit_code, printed = run.ends()

    assert exit_code == pytest.ExitCode.TESTS_FAILED, printed
    assert "3 passed" in printed
    assert run.leaves() == []


@pytest.mark.parametrize(
    ("told", "options"), [(signal.SIGINT, ("-n", "2")), (signal.SIGINT, ()), (signal.SIGTERM, ())]
)
def test_a_run_that_is_interrupted_leaves_nothing(
    folder: Path, told: signal.Signals, options: tuple[str, ...]
) -> None:
    then = """
        (FOLDER / "begun").touch()
        time.sleep(3600)
    """

    run = begins(folder, then, *options)
    end = time.monotonic() + 60
    while not (folder / "begun").exists() and run.process.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    # A terminal sends Ctrl-C to every process of the run.
    os.killpg(run.process.pid, told)
    exit_code, printed = run.ends()

    assert exit_code == pytest.ExitCode.INTERRUPTED, printed
    assert run.leaves() == []


def _environment_of(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""
