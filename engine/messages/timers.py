"""Fire the timers of a case that are due."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset
from engine.cases.stuck import mark_stuck
from engine.cases.take_step import take_step
from engine.context import Command, Transaction
from engine.incidents.model import FIRING

REST_AFTER_FAULT = timedelta(minutes=15)
"""How long a case is left alone after firing its timers raised what nobody anticipated."""


@dataclass(frozen=True, kw_only=True)
class FireTimer(Command[bool]):
    """Fire what is due in the case; harmless if somebody else did, or is doing it."""

    case_id: UUID


def fire_timer(command: FireTimer, transaction: Transaction) -> bool:
    """Whether there was something to fire."""
    locked = changeset_store.lock_case_with_due_timer(
        transaction.connection, command.case_id, transaction.now
    )
    if locked is None:
        return False
    changeset = CaseChangeset(transaction, locked)
    fire(changeset, transaction)
    changeset.save()
    return True


def fire(changeset: CaseChangeset, transaction: Transaction) -> bool:
    """Fire the timers that are due; False if that left the case stuck."""
    step = transaction.workflow.fire_timers(
        changeset.procedure.definition, changeset.case.snapshot, surroundings=changeset.surroundings
    )
    detail = {"elements": [passed.element_id for passed in step.passed]}
    return take_step(changeset, step, ("timer_fired", detail), attempt=FIRING)


@dataclass(frozen=True, kw_only=True)
class RestTimers(Command[None]):
    """Leave a case alone for a while whose timers could not be fired, so that it does not hold up the others.

    `fault` is the name of what was raised.
    """

    case_id: UUID
    fault: str


def rest_timers(command: RestTimers, transaction: Transaction) -> None:
    """Mark the case stuck, in the journal too."""
    locked = changeset_store.lock_case_with_due_timer(
        transaction.connection, command.case_id, transaction.now
    )
    if locked is None:
        return
    changeset = CaseChangeset(transaction, locked)
    mark_stuck(changeset, command.fault, FIRING)
    changeset.case = replace(changeset.case, next_timer_at=transaction.now + REST_AFTER_FAULT)
    changeset.save()
