"""Appointments without a person at work: reminders, and those for which nobody came, each by itself."""

from uuid import UUID

from structlog.typing import FilteringBoundLogger

from engine.appointments.attendance import MarkMissed
from engine.appointments.chores import MissedAppointments, RemindVisitors
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM

MOST_ROUNDS = 10
"""How many batches one round takes."""


def keep_appointments(engine: Engine, *, limit: int, log: FilteringBoundLogger) -> None:
    """Remind who is to be reminded, and mark who did not come, in batches of `limit`.

    One whose case is in trouble keeps no other: it stays as it is, and the next round comes back to it.
    """
    for _ in range(MOST_ROUNDS):
        reminded = engine.carry_out(RemindVisitors(limit=limit), actor=SYSTEM)
        if reminded < limit:
            break
    for _ in range(MOST_ROUNDS):
        due = engine.ask(MissedAppointments(limit=limit), actor=SYSTEM)
        marked = sum(_mark(engine, appointment_id, log) for appointment_id in due)
        if marked:
            log.info("appointments_missed", count=marked)
        if len(due) < limit or not marked:
            break


def _mark(engine: Engine, appointment_id: UUID, log: FilteringBoundLogger) -> bool:
    try:
        return engine.carry_out(MarkMissed(appointment_id=appointment_id), actor=SYSTEM)
    except Exception as fault:  # noqa: BLE001 - the round goes on with the others
        log.error("appointment_not_marked", appointment_id=str(appointment_id), fault=type(fault).__name__)
        return False
