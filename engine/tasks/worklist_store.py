"""Worklists in the database: counts, the next task, saved filters, and whether anything changed."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.engine import Connection

from engine.cases.store import cases, latest_changes
from engine.kernel.permission_objects import Sight
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.people.store import users
from engine.procedures.store import procedure_versions
from engine.service_tasks.model import ServiceTaskState
from engine.service_tasks.store import service_tasks
from engine.storage.columns import metadata
from engine.storage.prepared import PreparedQuery
from engine.storage.statements import execute_for, literal, upsert
from engine.storage.types import PlainText, UtcDateTime
from engine.tasks.model import Task, TaskState
from engine.tasks.store import NO_DUE_DATE, TASK_IN_LIST, TASK_ORDERS, task_of, tasks
from engine.tasks.worklist_model import (
    COUNTED_TO,
    LOOKED_THROUGH,
    ProcedureInWork,
    SavedFilter,
    TaskOrder,
    WorklistCounts,
)

saved_filters = Table(
    "saved_filters",
    metadata,
    Column("id", sa.Uuid, primary_key=True),
    Column("user_id", sa.Uuid, ForeignKey("users.id"), nullable=False),
    Column("name", PlainText(binary=True), nullable=False),
    Column("query", PlainText(), nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("user_id", "name"),
)


_LATEST = 50
"""How many of the latest changes make a pulse: a step that is committed late still shows among them."""

_WATCHED = 100
"""How many of an agency's service tasks make its pulse."""

_BRANCH_ID = sa.bindparam("branch_id", type_=sa.Uuid())
_USER_ID = sa.bindparam("user_id", type_=sa.Uuid())
_LIMIT = sa.bindparam("limit", type_=sa.Integer)
_NOW = sa.bindparam("now", type_=tasks.c.sort_at.type)
_OPEN = tasks.c.state == literal(TaskState.OPEN)

_BY_PRIORITY = TASK_ORDERS[TaskOrder.PRIORITY]
_FREE = (
    sa.select(*TASK_IN_LIST)
    .join(cases, cases.c.id == tasks.c.case_id)
    .where(
        tasks.c.branch_id == _BRANCH_ID,
        _OPEN,
        tasks.c.assignee_id.is_(None),
        cases.c.status == literal(CaseStatus.OPEN),
    )
)
_CASES_OF = sa.select(tasks.c.id, tasks.c.case_id).where(
    tasks.c.id.in_(sa.bindparam("task_ids", type_=sa.Uuid(), expanding=True))
)
_HELD_BY = (
    sa.select(tasks.c.id)
    .where(
        tasks.c.assignee_id
        == sa.select(users.c.id)
        .where(users.c.username == sa.bindparam("username", type_=users.c.username.type))
        .scalar_subquery(),
        tasks.c.branch_id == _BRANCH_ID,
        _OPEN,
    )
    .order_by(tasks.c.sort_at, tasks.c.id)
    .limit(_LIMIT)
)


def _in_work(*, everywhere: bool) -> sa.Select[str, str, str, int]:
    """The newest version of every procedure that open tasks are of, of all or of the branch that is given.

    A row for each version of it on which cases are under way; one without a number where there is none.
    """
    in_sight = () if everywhere else (tasks.c.branch_id == _BRANCH_ID,)
    looked_through = (
        sa.select(tasks.c.procedure_key)
        .where(_OPEN, *in_sight)
        .order_by(tasks.c.sort_at, tasks.c.id)
        .limit(LOOKED_THROUGH)
        .subquery()
    )
    newer = procedure_versions.alias()
    newest = sa.select(sa.func.max(newer.c.number)).where(newer.c.key == procedure_versions.c.key)
    run = procedure_versions.alias()
    is_run = sa.select(sa.literal(1)).where(cases.c.version_id == run.c.id, cases.c.closed_at.is_(None))
    return (
        sa.select(
            procedure_versions.c.key,
            procedure_versions.c.title,
            procedure_versions.c.title_en,
            run.c.number.label("version"),
        )
        .select_from(procedure_versions)
        .outerjoin(run, sa.and_(run.c.key == procedure_versions.c.key, is_run.exists()))
        .where(
            procedure_versions.c.key.in_(sa.select(looked_through.c.procedure_key).distinct()),
            procedure_versions.c.number == newest.scalar_subquery(),
        )
        .order_by(procedure_versions.c.key, run.c.number)
    )


_IN_WORK_EVERYWHERE = PreparedQuery(_in_work(everywhere=True))
_IN_WORK_IN_BRANCH = PreparedQuery(_in_work(everywhere=False))
_FILTERS_OF = PreparedQuery(
    sa.select(*saved_filters.c)
    .where(saved_filters.c.user_id == _USER_ID)
    .order_by(saved_filters.c.name, saved_filters.c.id)
)
_SAVE_FILTER = upsert(saved_filters)
_FORGET_FILTER = saved_filters.delete().where(
    saved_filters.c.id == sa.bindparam("id_", type_=sa.Uuid()), saved_filters.c.user_id == _USER_ID
)
_PULSE_OF_BRANCH = PreparedQuery(
    sa.select(latest_changes.c.case_id, latest_changes.c.journal_length)
    .where(latest_changes.c.branch_id == _BRANCH_ID)
    .order_by(latest_changes.c.at.desc(), latest_changes.c.case_id.desc())
    .limit(_LATEST)
)
_PULSE_OF_AGENCY = PreparedQuery(
    sa.select(service_tasks.c.id, service_tasks.c.row_version)
    .where(
        service_tasks.c.agency_id == sa.bindparam("agency_id", type_=sa.Uuid()),
        service_tasks.c.state == literal(ServiceTaskState.OPEN),
    )
    .order_by(service_tasks.c.created_at, service_tasks.c.id)
    .limit(_WATCHED)
)


