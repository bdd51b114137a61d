"""The case with all that is open in it: read for change, read to be shown, and written in one go."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Executable

from engine.cases.journal import JournalEntry
from engine.cases.journal_store import journal, journal_row
from engine.cases.model import Case
from engine.cases.party import Party
from engine.cases.store import (
    CASE,
    PARTY,
    case_of,
    case_row,
    case_words,
    cases,
    latest_changes,
    parties,
    party_of,
    party_row,
)
from engine.incidents.model import Incident
from engine.kernel.vocabulary import CaseStatus
from engine.messages.model import Subscription
from engine.messages.subscription_store import subscription_row, subscriptions
from engine.outbox.model import Job, JobState
from engine.outbox.store import job_row, jobs
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from engine.service_tasks.store import SERVICE_TASK, service_task_of, service_task_row, service_tasks
from engine.storage.statements import (
    Values,
    as_change,
    literal,
    require_each_written,
    sent_together,
    update_at_version,
    upsert,
)
from engine.tasks.model import Task, TaskState
from engine.tasks.store import TASK, task_of, task_row, tasks


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """One case with what is open in it and who is in it. `case.snapshot` is there, for the diagram.

    `incidents` are for whoever asks about the case, and not read with it.
    """

    case: Case
    tasks: tuple[Task, ...]
    service_tasks: tuple[ServiceTask, ...]
    parties: tuple[Party, ...]
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LockedCase:
    """A case locked for change, with everything in it that still waits: dead service tasks included."""

    case: Case
    tasks: tuple[Task, ...]
    service_tasks: tuple[ServiceTask, ...]


@dataclass(frozen=True, kw_only=True)
class CaseChange:
    """All rows that one command writes in one case.

    `case` is the case as it becomes; its `row_version` is the one that was read, and is raised by one when
    written (a new case is written as it is). The same holds for `changed_tasks` and `changed_service_tasks`.
    `closed_subscriptions` are workflow tokens. The undelivered jobs of `settled_service_tasks` are done.
    `words` make a new case findable, in search form.
    """

    case: Case
    is_new: bool = False
    parties: tuple[Party, ...] = ()
    words: tuple[str, ...] = ()
    new_tasks: tuple[Task, ...] = ()
    changed_tasks: tuple[Task, ...] = ()
    new_service_tasks: tuple[ServiceTask, ...] = ()
    changed_service_tasks: tuple[ServiceTask, ...] = ()
    settled_service_tasks: tuple[UUID, ...] = ()
    new_subscriptions: tuple[Subscription, ...] = ()
    closed_subscriptions: tuple[UUID, ...] = ()
    jobs: tuple[Job, ...] = ()
    journal: tuple[JournalEntry, ...] = ()


_ID = sa.bindparam("id", type_=sa.Uuid())


def _locking(statement: sa.Select[Any], *, skip_locked: bool = False) -> sa.Select[Any]:
    # NO KEY: lockers follow each other all the same, and rows that refer to the case do not wait.
    return statement.with_for_update(of=cases, key_share=True, skip_locked=skip_locked)


_CASE = _locking(sa.select(*CASE).where(cases.c.id == _ID))
_FREE_CASE = _locking(sa.select(*CASE).where(cases.c.id == _ID), skip_locked=True)
_CASE_OF_TASK = _locking(
    sa.select(*CASE).where(
        cases.c.id == sa.select(tasks.c.case_id).where(tasks.c.id == _ID).scalar_subquery()
    )
)
_CASE_OF_SERVICE_TASK = _locking(
    sa.select(*CASE).where(
        cases.c.id == sa.select(service_tasks.c.case_id).where(service_tasks.c.id == _ID).scalar_subquery()
    )
)
_CASE_WITH_DUE_TIMER = _locking(
    sa.select(*CASE).where(
        cases.c.id == _ID,
        cases.c.status == literal(CaseStatus.OPEN),
        cases.c.next_timer_at <= sa.bindparam("now", type_=cases.c.next_timer_at.type),
    ),
    skip_locked=True,
)
_WAITING_TASKS = (
    sa.select(*TASK)
    .where(tasks.c.case_id == _ID, tasks.c.state == literal(TaskState.OPEN))
    .order_by(tasks.c.created_at, tasks.c.id)
)
_WAITING_SERVICE_TASKS = (
    sa.select(*SERVICE_TASK)
    .where(
        service_tasks.c.case_id == _ID,
        service_tasks.c.state.in_([literal(ServiceTaskState.OPEN), literal(ServiceTaskState.DEAD)]),
    )
    .order_by(service_tasks.c.created_at, service_tasks.c.id)
)


def lock_case(connection: Connection, case_id: UUID) -> LockedCase | None:
    """The case, locked; None if there is no such case.

    A second caller waits until the first one's transaction ends.
    """
    return _locked(connection, _CASE, {"id": case_id})


def lock_case_if_free(connection: Connection, case_id: UUID) -> LockedCase | None:
    """The case, locked; None at once if somebody else has it locked, or there is no such case."""
    return _locked(connection, _FREE_CASE, {"id": case_id})


def lock_case_of_task(connection: Connection, task_id: UUID) -> LockedCase | None:
    """The case that the task belongs to, locked; None if there is no such task.

    The task itself may be closed already.
    """
    return _locked(connection, _CASE_OF_TASK, {"id": task_id})


def lock_case_of_service_task(connection: Connection, service_task_id: UUID) -> LockedCase | None:
    """The case that the service task belongs to, locked; None if there is no such service task."""
    return _locked(connection, _CASE_OF_SERVICE_TASK, {"id": service_task_id})


def lock_case_with_due_timer(connection: Connection, case_id: UUID, now: datetime) -> LockedCase | None:
    """The case if it is open, its next timer is due at `now`, and nobody else has it locked.

    Else None, at once.
    """
    return _locked(connection, _CASE_WITH_DUE_TIMER, {"id": case_id, "now": now})


def waiting_tasks(connection: Connection, case_id: UUID) -> tuple[Task, ...]:
    """The open tasks of a case, oldest first."""
    return tuple(task_of(row) for row in connection.execute(_WAITING_TASKS, {"id": case_id}))


def waiting_service_tasks(connection: Connection, case_id: UUID) -> tuple[ServiceTask, ...]:
    """The service tasks of a case that wait for an answer, oldest first."""
    rows = connection.execute(_WAITING_SERVICE_TASKS, {"id": case_id})
    return tuple(service_task_of(row) for row in rows)


def _locked(
    connection: Connection, statement: sa.Select[Any], parameters: dict[str, Any]
) -> LockedCase | None:
    row = connection.execute(statement, parameters).one_or_none()
    if row is None:
        return None
    case = case_of(row)
    return LockedCase(
        case=case,
        tasks=waiting_tasks(connection, case.id),
        service_tasks=waiting_service_tasks(connection, case.id),
    )


_CASE_SHOWN = sa.select(*CASE).where(cases.c.id == sa.bindparam("id", type_=sa.Uuid()))
_CASE_NUMBERED = sa.select(*CASE).where(cases.c.number == sa.bindparam("number", type_=cases.c.number.type))
_PARTIES = (
    sa.select(*PARTY).where(parties.c.case_id == sa.bindparam("id", type_=sa.Uuid())).order_by(parties.c.id)
)


def case(connection: Connection, case_id: UUID) -> CaseView | None:
    """One case with what is open in it and who is in it."""
    return _view(connection, _CASE_SHOWN, {"id": case_id})


def case_numbered(connection: Connection, number: str) -> CaseView | None:
    """One case by its number."""
    return _view(connection, _CASE_NUMBERED, {"number": number})


def _view(connection: Connection, statement: sa.Select[Any], key: dict[str, Any]) -> CaseView | None:
    row = connection.execute(statement, key).one_or_none()
    if row is None:
        return None
    shown = case_of(row)
    return CaseView(
        case=shown,
        tasks=waiting_tasks(connection, shown.id),
        service_tasks=waiting_service_tasks(connection, shown.id),
        parties=tuple(party_of(row) for row in connection.execute(_PARTIES, {"id": shown.id})),
    )


Write = tuple[Executable, Mapping[str, Any] | Sequence[Mapping[str, Any]]]
"""A statement with the parameters of one row, or of several."""

_INSERT_INTO: Mapping[sa.Table, sa.Insert] = {
    table: table.insert()
    for table in (cases, case_words, parties, tasks, service_tasks, subscriptions, jobs, journal)
}
_UPDATE_CASE = update_at_version(cases)
_UPDATE_TASK = update_at_version(tasks)
_UPDATE_SERVICE_TASK = update_at_version(service_tasks)
_CLOSE_SUBSCRIPTIONS = subscriptions.delete().where(
    subscriptions.c.case_id == sa.bindparam("case_id", type_=sa.Uuid()),
    subscriptions.c.token.in_(sa.bindparam("tokens", type_=sa.Uuid(), expanding=True)),
)
_CLOSE_ALL_SUBSCRIPTIONS = subscriptions.delete().where(
    subscriptions.c.case_id == sa.bindparam("case_id", type_=sa.Uuid())
)
_NOTE_CHANGE = upsert(latest_changes)
_SETTLE = (
    jobs.update()
    .where(
        jobs.c.service_task_id.in_(sa.bindparam("service_tasks", type_=sa.Uuid(), expanding=True)),
        jobs.c.state != JobState.DONE.value,
    )
    .values(state=JobState.DONE.value, leased_by=None, leased_until=None)
)


def save_changeset(connection: Connection, change: CaseChange) -> None:
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
    if change.case.is_closed:
        yield _CLOSE_ALL_SUBSCRIPTIONS, {"case_id": case_id}
    elif change.closed_subscriptions:
        yield _CLOSE_SUBSCRIPTIONS, {"case_id": case_id, "tokens": change.closed_subscriptions}


def _inserts(change: CaseChange) -> Iterator[Write]:
    """The new rows of each table, those first that others refer to."""
    case = change.case
    words = dict.fromkeys(change.words) if change.is_new else ()
    waiting = () if case.is_closed else change.new_subscriptions
    new_rows: tuple[tuple[sa.Table, list[Values]], ...] = (
        (cases, [case_row(case)] if change.is_new else []),
        (case_words, [{"word": word, "case_id": case.id} for word in words]),
        (parties, [party_row(party) for party in change.parties]),
        (tasks, [task_row(task) for task in change.new_tasks]),
        (service_tasks, [service_task_row(task) for task in change.new_service_tasks]),
        (subscriptions, [subscription_row(subscription) for subscription in waiting]),
        (jobs, [job_row(job) for job in change.jobs]),
        (journal, [journal_row(entry) for entry in change.journal]),
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


def _update(connection: Connection, statement: sa.Update, rows: Sequence[Values], *, kind: str) -> None:
    if not rows:
        return
    parameters: Any = [as_change(row) for row in rows]
    result = connection.execute(statement, parameters[0] if len(rows) == 1 else parameters)
    written: list[tuple[UUID, int]] = [(row["id"], row["row_version"]) for row in rows]
    require_each_written(result, kind=kind, written=written)
