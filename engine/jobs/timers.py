"""Firing the timers that are due: some cases in one transaction, and each by itself if one of them is bad."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from structlog.typing import FilteringBoundLogger

from engine.dispatch import Engine
from engine.jobs.together import MOST_TOGETHER
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import OutOfDate, Unavailable
from engine.messages.timers import FireTimer, RestTimers
from engine.operations.queries import DueCases

MOST_ROUNDS = 10
"""How many batches one sweep takes: timers that are due again at once must not keep it for ever."""


def fire_due_timers(engine: Engine, *, limit: int, log: FilteringBoundLogger) -> int:
    """Fire what is due, in batches of `limit` cases; gives the number of cases whose timers fired."""
    fired = 0
    for _ in range(MOST_ROUNDS):
        due = engine.ask(DueCases(limit=limit), actor=SYSTEM)
        now_fired = sum(_fire_together(engine, cases, log) for cases in _groups(due))
        fired += now_fired
        if len(due) < limit or not now_fired:
            break
    return fired


def _groups(cases: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (cases[first : first + MOST_TOGETHER] for first in range(0, len(cases), MOST_TOGETHER))


def _fire_together(engine: Engine, cases: Sequence[UUID], log: FilteringBoundLogger) -> int:
    """How many of the cases had something to fire."""
    try:
        commands = [FireTimer(case_id=case_id) for case_id in cases]
        fired = engine.carry_out_together(commands, actor=SYSTEM)
    except Exception:  # noqa: BLE001 - it comes out again at the case that it belongs to
        return sum(_fire(engine, case_id, log) for case_id in cases)
    for case_id in (one for one, is_fired in zip(cases, fired, strict=True) if is_fired):
        log.info("timer_fired", case_id=str(case_id))
    return sum(fired)


def _fire(engine: Engine, case_id: UUID, log: FilteringBoundLogger) -> bool:
    log = log.bind(case_id=str(case_id))
    try:
        fired = engine.carry_out(FireTimer(case_id=case_id), actor=SYSTEM)
    except (OutOfDate, Unavailable) as refusal:
        log.info("timer_left_for_the_next_sweep", reason=refusal.code)
        return False
    except Exception as fault:  # noqa: BLE001 - the sweep goes on, and the case is set aside for a person
        _postpone(engine, case_id, fault=type(fault).__name__, log=log)
        return False
    if fired:
        log.info("timer_fired")
    return fired


def _postpone(engine: Engine, case_id: UUID, *, fault: str, log: FilteringBoundLogger) -> None:
    log.error("timer_not_fired", fault=fault)
    try:
        engine.carry_out(RestTimers(case_id=case_id, fault=fault), actor=SYSTEM)
    except Exception as second:  # noqa: BLE001 - it stays due, and the next sweep comes back to it
        log.error("timer_not_rested", fault=type(second).__name__)