def _counting(*, everywhere: bool) -> sa.Select[int, int, int, int, int, int, int]:
    """The counts of everything, or of the branch that is given."""
    awaits_agency = service_tasks.c.state == literal(ServiceTaskState.OPEN)

    def counted(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        in_sight = () if everywhere else (table.c.branch_id == _BRANCH_ID,)
        found = sa.select(sa.literal(1)).select_from(table).where(*in_sight, *conditions)
        return sa.select(sa.func.count()).select_from(found.limit(COUNTED_TO).subquery()).scalar_subquery()

    return sa.select(
        counted(tasks, _OPEN, tasks.c.assignee_id == _USER_ID).label("mine"),
        counted(tasks, _OPEN).label("branch"),
        counted(tasks, _OPEN, tasks.c.assignee_id.is_(None)).label("unassigned"),
        counted(tasks, _OPEN, tasks.c.sort_at < _NOW).label("overdue"),
        counted(service_tasks, awaits_agency).label("awaiting_agency"),
        counted(tasks, _OPEN, tasks.c.flag == literal(Flag.READY_FOR_PICKUP)).label("ready_for_pickup"),
        counted(cases, cases.c.status == literal(CaseStatus.OPEN), cases.c.term_ended_at.is_not(None)).label(
            "decided"
        ),
    )


_COUNTS_EVERYWHERE = PreparedQuery(_counting(everywhere=True))
_COUNTS_OF_BRANCH = PreparedQuery(_counting(everywhere=False))


def free_tasks(connection: Connection, branch_id: UUID, *, after: Task | None, limit: int) -> Sequence[Task]:
    """Up to `limit` open tasks of the branch's open cases that nobody has, the most urgent first.

    That is the order of `TaskOrder.PRIORITY`; `after` is the last one that was given. Not locked; prefill
    and draft are empty.
    """
    statement = _BY_PRIORITY.sorted(_FREE)
    if after is not None:
        last = (after.priority, after.due_at or NO_DUE_DATE, after.id)
        statement = statement.where(_BY_PRIORITY.follows(last))
    rows = connection.execute(statement.limit(limit), {"branch_id": branch_id})
    return [task_of(row) for row in rows]


def cases_of(connection: Connection, task_ids: Sequence[UUID]) -> Mapping[UUID, UUID]:
    """The case of each task; tasks that do not exist are left out."""
    if not task_ids:
        return {}
    return dict(connection.execute(_CASES_OF, {"task_ids": list(task_ids)}).all())


def held_by(connection: Connection, username: str, branch_id: UUID, *, limit: int) -> Sequence[UUID]:
    """Up to `limit` open tasks of the branch that the user has, active or not, those due first."""
    parameters = {"username": username, "branch_id": branch_id, "limit": limit}
    return connection.execute(_HELD_BY, parameters).scalars().all()


def filters_of(connection: Connection, user_id: UUID) -> Sequence[SavedFilter]:
    """The filters that a person keeps, by name."""
    rows = _FILTERS_OF.rows(connection, {"user_id": user_id})
    return [SavedFilter(**row._asdict()) for row in rows]


def save_filter(connection: Connection, saved: SavedFilter) -> None:
    """Write a new or changed filter, known by its id."""
    execute_for(connection, _SAVE_FILTER, saved.__dict__)


def forget_filter(connection: Connection, filter_id: UUID, user_id: UUID) -> bool:
    """Remove a filter of that person; False if there is none."""
    parameters = {"id_": filter_id, "user_id": user_id}
    return connection.execute(_FORGET_FILTER, parameters).rowcount == 1


def worklist_counts(
    connection: Connection, *, sight: Sight, user_id: UUID | None, now: datetime
) -> WorklistCounts:
    """How much there is in sight; what is due before `now` is overdue."""
    asked = {"user_id": user_id, "now": now}
    counted = (
        _COUNTS_EVERYWHERE.row(connection, asked)
        if sight.everywhere
        else _COUNTS_OF_BRANCH.row(connection, {**asked, "branch_id": sight.branch_id})
    )
    return WorklistCounts(**counted._asdict())


def procedures_in_work(connection: Connection, *, sight: Sight) -> Sequence[ProcedureInWork]:
    """The procedures of the open tasks in sight, of the `LOOKED_THROUGH` due first, by key."""
    rows = (
        _IN_WORK_EVERYWHERE.rows(connection, {})
        if sight.everywhere
        else _IN_WORK_IN_BRANCH.rows(connection, {"branch_id": sight.branch_id})
    )
    found: dict[str, ProcedureInWork] = {}
    for row in rows:
        one = found.get(row.key) or ProcedureInWork(key=row.key, title=row.title, title_en=row.title_en)
        versions = one.versions if row.version is None else (*one.versions, row.version)
        found[row.key] = replace(one, versions=versions)
    return list(found.values())


def pulse_of_branch(connection: Connection, branch_id: UUID) -> str:
    """A text that is another one after every act in a case of the branch: compare it, nothing more.

    Every line of a journal is an act; a saved draft is none. One read of one index, whatever the number
    of cases.
    """
    return _fingerprint(_PULSE_OF_BRANCH.rows(connection, {"branch_id": branch_id}))


def pulse_of_agency(connection: Connection, agency_id: UUID) -> str:
    """The same for the open service tasks of an agency, of which the oldest hundred are watched."""
    return _fingerprint(_PULSE_OF_AGENCY.rows(connection, {"agency_id": agency_id}))


def _fingerprint(rows: Iterable[Sequence[Any]]) -> str:
    parts = (f"{row_id}:{version}" for row_id, version in rows)
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:32]
