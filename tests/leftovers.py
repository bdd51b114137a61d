"""A run of the tests leaves no process and no temporary file behind; one that does fails and names them.

Each run has a folder, in which its processes make their temporary files, and which is removed at the end. A
process that the run has started is known by the variable with that folder in its environment. What a test
makes in `tmp_path` is kept where pytest keeps it, for tests that failed.
"""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from multiprocessing.util import _exit_function
from pathlib import Path

import pytest

FOLDER = "TEST_RUN_FOLDER"
"""The variable that names the folder of the run."""

ENDS_WITHIN_SECONDS = 5
"""How long a process may take to end after the last test."""

_LEFT = pytest.StashKey[list[str]]()
_TMPDIR_BEFORE = pytest.StashKey[str | None]()


def is_whole_run(config: pytest.Config) -> bool:
    """Whether this process is the run, or the one that hands out its tests to others."""
    return not hasattr(config, "workerinput")


def run_folder() -> Path:
    """The folder of this run."""
    return Path(os.environ[FOLDER])


def pytest_configure(config: pytest.Config) -> None:
    """Begin a run in a folder of its own."""
    if not is_whole_run(config):
        return
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="stoa-tests-")
    temporary = run_folder() / "tmp"
    temporary.mkdir()
    config.stash[_TMPDIR_BEFORE] = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)
    # Node would keep what it compiled among the temporary files.
    os.environ["NODE_DISABLE_COMPILE_CACHE"] = "1"
    # Being told to end is as good as Ctrl-C: what was started is stopped first. A run that a shell put into
    # the background would ignore Ctrl-C.
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, signal.default_int_handler)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """Fail a run that leaves something behind, once everything that stops at its end has stopped."""
    try:
        yield
    finally:
        if is_whole_run(session.config):
            _clear(session)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name what was left behind."""
    left = config.stash.get(_LEFT, [])
    if left:
        terminalreporter.section("left behind by this run", red=True)
        for one in left:
            terminalreporter.line(one)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the run's folder, so that another run in this process makes its own."""
    if is_whole_run(config):
        # What multiprocessing does at exit: it would miss its own temporary folder then.
        _exit_function()
        shutil.rmtree(run_folder(), ignore_errors=True)
        os.environ.pop("TMPDIR")
        if (before := config.stash[_TMPDIR_BEFORE]) is not None:
            os.environ["TMPDIR"] = before
        tempfile.tempdir = None


def _clear(session: pytest.Session) -> None:
    left = [*_end_processes(), *(f"file {path}" for path in _temporary_files())]
    session.config.stash[_LEFT] = left
    if left and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _end_processes() -> list[str]:
    """The processes that did not end by themselves; they are killed."""
    end = time.monotonic() + ENDS_WITHIN_SECONDS
    while (alive := dict(_processes())) and time.monotonic() < end:
        time.sleep(0.05)
    for pid in alive:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return [f"process {pid}: {command}" for pid, command in alive.items()]


def _processes() -> Iterator[tuple[int, str]]:
    """The processes of this run besides this one, each with its command; none on a system without /proc."""
    mark = f"{FOLDER}={run_folder()}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark not in (process / "environ").read_bytes().split(b"\0"):
                continue
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            # The helpers of multiprocessing end when the process ends that they help.
            if not (parent == os.getpid() and "from multiprocessing." in command):
                yield int(process.name), command


def _temporary_files() -> list[Path]:
    """What there is among the temporary files, but for the folder that multiprocessing removes at exit."""
    found = (run_folder() / "tmp").iterdir()
    return sorted(path for path in found if not path.name.startswith("pymp-"))
