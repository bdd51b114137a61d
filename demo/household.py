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
class Member:
    """A process of the household: its name, its command line, and its environment."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often a process may crash within how many seconds before the household gives up."""

    crashes: int = 5
    within_seconds: float = 60


@dataclass
class Household:
    """Processes that live together, for the length of a `with` block.

    Each writes what it has to say to `<logs>/<name>.log`, and has a process group of its own, so that Ctrl-C
    reaches only the supervisor, which then stops them.
    """

    members: Sequence[Member]
    logs: Path
    tell: Callable[[str], None]
    patience: Patience = field(default_factory=Patience)
    grace_seconds: float = 10
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _crashes: dict[str, list[float]] = field(default_factory=dict)
    _stopping: bool = False
    _turn: Lock = field(default_factory=Lock)

    def __enter__(self) -> "Household":
        """Start every process."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for member in self.members:
            self._start(member)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop every process."""
        self.stop()

    def watch(self, stop: Event) -> bool:
        """Restart what crashes until `stop` is set; if something keeps crashing, set it and give False."""
        while not stop.wait(_LOOK_EVERY_SECONDS):
            for member in self.members:
                if not self._is_well(member):
                    stop.set()
                    return False
        return True

    def process_id(self, name: str) -> int:
        """The id of the process that plays that part now."""
        return self._running[name].pid

    def stop(self) -> None:
        """Ask every process to stop, the last started first; kill what has not when the grace is over."""
        with self._turn:
            self._stopping = True
            leaving = list(reversed(self._running.values()))
        for process in leaving:
            _signal(process, signal.SIGTERM)
        end = time.monotonic() + self.grace_seconds
        for process in leaving:
            try:
                process.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()

    def _is_well(self, member: Member) -> bool:
        code = self._running[member.name].poll()
        if code is None:
            return True
        now = time.monotonic()
        recent = [at for at in self._crashes.get(member.name, []) if now - at < self.patience.within_seconds]
        self._crashes[member.name] = [*recent, now]
        log = self.logs / f"{member.name}.log"
        if len(recent) >= self.patience.crashes:
            self.tell(f"The {member.name} keeps ending (last with exit code {code}); see {log}.")
            return False
        self.tell(f"The {member.name} ended with exit code {code} and is started again; see {log}.")
        self._start(member)
        return True

    def _start(self, member: Member) -> None:
        with self._turn, (self.logs / f"{member.name}.log").open("ab") as log:
            if self._stopping:
                return
            self._running[member.name] = subprocess.Popen(  # noqa: S603 - our own commands, from no one's input
                member.command,
                env=dict(member.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal the process with all that it started; nothing if it has ended."""
    if process.poll() is None:
        os.killpg(process.pid, number)
