"""Cases, their tasks, parties and journal as rows: values to columns, and rows to values by position."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from engine import sql_tables as tables
from engine.cases.journal import JournalEntry, JournalHead
from engine.cases.model import Case, CaseStatus, Channel, Flag, Notify
from engine.cases.party import Party, PartyRole, Person
from engine.kernel.actor import ActorKind
from engine.kernel.bilingual import Language
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from engine.storage.statements import Row
from engine.tasks.model import Task, TaskState

NO_DUE_DATE = datetime(9999, 1, 1, tzinfo=UTC)
"""Where a task without a due date is sorted: last, and not NULL, so that a cursor can point at it."""

CASE_IN_LIST = tuple(column for column in tables.cases.c if column is not tables.cases.c.snapshot)
"""A case without its snapshot."""

CASE = (*CASE_IN_LIST, tables.cases.c.snapshot)
"""A whole case."""

TASK = tuple(tables.tasks.c)
"""A whole task."""

TASK_IN_LIST = TASK[:-3]
"""A task without prefill and draft."""

SERVICE_TASK = tuple(tables.service_tasks.c)
PARTY = tuple(tables.parties.c)
JOURNAL = tuple(tables.journal.c)


def case_row(case: Case) -> Row:
    """The columns of a case."""
    return {
        "id": case.id,
        "number": case.number,
        "procedure_key": case.procedure_key,
        "version_id": case.version_id,
        "version_number": case.version_number,
        "branch_id": case.branch_id,
        "branch_code": case.branch_code,
        "channel": case.channel.value,
        "opened_at": case.opened_at,
        "opened_by": case.opened_by,
        "due_at": case.due_at,
        "tracking_code": case.tracking_code,
        "status": case.status.value,
        "outcome": case.outcome,
        "next_timer_at": case.next_timer_at,
        "suspended_at": case.suspended_at,
        "term_rests_since": case.term_rests_since,
        "closed_at": case.closed_at,
        "notify_sms": case.notify.sms,
        "notify_email": case.notify.email,
        "notify_language": case.notify.language.value,
        "journal_length": case.journal.length,
        "journal_hash": case.journal.hash,
        "row_version": case.row_version,
        **{flag.value: flag in case.flags for flag in tables.FLAGS},
        "snapshot": case.snapshot,
    }


def case_of(row: Sequence[Any], *, snapshot: bytes | None = None) -> Case:
    """The case of a `CASE` row, or of a `CASE_IN_LIST` row with the snapshot to put in its place."""
    if snapshot is None:
        *row, snapshot = row
    (
        case_id,
        number,
        procedure_key,
        version_id,
        version_number,
        branch_id,
        branch_code,
        channel,
        opened_at,
        opened_by,
        due_at,
        tracking_code,
        status,
        outcome,
        next_timer_at,
        suspended_at,
        closed_at,
        notify_sms,
        notify_email,
        journal_length,
        journal_hash,
        row_version,
        *flags,
        term_rests_since,
        notify_language,
    ) = row
    return Case(
        id=case_id,
        number=number,
        procedure_key=procedure_key,
        version_id=version_id,
        version_number=version_number,
        branch_id=branch_id,
        branch_code=branch_code,
        channel=Channel(channel),
        opened_at=opened_at,
        opened_by=opened_by,
        due_at=due_at,
        tracking_code=tracking_code,
        snapshot=snapshot,
        status=CaseStatus(status),
        flags=_flags_of(flags),
        notify=Notify(sms=notify_sms, email=notify_email, language=Language(notify_language)),
        next_timer_at=next_timer_at,
        suspended_at=suspended_at,
        term_rests_since=term_rests_since,
        closed_at=closed_at,
        outcome=outcome,
        journal=JournalHead(length=journal_length, hash=journal_hash),
        row_version=row_version,
    )


def _flags_of(columns: Iterable[bool]) -> frozenset[Flag]:
    return frozenset(flag for flag, is_set in zip(tables.FLAGS, columns, strict=True) if is_set)


def task_row(task: Task) -> Row:
    """The columns of a task."""
    return {
        **task.__dict__,
        "state": task.state.value,
        "flag": task.flag.value if task.flag else None,
        "sort_at": task.due_at or NO_DUE_DATE,
    }


def task_of(row: Sequence[Any]) -> Task:
    """The task of a `TASK` row, or of a `TASK_IN_LIST` row without prefill and draft."""
    (
        task_id,
        case_id,
        case_number,
        procedure_key,
        branch_id,
        token,
        element_id,
        name,
        form_id,
        created_at,
        state,
        flag,
        priority,
        due_at,
        _sort_at,
        follow_up_at,
        candidate_groups,
        candidate_users,
        assignee_id,
        assignee_name,
        closed_at,
        row_version,
        *contents,
    ) = row
    prefill, draft, draft_saved_at = contents or ({}, None, None)
    return Task(
        id=task_id,
        case_id=case_id,
        case_number=case_number,
        procedure_key=procedure_key,
        branch_id=branch_id,
        token=token,
        element_id=element_id,
        name=name,
        form_id=form_id,
        created_at=created_at,
        state=TaskState(state),
        flag=Flag(flag) if flag else None,
        priority=priority,
        due_at=due_at,
        follow_up_at=follow_up_at,
        candidate_groups=tuple(candidate_groups),
        candidate_users=tuple(candidate_users),
        assignee_id=assignee_id,
        assignee_name=assignee_name,
        closed_at=closed_at,
        prefill=prefill,
        draft=draft,
        draft_saved_at=draft_saved_at,
        row_version=row_version,
    )


def service_task_row(task: ServiceTask) -> Row:
    """The columns of a service task."""
    return {**task.__dict__, "state": task.state.value}


def service_task_of(row: Sequence[Any]) -> ServiceTask:
    """The service task of a `SERVICE_TASK` row."""
    (
        task_id,
        case_id,
        case_number,
        procedure_key,
        branch_id,
        token,
        element_id,
        name,
        topic,
        created_at,
        agency_id,
        agency_key,
        state,
        headers,
        variables,
        locked_by,
        locked_until,
        accepted_at,
        closed_at,
        error_code,
        error_message,
        row_version,
        supplement_wanted,
        answer,
    ) = row
    return ServiceTask(
        id=task_id,
        case_id=case_id,
        case_number=case_number,
        procedure_key=procedure_key,
        branch_id=branch_id,
        token=token,
        element_id=element_id,
        name=name,
        topic=topic,
        created_at=created_at,
        agency_id=agency_id,
        agency_key=agency_key,
        state=ServiceTaskState(state),
        headers=headers,
        variables=variables,
        locked_by=locked_by,
        locked_until=locked_until,
        accepted_at=accepted_at,
        closed_at=closed_at,
        error_code=error_code,
        error_message=error_message,
        row_version=row_version,
        supplement_wanted=supplement_wanted,
        answer=answer,
    )


def party_row(party: Party) -> Row:
    """The columns of a party; the person is JSON without what is not known."""
    person = {name: value for name, value in asdict(party.person).items() if value is not None}
    return {"id": party.id, "case_id": party.case_id, "role": party.role.value, "person": person}


def party_of(row: Sequence[Any]) -> Party:
    """The party of a `PARTY` row."""
    party_id, case_id, role, person = row
    return Party(id=party_id, case_id=case_id, role=PartyRole(role), person=Person(**person))


def journal_row(entry: JournalEntry) -> Row:
    """The columns of a journal line."""
    return {**entry.__dict__, "actor_kind": entry.actor_kind.value}


def journal_entry_of(row: Sequence[Any]) -> JournalEntry:
    """The journal line of a `JOURNAL` row."""
    (
        case_id,
        number,
        at,
        actor_kind,
        actor_id,
        actor_name,
        branch_code,
        action,
        detail,
        reason,
        previous_hash,
        own_hash,
    ) = row
    return JournalEntry(
        case_id=case_id,
        number=number,
        at=at,
        actor_kind=ActorKind(actor_kind),
        actor_id=actor_id,
        actor_name=actor_name,
        branch_code=branch_code,
        action=action,
        detail=detail,
        reason=reason,
        previous_hash=previous_hash,
        hash=own_hash,
    )
