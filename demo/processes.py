"""The demonstration's processes: started, restarted when they crash, and stopped together."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from types import TracebackType

_LOOK_EVERY_SECONDS = 0.2


@dataclass(frozen=True, kw_only=True)
class DemoProcess:
    """A process of the group: its name, its command line, and its environment."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class RestartLimit:
    """How often a process may crash within how many seconds before the group gives up."""

    crashes: int = 5
    within_seconds: float = 60


@dataclass
class ProcessGroup:
    """Processes that run together, for the length of a `with` block.

    Each writes its output to `<logs>/<name>.log`, and has a process group of its own, so that Ctrl-C
    reaches only the supervisor, which then stops them.
    """

    programs: Sequence[DemoProcess]
    logs: Path
    print: Callable[[str], None]
    limit: RestartLimit = field(default_factory=RestartLimit)
    grace_seconds: float = 10
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _crashes: dict[str, list[float]] = field(default_factory=dict)
    _stopping: bool = False
    _lock: Lock = field(default_factory=Lock)

    def __enter__(self) -> "ProcessGroup":
        self.logs.mkdir(parents=True, exist_ok=True)
        for program in self.programs:
            self._start(program)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def watch(self, stop: Event) -> bool:
        """Restart what crashes until `stop` is set; if something keeps crashing, set it and give False."""
        while not stop.wait(_LOOK_EVERY_SECONDS):
            for program in self.programs:
                if not self._runs(program):
                    stop.set()
                    return False
        return True

    def process_id(self, name: str) -> int:
        return self._running[name].pid

    def stop(self) -> None:
        """Ask every process to stop, the last started first; kill what has not when the grace is over."""
        with self._lock:
            self._stopping = True
            stopping = list(reversed(self._running.values()))
        for process in stopping:
            _signal(process, signal.SIGTERM)
        end = time.monotonic() + self.grace_seconds
        for process in stopping:
            try:
                process.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()

    def _runs(self, program: DemoProcess) -> bool:
        code = self._running[program.name].poll()
        if code is None:
            return True
        now = time.monotonic()
        recent = [at for at in self._crashes.get(program.name, []) if now - at < self.limit.within_seconds]
        self._crashes[program.name] = [*recent, now]
        log = self.logs / f"{program.name}.log"
        if len(recent) >= self.limit.crashes:
            self.print(f"The {program.name} keeps ending (last with exit code {code}); see {log}.")
            return False
        self.print(f"The {program.name} ended with exit code {code} and is started again; see {log}.")
        self._start(program)
        return True

    def _start(self, program: DemoProcess) -> None:
        with self._lock, (self.logs / f"{program.name}.log").open("ab") as log:
            if self._stopping:
                return
            self._running[program.name] = subprocess.Popen(  # noqa: S603 - our own commands, from no one's input
                program.command,
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal the process with all that it started; nothing if it has ended."""
    if process.poll() is None:
        os.killpg(process.pid, number)
