"""The case with all that is open in it: read for change, read to be shown, and written in one go."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases.figures_store import tallies, tally_row
from engine.cases.journal import JournalEntry
from engine.cases.journal_store import journal
from engine.cases.model import Case
from engine.cases.party import Party
from engine.cases.store import (
    CASE,
    PARTIES_IN_ORDER,
    PARTY,
    case_of,
    case_row,
    case_words,
    cases,
    latest_changes,
    parties,
    party_of,
    party_row,
    tracking_codes,
)
from engine.cases.tally import Tally
from engine.cases.term_store import term_entries, term_entry_row
from engine.incidents.model import Incident
from engine.incidents.store import incidents
from engine.kernel.signing import SignatureState
from engine.kernel.vocabulary import CaseStatus
from engine.messages.model import Subscription
from engine.messages.subscription_store import subscription_row, subscriptions
from engine.outbox.model import Job, JobState
from engine.outbox.store import job_row, jobs, saved_jobs
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from engine.service_tasks.store import SERVICE_TASK, service_task_of, service_tasks
from engine.signatures.model import Signature
from engine.signatures.store import LAPSE, signature_row, signatures
from engine.storage.prepared import PreparedQuery, PreparedWrite, Write, read_together, write_together
from engine.storage.statements import Values, literal, update_at_version, update_whole, upsert
from engine.tasks.model import Task, TaskState
from engine.tasks.store import TASK, task_of, task_row, tasks
from engine.terms.ledger import TermEntry
from engine.terms.term import TermKind


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

    `case` is the case as it becomes, but for its journal, which goes on with the lines of `journal`; its
    `row_version` is the one that was read, and is raised by one when written (a new case: as it is).
    The same holds for `changed_tasks` and `changed_service_tasks`.
    `closed_subscriptions` are workflow tokens. The undelivered jobs of `settled_service_tasks` are done.
    The signatures of the service tasks in `lapsed_signatures` become so, unless they were settled.
    `words` make a new case findable, in search form; `sealed_code` is the code of its receipt, sealed.
    """

    case: Case
    is_new: bool = False
    parties: tuple[Party, ...] = ()
    words: tuple[str, ...] = ()
    sealed_code: bytes | None = None
    new_tasks: tuple[Task, ...] = ()
    changed_tasks: tuple[Task, ...] = ()
    new_service_tasks: tuple[ServiceTask, ...] = ()
    changed_service_tasks: tuple[ServiceTask, ...] = ()
    settled_service_tasks: tuple[UUID, ...] = ()
    new_subscriptions: tuple[Subscription, ...] = ()
    closed_subscriptions: tuple[UUID, ...] = ()
    jobs: tuple[Job, ...] = ()
    changed_jobs: tuple[Job, ...] = ()
    journal: tuple[JournalEntry, ...] = ()
    term_entries: tuple[tuple[TermKind, TermEntry], ...] = ()
    new_signatures: tuple[Signature, ...] = ()
    changed_signatures: tuple[Signature, ...] = ()
    lapsed_signatures: tuple[tuple[UUID, SignatureState], ...] = ()
    tallies: tuple[Tally, ...] = ()


_ID = sa.bindparam("id", type_=sa.Uuid())


class _Locking:
    """The queries that lock a case, and read what waits in it once the lock is there."""

    def __init__(
        self, case_id: sa.ColumnElement[UUID], *conditions: sa.ColumnElement[bool], skip_locked: bool = False
    ) -> None:
        case = sa.select(*CASE).where(cases.c.id == case_id, *conditions)
        # NO KEY: lockers follow each other all the same, and rows that refer to the case do not wait.
        self.case = PreparedQuery(case.with_for_update(of=cases, key_share=True, skip_locked=skip_locked))
        self.tasks = PreparedQuery(_waiting_tasks(case_id))
        self.service_tasks = PreparedQuery(_waiting_service_tasks(case_id))


def _waiting_tasks(case_id: sa.ColumnElement[UUID]) -> sa.Select[Any]:
    return (
        sa.select(*TASK)
        .where(tasks.c.case_id == case_id, tasks.c.state == literal(TaskState.OPEN))
        .order_by(tasks.c.created_at, tasks.c.id)
    )


def _waiting_service_tasks(case_id: sa.ColumnElement[UUID]) -> sa.Select[Any]:
    waits = [literal(ServiceTaskState.OPEN), literal(ServiceTaskState.DEAD)]
    return (
        sa.select(*SERVICE_TASK)
        .where(service_tasks.c.case_id == case_id, service_tasks.c.state.in_(waits))
        .order_by(service_tasks.c.created_at, service_tasks.c.id)
    )


def _case_of(work: sa.Table) -> sa.ColumnElement[UUID]:
    """The id of the case to which the task or service task `:id` belongs."""
    return sa.select(work.c.case_id).where(work.c.id == _ID).scalar_subquery()


