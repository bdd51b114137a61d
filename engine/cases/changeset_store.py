"""Writes all that one command changes in a case: one statement for each kind of row that there is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Executable

from engine import sql_tables as tables
from engine.cases.rows import case_row, journal_row, party_row, service_task_row, task_row
from engine.messages.store import subscription_row
from engine.outbox.model import JobState
from engine.outbox.store import job_row
from engine.ports_work import CaseChange
from engine.service_tasks.model import ServiceTask
from engine.sql_desk_tables import latest_changes
from engine.storage.statements import (
    Row,
    as_change,
    require_each_written,
    sent_together,
    update_at_version,
    upsert,
)
from engine.tasks.model import Task

Write = tuple[Executable, Mapping[str, Any] | Sequence[Mapping[str, Any]]]
"""A statement with the parameters of one row, or of several."""

_INSERT_INTO: Mapping[sa.Table, sa.Insert] = {
    table: table.insert() for table in tables.metadata.sorted_tables
}
_UPDATE_CASE = update_at_version(tables.cases)
_UPDATE_TASK = update_at_version(tables.tasks)
_UPDATE_SERVICE_TASK = update_at_version(tables.service_tasks)
_CLOSE_SUBSCRIPTIONS = tables.subscriptions.delete().where(
    tables.subscriptions.c.case_id == sa.bindparam("case_id", type_=sa.Uuid()),
    tables.subscriptions.c.token.in_(sa.bindparam("tokens", type_=sa.Uuid(), expanding=True)),
)
_CLOSE_ALL_SUBSCRIPTIONS = tables.subscriptions.delete().where(
    tables.subscriptions.c.case_id == sa.bindparam("case_id", type_=sa.Uuid())
)
_NOTE_CHANGE = upsert(latest_changes)
_SETTLE = (
    tables.jobs.update()
    .where(
        tables.jobs.c.service_task_id.in_(sa.bindparam("service_tasks", type_=sa.Uuid(), expanding=True)),
        tables.jobs.c.state != JobState.DONE.value,
    )
    .values(state=JobState.DONE.value, leased_by=None, leased_until=None)
)


def save(connection: Connection, change: CaseChange) -> None:
    """Write a change; `OutOfDate` if a row is no longer at the version that was read."""
    if not change.is_new:
        _update(connection, _UPDATE_CASE, [case_row(change.case)], kind="case")
    save_tasks(connection, change.changed_tasks)
    save_service_tasks(connection, change.changed_service_tasks)
    writes = [*_closings(change), *_inserts(change), *_settlements(change), *_pulse(connection, change)]
    if writes:
        # Nothing is read back from these, so nobody needs to wait for one before the next is sent.
        with sent_together(connection):
            for statement, parameters in writes:
                connection.execute(statement, parameters)


def _closings(change: CaseChange) -> Iterator[Write]:
    """The subscriptions that end, before others begin for the same tokens."""
    case_id = change.case.id
    if change.case.status.is_final:
        yield _CLOSE_ALL_SUBSCRIPTIONS, {"case_id": case_id}
    elif change.closed_subscriptions:
        yield _CLOSE_SUBSCRIPTIONS, {"case_id": case_id, "tokens": change.closed_subscriptions}


def _inserts(change: CaseChange) -> Iterator[Write]:
    """The new rows of each table, those first that others refer to."""
    case = change.case
    words = dict.fromkeys(change.words) if change.is_new else ()
    waiting = () if case.status.is_final else change.new_subscriptions
    new_rows: tuple[tuple[sa.Table, list[Row]], ...] = (
        (tables.cases, [case_row(case)] if change.is_new else []),
        (tables.case_words, [{"word": word, "case_id": case.id} for word in words]),
        (tables.parties, [party_row(party) for party in change.parties]),
        (tables.tasks, [task_row(task) for task in change.new_tasks]),
        (tables.service_tasks, [service_task_row(task) for task in change.new_service_tasks]),
        (tables.subscriptions, [subscription_row(subscription) for subscription in waiting]),
        (tables.jobs, [job_row(job) for job in change.jobs]),
        (tables.journal, [journal_row(entry) for entry in change.journal]),
    )
    for table, rows in new_rows:
        if rows:
            yield _INSERT_INTO[table], rows[0] if len(rows) == 1 else rows


def _settlements(change: CaseChange) -> Iterator[Write]:
    """The jobs that have become needless, those of this very change included."""
    if change.settled_service_tasks:
        yield _SETTLE, {"service_tasks": change.settled_service_tasks}


def _pulse(connection: Connection, change: CaseChange) -> Iterator[Write]:
    """That something happened in the case, for those who look at its branch."""
    if change.journal:
        case = change.case
        row = {
            "case_id": case.id,
            "branch_id": case.branch_id,
            "at": change.journal[-1].at,
            "journal_length": case.journal.length,
        }
        yield _NOTE_CHANGE[connection.dialect.name], row


def save_tasks(connection: Connection, changed: Sequence[Task]) -> None:
    """Write changed tasks, each still at the version that was read."""
    _update(connection, _UPDATE_TASK, [task_row(task) for task in changed], kind="task")


def save_service_tasks(connection: Connection, changed: Sequence[ServiceTask]) -> None:
    """Write changed service tasks, each still at the version that was read."""
    rows = [service_task_row(task) for task in changed]
    _update(connection, _UPDATE_SERVICE_TASK, rows, kind="service task")


def _update(connection: Connection, statement: sa.Update, rows: Sequence[Row], *, kind: str) -> None:
    if not rows:
        return
    parameters: Any = [as_change(row) for row in rows]
    result = connection.execute(statement, parameters[0] if len(rows) == 1 else parameters)
    written: list[tuple[UUID, int]] = [(row["id"], row["row_version"]) for row in rows]
    require_each_written(result, kind=kind, written=written)
