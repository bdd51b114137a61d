"""The demonstration as a process, in a folder of its own.

Preparing one anew takes most of a start, so it is done once in a run; the others go on with a copy of what
that one left.
"""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from demo.network import free_port
from tests.leftovers import run_folder
from tests.office import ROOT


@dataclass
class Show:
    """A supervisor as a process, in a folder of its own."""

    folder: Path
    port: int = field(default_factory=free_port)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def starts(self, *options: str) -> subprocess.Popen[bytes]:
        """Start the supervisor; what it tells goes to a file."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("STOA_")}
        command = [sys.executable, "-m", "api.cli.main", "demo", "--port", str(self.port)]
        with (self.folder / "told.txt").open("ab") as told:
            process = subprocess.Popen(
                [*command, "--folder", str(self.folder), *options],
                cwd=ROOT,
                env=environment,
                stdout=told,
                stderr=subprocess.STDOUT,
            )
        self.running.append(process)
        return process

    @property
    def told(self) -> str:
        """Everything that was told so far."""
        return (self.folder / "told.txt").read_text()

    def log(self, name: str) -> str:
        """What one of the processes has logged."""
        return (self.folder / "log" / f"{name}.log").read_text()

    def worker_pid(self) -> int:
        """The process id of the worker that started last."""
        return int(re.findall(r"worker_started.*worker=\S+-(\d+)-", self.log("worker"))[-1])

    def token(self, name: str) -> str:
        """The token that was told for a person."""
        return str(re.findall(rf"{name} +(stoa_\S+)", self.told)[-1])


@pytest.fixture(scope="session")
def first_show() -> Show:
    """A demonstration that was started in an empty folder, walked its case and ended by itself."""
    show = Show(folder=run_folder() / "first-show")
    with (run_folder() / "first-show.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not show.folder.exists():
            show.folder.mkdir()
            with over_at_the_end(show):
                assert show.starts("--exit-after-walk").wait(timeout=90) == 0, show.told
    return show


@contextmanager
def a_show_after(first: Show, folder: Path) -> Iterator[Show]:
    """A show that goes on in a copy of what the first one keeps; it is over when the block is left."""
    shutil.copytree(
        first.folder, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("log", "told.txt")
    )
    with over_at_the_end(Show(folder=folder)) as show:
        yield show


@contextmanager
def over_at_the_end(show: Show) -> Iterator[Show]:
    """A show that is over when the block is left."""
    try:
        yield show
    finally:
        for process in show.running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=30)