_CASE = _Locking(_ID)
_FREE_CASE = _Locking(_ID, skip_locked=True)
_CASE_OF_TASK = _Locking(_case_of(tasks))
_CASE_OF_SERVICE_TASK = _Locking(_case_of(service_tasks))
_CASE_WITH_DUE_TIMER = _Locking(
    _ID,
    cases.c.status == literal(CaseStatus.OPEN),
    cases.c.next_timer_at <= sa.bindparam("now", type_=cases.c.next_timer_at.type),
    skip_locked=True,
)


def lock_case(connection: Connection, case_id: UUID) -> LockedCase | None:
    """The case, locked; None if there is no such case.

    A second caller waits until the first one's transaction ends.
    """
    return _locked(connection, _CASE, case_id)


def lock_case_if_free(connection: Connection, case_id: UUID) -> LockedCase | None:
    """The case, locked; None at once if somebody else has it locked, or there is no such case."""
    return _locked(connection, _FREE_CASE, case_id)


def lock_case_of_task(connection: Connection, task_id: UUID) -> LockedCase | None:
    """The case that the task belongs to, locked; None if there is no such task.

    The task itself may be closed already.
    """
    return _locked(connection, _CASE_OF_TASK, task_id)


def lock_case_of_service_task(connection: Connection, service_task_id: UUID) -> LockedCase | None:
    """The case that the service task belongs to, locked; None if there is no such service task."""
    return _locked(connection, _CASE_OF_SERVICE_TASK, service_task_id)


def lock_case_with_due_timer(connection: Connection, case_id: UUID, now: datetime) -> LockedCase | None:
    """The case if it is open, its next timer is due at `now`, and nobody else has it locked.

    Else None, at once.
    """
    return _locked(connection, _CASE_WITH_DUE_TIMER, case_id, {"now": now})


def _locked(
    connection: Connection, by: _Locking, given_id: UUID, further: Values = MappingProxyType({})
) -> LockedCase | None:
    key = {"id": given_id}
    found, open_tasks, waiting = read_together(
        connection, [(by.case, {**key, **further}), (by.tasks, key), (by.service_tasks, key)]
    )
    if not found:
        return None
    return LockedCase(
        case=case_of(found[0]),
        tasks=tuple(task_of(row) for row in open_tasks),
        service_tasks=tuple(service_task_of(row) for row in waiting),
    )


_CASE_SHOWN = PreparedQuery(sa.select(*CASE).where(cases.c.id == _ID))
_ID_NUMBERED = PreparedQuery(
    sa.select(cases.c.id).where(cases.c.number == sa.bindparam("number", type_=cases.c.number.type))
)
_WAITING_TASKS = PreparedQuery(_waiting_tasks(_ID))
_WAITING_SERVICE_TASKS = PreparedQuery(_waiting_service_tasks(_ID))
_PARTIES = PreparedQuery(sa.select(*PARTY).where(parties.c.case_id == _ID).order_by(*PARTIES_IN_ORDER))
_VIEW = (_CASE_SHOWN, _WAITING_TASKS, _WAITING_SERVICE_TASKS, _PARTIES)


def only_case(connection: Connection, case_id: UUID) -> Case | None:
    """One case, without what is open in it and who is in it."""
    row = _CASE_SHOWN.row(connection, {"id": case_id})
    return case_of(row) if row else None


def case(connection: Connection, case_id: UUID) -> CaseView | None:
    """One case with what is open in it and who is in it."""
    key = {"id": case_id}
    found, open_tasks, waiting, people = read_together(connection, [(query, key) for query in _VIEW])
    if not found:
        return None
    return CaseView(
        case=case_of(found[0]),
        tasks=tuple(task_of(row) for row in open_tasks),
        service_tasks=tuple(service_task_of(row) for row in waiting),
        parties=tuple(party_of(row) for row in people),
    )


def case_numbered(connection: Connection, number: str) -> CaseView | None:
    """One case by its number."""
    row = _ID_NUMBERED.row(connection, {"number": number})
    return case(connection, row.id) if row else None


_INSERT_INTO: Mapping[sa.Table, PreparedWrite] = {
    table: PreparedWrite(table.insert())
    for table in (
        cases,
        case_words,
        tracking_codes,
        parties,
        term_entries,
        tasks,
        service_tasks,
        signatures,
        subscriptions,
        jobs,
        journal,
        tallies,
    )
}
_UPDATE_CASE = PreparedWrite(update_at_version(cases))
_UPDATE_TASK = PreparedWrite(update_at_version(tasks))
_UPDATE_SERVICE_TASK = PreparedWrite(update_at_version(service_tasks))
_UPDATE_SIGNATURE = PreparedWrite(update_whole(signatures))
_LAPSE_SIGNATURE = PreparedWrite(LAPSE)
_OF_CASE = subscriptions.c.case_id == sa.bindparam("case_id", type_=sa.Uuid())
_CLOSE_SUBSCRIPTION = PreparedWrite(
    subscriptions.delete().where(_OF_CASE, subscriptions.c.token == sa.bindparam("token", type_=sa.Uuid()))
)
_CLOSE_ALL_SUBSCRIPTIONS = PreparedWrite(subscriptions.delete().where(_OF_CASE))
_NOTE_CHANGE = PreparedWrite(upsert(latest_changes))
_SETTLE = PreparedWrite(
    jobs.update()
    .where(
        jobs.c.service_task_id == sa.bindparam("service_task", type_=sa.Uuid()),
        jobs.c.state != JobState.DONE.value,
    )
    .values(state=JobState.DONE.value, leased_by=None, leased_until=None, held_at=None)
)


