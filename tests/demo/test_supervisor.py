"""The whole demonstration, run for real: a case goes from the counter to the citizen's hands."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from api.demo.calls import Unreachable, call
from api.demo.ports import free_port
from tests.office import ROOT

pytestmark = pytest.mark.slow


@dataclass
class Show:
    """A supervisor as a process, in a folder of its own."""

    folder: Path
    port: int = field(default_factory=free_port)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def starts(self, *options: str) -> subprocess.Popen[bytes]:
        """Start the supervisor; what it tells goes to a file."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("STOA_")}
        command = [sys.executable, "-m", "api.cli", "demo", "--port", str(self.port)]
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


@pytest.fixture
def show(tmp_path: Path) -> Iterator[Show]:
    show = Show(folder=tmp_path)
    yield show
    for process in show.running:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def test_a_case_goes_all_the_way_and_the_house_is_left_empty(show: Show) -> None:
    process = show.starts("--exit-after-walk")

    assert process.wait(timeout=90) == 0
    told = show.told
    steps = ["opens the case", "the municipality is asked", "municipality  answers", "the case is completed"]
    assert [step for step in steps if step not in told] == []
    assert sorted(steps, key=told.index) == steps
    assert "Traceback" not in told + show.log("api") + show.log("worker") + show.log("agency")
    with pytest.raises(Unreachable):
        call("GET", f"http://127.0.0.1:{show.port}/healthz")


def test_it_serves_on_restarts_what_crashes_and_stops_when_asked(show: Show) -> None:
    process = show.starts()
    assert _eventually(lambda: "Stop with Ctrl-C" in show.told)
    killed = show.worker_pid()

    os.kill(killed, signal.SIGKILL)
    assert _eventually(lambda: show.worker_pid() != killed)
    token = re.findall(r"maria +(stoa_\S+)", show.told)[0]
    headers = {"authorization": f"Bearer {token}"}
    listed = call("GET", f"http://127.0.0.1:{show.port}/api/v1/cases", headers=headers)
    process.send_signal(signal.SIGINT)

    assert process.wait(timeout=30) == 0
    assert listed.json["items"][0]["status"] == "completed"
    assert "The worker ended with exit code -9 and is started again" in show.told
    assert not Path(f"/proc/{show.worker_pid()}").exists()


def test_a_second_start_finds_the_cases_and_tokens_of_the_first(show: Show) -> None:
    assert show.starts("--exit-after-walk").wait(timeout=90) == 0
    assert show.starts("--exit-after-walk").wait(timeout=90) == 0

    first, second = re.findall(r"maria +(stoa_\S+)", show.told)
    assert first == second
    assert len(set(re.findall(r"Case (\S+),", show.told))) == 2


def test_a_second_demonstration_in_the_same_folder_is_refused_in_a_sentence(show: Show) -> None:
    show.starts()
    assert _eventually(lambda: "Stop with Ctrl-C" in show.told)

    second = show.starts()

    assert second.wait(timeout=60) == 1
    assert "is running in" in show.told.splitlines()[-1]


def test_nothing_is_left_behind_when_nobody_listens_to_what_is_told(show: Show) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "demo", "--port", str(show.port), "--folder", str(show.folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()

    process.wait(timeout=90)

    assert not Path(f"/proc/{show.worker_pid()}").exists()
    with pytest.raises(Unreachable):
        call("GET", f"http://127.0.0.1:{show.port}/healthz")


def test_a_setting_that_cannot_be_used_is_one_sentence_and_no_traceback(tmp_path: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "api.cli", "demo", "--folder", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "STOA_ZONE": "Atlantis"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert process.returncode == 1
    assert "STOA_ZONE" in process.stderr
    assert "Traceback" not in process.stdout + process.stderr


def _eventually(claim: Callable[[], bool]) -> bool:
    end = time.monotonic() + 60
    while not claim():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True
