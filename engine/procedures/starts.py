"""What begins or reaches cases of a version from outside: written when the version is published."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.context import Transaction
from engine.outbox import store as outbox_store
from engine.outbox.model import Job, JobKind
from engine.procedures import store as procedures_store
from engine.procedures.model import ProcedureVersion, Start, StartKind
from engine.runtime.contract import StartEvent, StartTimer, Surroundings

BRANCH = "stoa:branch"
"""The property of a start event that names, by code, the branch which works the cases begun there."""


def offer_starts(version: ProcedureVersion, transaction: Transaction) -> None:
    """Let the start events of a version that is published be set off, from when it is on offer."""
    since = max(transaction.now, version.published_at or transaction.now)
    events = transaction.workflow.start_events(
        transaction.procedure(version.id).definition,
        surroundings=Surroundings(now=since, zone=transaction.zone),
    )
    starts = [(_start(version, event, transaction), event) for event in events]
    for start, event in starts:
        if event.timer is not None:
            outbox_store.add_job(transaction.connection, _timed(start, event.timer, transaction))
    procedures_store.add_starts(transaction.connection, [start for start, _ in starts])


def _start(version: ProcedureVersion, event: StartEvent, transaction: Transaction) -> Start:
    return Start(
        id=transaction.new_id(),
        procedure_key=version.key,
        version_id=version.id,
        element_id=event.element_id,
        kind=StartKind(event.kind),
        name=event.name,
        branch_code=event.properties.get(BRANCH),
        senders=event.senders,
    )


def let_send(version: ProcedureVersion, transaction: Transaction) -> None:
    """Remember who may send which message to the cases of a version, also to those that do not wait yet.

    It stays when the version is retired: its cases go on.
    """
    events = transaction.workflow.message_events(
        transaction.procedure(version.id).definition,
        surroundings=Surroundings(now=transaction.now, zone=transaction.zone),
    )
    rights = {(event.name, sender) for event in events for sender in event.senders}
    procedures_store.replace_message_rights(transaction.connection, version.id, rights)


def starts_nobody_works(events: tuple[StartEvent, ...]) -> list[str]:
    """What is wrong with start events at which nobody stands who could say which branch it is for."""
    return [
        f"Element {event.element_id}: a case that a timer begins has nobody who says which branch works it. "
        f"Give the start event the property {BRANCH} with the branch's code."
        for event in events
        if event.kind == "timer" and not event.properties.get(BRANCH)
    ]


def _timed(start: Start, timer: StartTimer, transaction: Transaction) -> Job:
    detail = {"due_at": timer.due_at.isoformat(), "times": timer.times, "every": timer.every}
    payload = {"start": str(start.id), "branch": None, "data": {}, "timer": detail}
    return _job(payload, timer.due_at, transaction)


def _job(payload: Mapping[str, Any], run_at: datetime, transaction: Transaction) -> Job:
    return Job(
        id=transaction.new_id(),
        kind=JobKind.BEGIN_CASE,
        case_id=None,
        service_task_id=None,
        run_at=run_at,
        created_at=transaction.now,
        payload=payload,
    )
