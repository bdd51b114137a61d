"""Writes all that one command changes in a case: one statement for each kind of row that there is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.domain.job import JobState
from engine.domain.service_task import ServiceTask
from engine.domain.task import Task
from engine.ports.work import CaseChange
from engine.sql import tables
from engine.sql.case_rows import case_row, journal_row, party_row, service_task_row, task_row
from engine.sql.job_rows import job_row
from engine.sql.statements import Row, as_change, require_each_written, sent_together, update_at_version

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
    with sent_together(connection):
        _save_what_needs_no_answer(connection, change)


def _save_what_needs_no_answer(connection: Connection, change: CaseChange) -> None:
    if change.is_new:
        _insert(connection, tables.cases, [case_row(change.case)])
        words = [{"word": word, "case_id": change.case.id} for word in dict.fromkeys(change.words)]
        _insert(connection, tables.case_words, words)
    _insert(connection, tables.parties, [party_row(party) for party in change.parties])
    _insert(connection, tables.tasks, [task_row(task) for task in change.new_tasks])
    _insert(connection, tables.service_tasks, [service_task_row(task) for task in change.new_service_tasks])
    _save_subscriptions(connection, change)
    if change.settled_service_tasks:
        connection.execute(_SETTLE, {"service_tasks": change.settled_service_tasks})
    _insert(connection, tables.jobs, [job_row(job) for job in change.jobs])
    _insert(connection, tables.journal, [journal_row(entry) for entry in change.journal])


def save_tasks(connection: Connection, changed: Sequence[Task]) -> None:
    """Write changed tasks, each still at the version that was read."""
    _update(connection, _UPDATE_TASK, [task_row(task) for task in changed], kind="task")


def save_service_tasks(connection: Connection, changed: Sequence[ServiceTask]) -> None:
    """Write changed service tasks, each still at the version that was read."""
    rows = [service_task_row(task) for task in changed]
    _update(connection, _UPDATE_SERVICE_TASK, rows, kind="service task")


def _save_subscriptions(connection: Connection, change: CaseChange) -> None:
    case_id = change.case.id
    if change.case.status.is_final:
        connection.execute(_CLOSE_ALL_SUBSCRIPTIONS, {"case_id": case_id})
        return
    if change.closed_subscriptions:
        parameters = {"case_id": case_id, "tokens": change.closed_subscriptions}
        connection.execute(_CLOSE_SUBSCRIPTIONS, parameters)
    _insert(connection, tables.subscriptions, [new.__dict__ for new in change.new_subscriptions])


def _update(connection: Connection, statement: sa.Update, rows: Sequence[Row], *, kind: str) -> None:
    if not rows:
        return
    parameters: Any = [as_change(row) for row in rows]
    result = connection.execute(statement, parameters[0] if len(rows) == 1 else parameters)
    written: list[tuple[UUID, int]] = [(row["id"], row["row_version"]) for row in rows]
    require_each_written(result, kind=kind, written=written)


def _insert(connection: Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    if rows:
        parameters: Any = rows[0] if len(rows) == 1 else rows
        connection.execute(table.insert(), parameters)
