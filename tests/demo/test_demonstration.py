"""The whole demonstration, run for real: a case goes from the counter to the citizen's hands."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.network import Unreachable, call
from tests.demo.show import Show, a_show_after
from tests.office import ROOT
from tests.servers import eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def show(first_show: Show, tmp_path: Path) -> Iterator[Show]:
    with a_show_after(first_show, tmp_path) as running:
        yield running


def test_a_case_goes_all_the_way_and_a_second_start_finds_what_the_first_left(
    first_show: Show, show: Show
) -> None:
    told = re.sub(" +", " ", first_show.told)
    steps = [
        "opens the case",
        "the municipality is asked",
        "municipality answers",
        "the case is completed",
    ]
    assert [step for step in steps if step not in told] == []
    assert sorted(steps, key=told.index) == steps
    assert "Traceback" not in told + "".join(map(first_show.log, ("api", "worker", "agency")))

    assert show.starts("--exit-after-walk").wait(timeout=90) == 0
    with pytest.raises(Unreachable):
        call("GET", f"http://127.0.0.1:{show.port}/healthz")
    assert show.token("maria") == first_show.token("maria")
    assert len(set(re.findall(r"Case (\S+),", first_show.told + show.told))) == 2


def test_it_serves_on_alone_restarts_what_crashes_and_stops_when_asked(show: Show) -> None:
    process = show.starts()
    assert eventually(lambda: "Stop with Ctrl-C" in show.told)
    killed = show.worker_pid()

    assert show.starts().wait(timeout=60) == 1
    assert "is running in" in show.told.splitlines()[-1]
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: show.worker_pid() != killed)
    headers = {"authorization": f"Bearer {show.token('maria')}"}
    listed = call("GET", f"http://127.0.0.1:{show.port}/api/v1/cases", headers=headers)
    process.send_signal(signal.SIGINT)

    assert process.wait(timeout=30) == 0
    assert listed.json["items"][0]["status"] == "completed"
    assert "The worker ended with exit code -9 and is started again" in show.told
    assert not Path(f"/proc/{show.worker_pid()}").exists()


def test_nothing_is_left_behind_when_nobody_listens_to_what_is_told(show: Show) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "api.cli.main",
            "demo",
            "--port",
            str(show.port),
            "--folder",
            str(show.folder),
        ],
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
        [sys.executable, "-m", "api.cli.main", "demo", "--folder", str(tmp_path)],
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
