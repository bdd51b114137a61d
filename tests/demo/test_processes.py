"""The demonstration's processes: restarted when they crash, given up when they keep crashing, and stopped."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Timer

import pytest

from demo.processes import DemoProcess, ProcessGroup, RestartLimit

_WAITS = "import signal; signal.pause()"
_IGNORES_TERM = """import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
signal.pause()"""


class Stage:
    """A household of small Python programs, with what it told."""

    def __init__(self, logs: Path, **programs: str) -> None:
        self.told: list[str] = []
        programs = [
            DemoProcess(name=name, command=[sys.executable, "-c", program], environment=os.environ)
            for name, program in programs.items()
        ]
        self.household = ProcessGroup(
            programs=programs,
            logs=logs,
            print=self.told.append,
            limit=RestartLimit(crashes=2),
            grace_seconds=1,
        )


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    stages: list[Stage] = []

    def made(**programs: str) -> Stage:
        stages.append(Stage(tmp_path, **programs))
        stages[-1].household.__enter__()
        return stages[-1]

    yield made
    for each in stages:
        each.household.stop()


def test_a_process_that_crashes_is_started_again_with_a_word(stage: Callable[..., Stage]) -> None:
    play = stage(api=_WAITS, worker=_WAITS)
    first, other = play.household.process_id("worker"), play.household.process_id("api")
    stop = Event()
    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(play.household.watch, stop)
        os.kill(first, signal.SIGKILL)
        restarted = _eventually(lambda: play.household.process_id("worker") != first)
        stop.set()

    assert restarted
    assert watching.result() is True
    assert play.household.process_id("api") == other
    assert "worker ended with exit code -9" in play.told[0]


def test_a_process_that_keeps_crashing_ends_the_household(stage: Callable[..., Stage]) -> None:
    play = stage(api=_WAITS, worker="raise SystemExit(3)")
    stop = Event()

    stayed_well = play.household.watch(stop)

    assert stayed_well is False
    assert stop.is_set()
    assert "keeps ending (last with exit code 3)" in play.told[-1]
    assert len(play.told) == 3


def test_a_process_that_does_not_stop_when_asked_is_killed(
    stage: Callable[..., Stage], tmp_path: Path
) -> None:
    play = stage(api=_WAITS, worker=_IGNORES_TERM)
    pids = [play.household.process_id(name) for name in ("api", "worker")]
    assert _eventually(lambda: "ready" in (tmp_path / "worker.log").read_text())

    play.household.stop()

    assert [_exists(pid) for pid in pids] == [False, False]


def test_nothing_is_started_again_once_the_household_stops(stage: Callable[..., Stage]) -> None:
    play = stage(worker="pass")
    play.household.stop()

    play.household.watch(_set_after(0.5))

    assert not _exists(play.household.process_id("worker"))


def _set_after(seconds: float) -> Event:
    stop = Event()
    Timer(seconds, stop.set).start()
    return stop


def _eventually(claim: Callable[[], bool]) -> bool:
    for _ in range(200):
        if claim():
            return True
        time.sleep(0.05)
    return False


def _exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
