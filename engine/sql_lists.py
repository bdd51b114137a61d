"""The lists of the desk and the operator, page by page: cases, tasks, service tasks, journal and jobs."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases.journal import JournalEntry
from engine.cases.model import Case, CaseStatus
from engine.cases.rows import (
    CASE_IN_LIST,
    JOURNAL,
    SERVICE_TASK,
    TASK_IN_LIST,
    case_of,
    journal_entry_of,
    service_task_of,
    task_of,
)
from engine.kernel.permission import Sight
from engine.outbox.model import Job, JobState
from engine.outbox.store import JOB, job_of
from engine.ports_reads import CaseFilter, Page, ServiceTaskFilter, Slice, TaskFilter
from engine.service_tasks.model import ServiceTask
from engine.sql_tables import agencies, branches, case_words, cases, jobs, journal, service_tasks, tasks
from engine.storage.keyset import Order, fetch_page
from engine.storage.statements import literal
from engine.tasks.model import Task
from engine.tasks.orders import TASK_ORDERS

_CASES = Order("cases", (cases.c.opened_at, cases.c.id), newest_first=True)
_SERVICE_TASKS = Order("service tasks", (service_tasks.c.created_at, service_tasks.c.id))
_JOURNAL = Order("journal", (journal.c.number,))
_JOBS = Order("jobs", (jobs.c.created_at, jobs.c.id), newest_first=True)

_LAST_CHARACTER = "\U0010ffff"
"""Sorts last, so that a word's continuations lie between the word and the word followed by this."""

_DUE_CASES = (
    sa.select(cases.c.id)
    .where(
        cases.c.status == literal(CaseStatus.OPEN),
        cases.c.next_timer_at <= sa.bindparam("now", type_=cases.c.next_timer_at.type),
    )
    .order_by(cases.c.next_timer_at, cases.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)

Condition = sa.ColumnElement[bool]


def list_cases(connection: Connection, wanted: CaseFilter, *, sight: Sight, part: Slice) -> Page[Case]:
    """Cases, newest first, without snapshots."""
    conditions = _in_sight(cases.c.branch_id, sight)
    if wanted.number is not None:
        conditions.append(cases.c.number == wanted.number)
    if wanted.status is not None:
        conditions.append(cases.c.status == literal(wanted.status))
    if wanted.procedure is not None:
        conditions.append(cases.c.procedure_key == wanted.procedure)
    if wanted.branch_code is not None:
        conditions.append(cases.c.branch_id == _branch_with(wanted.branch_code))
    conditions += _with_words(cases.c.id, wanted.words)
    statement = sa.select(*CASE_IN_LIST).where(*conditions)
    return fetch_page(connection, statement, order=_CASES, part=part, decode=_case_in_list)


def list_tasks(connection: Connection, wanted: TaskFilter, *, sight: Sight, part: Slice) -> Page[Task]:
    """Tasks in the order that is wanted, without prefill and draft."""
    conditions = [tasks.c.state == literal(wanted.state), *_in_sight(tasks.c.branch_id, sight)]
    if wanted.assignee_id is not None:
        conditions.append(tasks.c.assignee_id == wanted.assignee_id)
    if wanted.unassigned:
        conditions.append(tasks.c.assignee_id.is_(None))
    if wanted.branch_code is not None:
        conditions.append(tasks.c.branch_id == _branch_with(wanted.branch_code))
    if wanted.procedure is not None:
        conditions.append(tasks.c.procedure_key == wanted.procedure)
    if wanted.flag is not None:
        conditions.append(tasks.c.flag == literal(wanted.flag))
    if wanted.due_before is not None:
        conditions.append(tasks.c.due_at < wanted.due_before)
        conditions.append(tasks.c.sort_at < wanted.due_before)
    conditions += _with_words(tasks.c.case_id, wanted.words)
    statement = sa.select(*TASK_IN_LIST).where(*conditions)
    order = TASK_ORDERS[wanted.order]
    return fetch_page(connection, statement, order=order, part=part, decode=task_of)


def list_service_tasks(
    connection: Connection,
    wanted: ServiceTaskFilter,
    *,
    sight: Sight,
    agency_id: UUID | None,
    part: Slice,
) -> Page[ServiceTask]:
    """Service tasks, oldest first: the agency's, or those in sight."""
    conditions = (
        _in_sight(service_tasks.c.branch_id, sight)
        if agency_id is None
        else [service_tasks.c.agency_id == agency_id]
    )
    if wanted.state is not None:
        conditions.append(service_tasks.c.state == literal(wanted.state))
    if wanted.agency_key is not None:
        named = sa.select(agencies.c.id).where(agencies.c.key == wanted.agency_key)
        conditions.append(service_tasks.c.agency_id == named.scalar_subquery())
    statement = sa.select(*SERVICE_TASK).where(*conditions)
    return fetch_page(connection, statement, order=_SERVICE_TASKS, part=part, decode=service_task_of)


def list_journal(connection: Connection, case_id: UUID, part: Slice) -> Page[JournalEntry]:
    """The journal of a case, first line first."""
    statement = sa.select(*JOURNAL).where(journal.c.case_id == case_id)
    return fetch_page(connection, statement, order=_JOURNAL, part=part, decode=journal_entry_of)


def list_jobs(connection: Connection, state: JobState | None, part: Slice) -> Page[Job]:
    """Jobs, newest first."""
    statement = sa.select(*JOB)
    if state is not None:
        statement = statement.where(jobs.c.state == state.value)
    return fetch_page(connection, statement, order=_JOBS, part=part, decode=job_of)


def due_cases(connection: Connection, now: datetime, limit: int) -> Sequence[UUID]:
    """Open cases whose next timer is due, most overdue first."""
    return connection.execute(_DUE_CASES, {"now": now, "limit": limit}).scalars().all()


def _case_in_list(row: Sequence[Any]) -> Case:
    return case_of(row, snapshot=b"")


def _in_sight(branch_id: sa.ColumnElement[Any], sight: Sight) -> list[Condition]:
    if sight.everywhere:
        return []
    return [branch_id == sight.branch_id if sight.branch_id is not None else sa.false()]


def _branch_with(code: str) -> sa.ScalarSelect[Any]:
    return sa.select(branches.c.id).where(branches.c.code == code).scalar_subquery()


def _with_words(case_id: sa.ColumnElement[Any], words: Iterable[str]) -> list[Condition]:
    """Conditions that every one of `words` begins a word of the case."""
    return [
        case_id.in_(
            sa.select(case_words.c.case_id).where(
                case_words.c.word >= word, case_words.c.word < word + _LAST_CHARACTER
            )
        )
        for word in words
    ]