def save_changeset(connection: Connection, change: CaseChange) -> None:
    """Write a change; `OutOfDate` if a row is no longer at the version that was read."""
    # What ends goes before what begins for the same token; the jobs that are settled may be of this change.
    write_together(connection, _closings(change))
    write_together(connection, [*_updates(change), *_inserts(change), *_pulse(change)])
    if change.settled_service_tasks:
        write_together(connection, [_settlement(change.settled_service_tasks)])


def _updates(change: CaseChange) -> Iterator[Write]:
    """The rows that were there and have changed."""
    if not change.is_new:
        yield Write(_UPDATE_CASE, [_row_of_case(change)], "case")
    yield Write(_UPDATE_TASK, [task_row(task) for task in change.changed_tasks], "task")
    if change.changed_service_tasks:
        yield _update_service_tasks(change.changed_service_tasks)
    if change.changed_signatures:
        yield Write(_UPDATE_SIGNATURE, [signature_row(one) for one in change.changed_signatures])
    if change.lapsed_signatures:
        at = change.journal[-1].at
        lapsed = change.lapsed_signatures
        rows = [{"of_service_task": one, "lapsed_to": state.value, "at": at} for one, state in lapsed]
        yield Write(_LAPSE_SIGNATURE, rows)
    if change.changed_jobs:
        yield saved_jobs(change.changed_jobs)


def _closings(change: CaseChange) -> Iterator[Write]:
    """The subscriptions that end, before others begin for the same tokens."""
    case_id = change.case.id
    if change.case.is_closed:
        yield Write(_CLOSE_ALL_SUBSCRIPTIONS, [{"case_id": case_id}])
    else:
        tokens = [{"case_id": case_id, "token": token} for token in change.closed_subscriptions]
        yield Write(_CLOSE_SUBSCRIPTION, tokens)


def _inserts(change: CaseChange) -> Iterator[Write]:
    """The new rows of each table, those first that others refer to."""
    case = change.case
    if change.is_new:
        yield Write(_INSERT_INTO[cases], [_row_of_case(change)])
        words = [{"word": word, "case_id": case.id} for word in dict.fromkeys(change.words)]
        yield Write(_INSERT_INTO[case_words], words)
        codes = [{"case_id": case.id, "sealed": change.sealed_code}] if change.sealed_code else []
        yield Write(_INSERT_INTO[tracking_codes], codes)
    waiting = () if case.is_closed else change.new_subscriptions
    new_rows: tuple[tuple[sa.Table, list[Values]], ...] = (
        (parties, [party_row(party) for party in change.parties]),
        (term_entries, [term_entry_row(case.id, kind, entry) for kind, entry in change.term_entries]),
        (tasks, [task_row(task) for task in change.new_tasks]),
        (service_tasks, [task.__dict__ for task in change.new_service_tasks]),
        (signatures, [signature_row(one) for one in change.new_signatures]),
        (subscriptions, [subscription_row(subscription) for subscription in waiting]),
        (jobs, [job_row(job) for job in change.jobs]),
        (journal, [entry.__dict__ for entry in change.journal]),
        (tallies, [tally_row(tally) for tally in change.tallies]),
    )
    for table, rows in new_rows:
        if rows:
            yield Write(_INSERT_INTO[table], rows)


def _row_of_case(change: CaseChange) -> Values:
    """The columns of the case; its journal ends with the last line of the change."""
    row = case_row(change.case)
    if not change.journal:
        return row
    last = change.journal[-1]
    return {**row, "journal_length": last.number, "journal_hash": last.hash}


def _settlement(service_task_ids: Sequence[UUID]) -> Write:
    """The jobs that have become needless, those of this very change included."""
    return Write(_SETTLE, [{"service_task": task_id} for task_id in service_task_ids])


def _pulse(change: CaseChange) -> Iterator[Write]:
    """That something happened in the case, for those who look at its branch."""
    if change.journal:
        case, last = change.case, change.journal[-1]
        row = {"case_id": case.id, "branch_id": case.branch_id, "at": last.at, "journal_length": last.number}
        yield Write(_NOTE_CHANGE, [row])


def move_to_branch(connection: Connection, case_id: UUID, branch_id: UUID) -> None:
    """Let all that was ever open in a case belong to a branch: who sees it then sees the whole case."""
    for table in (tasks, service_tasks, incidents):
        connection.execute(table.update().where(table.c.case_id == case_id).values(branch_id=branch_id))


def save_service_tasks(connection: Connection, changed: Sequence[ServiceTask]) -> None:
    """Write changed service tasks, each still at the version that was read."""
    write_together(connection, [_update_service_tasks(changed)])


def _update_service_tasks(changed: Sequence[ServiceTask]) -> Write:
    return Write(_UPDATE_SERVICE_TASK, [task.__dict__ for task in changed], "service task")
