"""Commands of several threads in one transaction: whoever comes while one is under way shares the next."""

from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, TypeVar

from engine.context import Command
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM

R = TypeVar("R")

MOST_TOGETHER = 16
"""Commands in one transaction; each keeps its case locked until all are done."""


@dataclass(eq=False)
class _Asked:
    """A command of a thread that waits for its `turn`: to lead, or to see what became of the command."""

    command: Command[Any]
    turn: Event = field(default_factory=Event)
    leads: bool = False
    is_done: bool = False
    answer: Any = None


class Together:
    """Carries out commands as the system; threads may share it.

    One thread at a time leads: it carries out what the others have asked for meanwhile with its own command,
    in one transaction. If that fails, for whichever reason, each thread carries out its own command alone, so
    that a fault of one is a fault of that one only, and nobody waits for another's lock.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._asked: list[_Asked] = []
        self._is_led = False

    @property
    def waiting(self) -> int:
        """How many commands wait for a transaction."""
        with self._lock:
            return len(self._asked)

    def carry_out(self, command: Command[R]) -> R:
        """As the engine does: the answer of the command, or what it raises."""
        mine = _Asked(command)
        with self._lock:
            self._asked.append(mine)
            mine.leads, self._is_led = not self._is_led, True
        if not mine.leads:
            mine.turn.wait()
        if mine.leads:
            self._lead()
        if mine.is_done:
            answer: R = mine.answer
            return answer
        return self._engine.carry_out(command, actor=SYSTEM)

    def _lead(self) -> None:
        """Carry out the oldest commands, that of this thread among them, and let another thread lead."""
        with self._lock:
            batch, self._asked = self._asked[:MOST_TOGETHER], self._asked[MOST_TOGETHER:]
        try:
            self._settle(batch)
        finally:
            with self._lock:
                self._is_led = bool(self._asked)
                if self._asked:
                    self._asked[0].leads = True
                    self._asked[0].turn.set()
            for asked in batch:
                asked.turn.set()

    def _settle(self, batch: list[_Asked]) -> None:
        commands = [asked.command for asked in batch]
        try:
            answers = self._engine.carry_out_together(commands, actor=SYSTEM)
        except Exception:  # noqa: BLE001 - it comes out again where its command is carried out alone
            return
        for asked, answer in zip(batch, answers, strict=True):
            asked.answer, asked.is_done = answer, True
