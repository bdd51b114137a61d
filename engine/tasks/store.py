"""Tasks in the database: the rows of a worklist, and what stands beside them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.cases.store import FLAGS, branch_with_code, cases, parties, with_words
from engine.kernel.actor import Role
from engine.kernel.pages import Page, Slice, require_page_limit
from engine.kernel.permission_objects import Sight
from engine.kernel.vocabulary import CaseStatus, Flag, PartyRole, Person
from engine.people.model import Pause
from engine.people.store import pauses, users
from engine.procedures.store import procedure_versions
from engine.storage import columns
from engine.storage.among import among
from engine.storage.columns import metadata
from engine.storage.keyset import Order, PreparedPages, fetch_page
from engine.storage.prepared import PreparedQuery
from engine.storage.statements import Row, Values, literal
from engine.tasks import store as tasks_store
from engine.tasks.model import Task, TaskState
from engine.tasks.worklist_model import CaseLabel, ClerkLoad, TaskFilter, TaskOrder

tasks = Table(
    "tasks",
    metadata,
    columns.identifier(),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    columns.text("case_number"),
    columns.text("procedure_key"),
    Column("branch_id", sa.Uuid, nullable=False),
    Column("token", sa.Uuid, nullable=False),
    columns.text("element_id"),
    columns.text("name"),
    columns.text("form_id", optional=True),
    columns.moment("created_at"),
    columns.text("state"),
    columns.text("flag", optional=True),
    columns.whole("priority"),
    columns.moment("due_at", optional=True),
    columns.moment("sort_at"),
    columns.moment("follow_up_at", optional=True),
    columns.json("candidate_groups"),
    columns.json("candidate_users"),
    columns.reference("assignee_id", "users", optional=True),
    columns.text("assignee_name", optional=True),
    columns.moment("closed_at", optional=True),
    columns.whole("row_version"),
    columns.json("prefill"),
    columns.json("draft", optional=True),
    columns.moment("draft_saved_at", optional=True),
    columns.one_of("state", TaskState),
    CheckConstraint("priority BETWEEN 0 AND 100", name="priority"),
    CheckConstraint("row_version >= 1", name="row_version"),
)
for _state in (TaskState.OPEN, TaskState.COMPLETED):
    _by_due = [tasks.c.sort_at, tasks.c.id]
    _condition = f"state = '{_state.value}'"
    columns.partial_index(f"ix_tasks_{_state.value}", _by_due, _condition)
    columns.partial_index(f"ix_tasks_{_state.value}_of_branch", [tasks.c.branch_id, *_by_due], _condition)
columns.partial_index("ix_tasks_ended", [tasks.c.closed_at], "closed_at IS NOT NULL")
# Whom an open task belongs to is asked branch by branch: by the worklist, and for the load of each clerk.
_by_assignee = [tasks.c.assignee_id, tasks.c.branch_id, tasks.c.sort_at, tasks.c.id]
columns.partial_index("ix_tasks_open_of_assignee", _by_assignee, "state = 'open' AND assignee_id IS NOT NULL")
columns.partial_index(
    "ix_tasks_completed_of_assignee",
    [tasks.c.assignee_id, tasks.c.sort_at, tasks.c.id],
    "state = 'completed'",
)
columns.partial_index(
    "ix_tasks_unassigned",
    [tasks.c.branch_id, tasks.c.sort_at, tasks.c.id],
    "state = 'open' AND assignee_id IS NULL",
)
# What worklists are sorted and counted by, beside the due date

_OPEN = sa.text("state = 'open'")
_FLAGGED = sa.text("state = 'open' AND flag IS NOT NULL")
_COMPLETED = sa.text("state = 'completed'")

Index(
    "ix_tasks_flagged",
    tasks.c.branch_id,
    tasks.c.flag,
    tasks.c.sort_at,
    tasks.c.id,
    sqlite_where=_FLAGGED,
    postgresql_where=_FLAGGED,
)
Index(
    "ix_tasks_open_by_priority",
    tasks.c.branch_id,
    tasks.c.priority.desc(),
    tasks.c.sort_at,
    tasks.c.id,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index(
    "ix_tasks_open_by_age",
    tasks.c.branch_id,
    tasks.c.created_at,
    tasks.c.id,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index(
    "ix_tasks_completed_lately",
    tasks.c.closed_at,
    tasks.c.branch_id,
    tasks.c.assignee_id,
    sqlite_where=_COMPLETED,
    postgresql_where=_COMPLETED,
)


NO_DUE_DATE = datetime(9999, 1, 1, tzinfo=UTC)
"""Where a task without a due date is sorted: last, and not NULL, so that a cursor can point at it."""

TASK = tuple(tasks_store.tasks.c)
"""A whole task."""

TASK_IN_LIST = TASK[:-3]
"""A task without prefill and draft."""

_NAMES = tuple(column.name for column in TASK)


def task_row(task: Task) -> Values:
    """The columns of a task."""
    return {
        **task.__dict__,
        "state": task.state.value,
        "flag": task.flag.value if task.flag else None,
        "sort_at": task.due_at or NO_DUE_DATE,
    }


def task_of(row: Row) -> Task:
    """The task of a `TASK` row, or of a `TASK_IN_LIST` row without prefill and draft."""
    # As a dictionary by these names a row is read in a fifth of the time that its own takes.
    columns = dict(zip(_NAMES, row, strict=False))
    del columns["sort_at"]
    columns["state"] = TaskState(row.state)
    columns["flag"] = Flag(row.flag) if row.flag else None
    columns["candidate_groups"] = tuple(row.candidate_groups)
    columns["candidate_users"] = tuple(row.candidate_users)
    return Task(**{"prefill": {}, **columns})


_BY_DUE = (tasks.c.sort_at, tasks.c.id)
_BY_AGE = (tasks.c.created_at, tasks.c.id)

TASK_ORDERS: Mapping[TaskOrder, Order] = {
    TaskOrder.DUE: Order("tasks", _BY_DUE),
    TaskOrder.PRIORITY: Order("tasks by priority", (tasks.c.priority, *_BY_DUE), highest_first=True),
    TaskOrder.OLDEST: Order("oldest tasks", _BY_AGE),
    TaskOrder.NEWEST: Order("newest tasks", _BY_AGE, newest_first=True),
}


_ID = sa.bindparam("id", type_=sa.Uuid())

_TASK = PreparedQuery(sa.select(*TASK).where(tasks.c.id == _ID))


def task(connection: Connection, task_id: UUID) -> Task | None:
    """One task in whatever state, not locked."""
    row = _TASK.row(connection, {"id": task_id})
    return task_of(row) if row else None


class _Listing(NamedTuple):
    """What tells the statement of one worklist from that of another; `given` are the names of its values."""

    state: TaskState
    flag: Flag | None
    unassigned: bool
    order: TaskOrder
    given: frozenset[str]


_GIVEN = {
    "branch_id": (tasks.c.branch_id == sa.bindparam("branch_id", type_=sa.Uuid()),),
    "assignee_id": (tasks.c.assignee_id == sa.bindparam("assignee_id", type_=sa.Uuid()),),
    "branch_code": (
        tasks.c.branch_id == branch_with_code(sa.bindparam("branch_code", type_=tasks.c.procedure_key.type)),
    ),
    "procedure": (tasks.c.procedure_key == sa.bindparam("procedure", type_=tasks.c.procedure_key.type),),
    "version": (
        sa.select(sa.literal(1))
        .where(
            cases.c.id == tasks.c.case_id,
            cases.c.version_number == sa.bindparam("version", type_=sa.Integer),
        )
        .exists(),
    ),
    "due_before": (
        tasks.c.due_at < sa.bindparam("due_before", type_=tasks.c.due_at.type),
        tasks.c.sort_at < sa.bindparam("due_before", type_=tasks.c.due_at.type),
    ),
}
"""The conditions for the values of a filter, by their names."""


def list_tasks(connection: Connection, wanted: TaskFilter, *, sight: Sight, part: Slice) -> Page[Task]:
    """Tasks in the order that is wanted. Prefill and draft are empty."""
    if sight.nothing:
        require_page_limit(part.limit)
        return Page(items=(), next=None)
    asked = {
        "branch_id": sight.branch_id,
        "assignee_id": wanted.assignee_id,
        "branch_code": wanted.branch_code,
        "procedure": wanted.procedure,
        "version": wanted.version,
        "due_before": wanted.due_before,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    listing = _Listing(
        state=wanted.state,
        flag=wanted.flag,
        unassigned=wanted.unassigned,
        order=wanted.order,
        given=frozenset(given),
    )
    if not wanted.words:
        return _pages_of(listing).fetch(connection, given, part=part, decode=task_of)
    # How many have a word decides how they are best looked for, so that is planned for each.
    found = _listed(listing).where(*with_words(tasks.c.case_id, wanted.words)).params(given)
    return fetch_page(connection, found, order=TASK_ORDERS[wanted.order], part=part, decode=task_of)


def _listed(listing: _Listing) -> sa.Select[Any]:
    conditions = [tasks.c.state == literal(listing.state)]
    for name, of_value in _GIVEN.items():
        if name in listing.given:
            conditions += of_value
    if listing.unassigned:
        conditions.append(tasks.c.assignee_id.is_(None))
    if listing.flag is not None:
        conditions.append(tasks.c.flag == literal(listing.flag))
    return sa.select(*TASK_IN_LIST).where(*conditions)


@lru_cache(maxsize=256)
def _pages_of(listing: _Listing) -> PreparedPages:
    return PreparedPages(_listed(listing), TASK_ORDERS[listing.order])


_APPLICANT = sa.and_(parties.c.case_id == cases.c.id, parties.c.role == PartyRole.APPLICANT.value)
_LABELS = PreparedQuery(
    sa.select(
        cases.c.id,
        cases.c.branch_id,
        cases.c.version_id,
        cases.c.number,
        parties.c.person,
        procedure_versions.c.title,
        procedure_versions.c.title_en,
        cases.c.status,
        sa.case(
            (sa.and_(cases.c.term_rests_since.is_(None), cases.c.term_ended_at.is_(None)), cases.c.due_at)
        ).label("expected_at"),
        *(cases.c[name] for name in ("version_number", "answer_due_at", "act_due_at", "term_changed_at")),
        *(cases.c[flag.value] for flag in FLAGS),
    )
    .join(procedure_versions, procedure_versions.c.id == cases.c.version_id)
    .outerjoin(parties, _APPLICANT)
    .where(among(cases.c.id, "case_ids"))
)


def labels(connection: Connection, case_ids: Sequence[UUID]) -> Mapping[UUID, CaseLabel]:
    """The label of each case; cases that do not exist are left out."""
    if not case_ids:
        return {}
    rows = _LABELS.rows(connection, {"case_ids": set(case_ids)})
    return {row.id: _label_of(row) for row in rows}


def _label_of(row: Any) -> CaseLabel:
    columns = row._asdict()
    del columns["id"]
    person = columns.pop("person")
    columns["flags"] = frozenset([flag for flag in FLAGS if columns.pop(flag.value)])
    columns["status"] = CaseStatus(row.status)
    return CaseLabel(**columns, applicant=Person(**person).full_name if person else None)


_BRANCH_ID = sa.bindparam("branch_id", type_=sa.Uuid())

_NOW = sa.bindparam("now", type_=tasks.c.sort_at.type)


def _in_hand(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """How many open tasks of the branch somebody has: a look at one place of an index a person."""
    return (
        sa.select(sa.func.count())
        .select_from(tasks)
        .where(
            tasks.c.assignee_id == users.c.id,
            tasks.c.branch_id == _BRANCH_ID,
            tasks.c.state == literal(TaskState.OPEN),
            *conditions,
        )
        .scalar_subquery()
    )


_PEOPLE_OF_BRANCH = (
    sa.select(
        users.c.id,
        users.c.username,
        users.c.display_name,
        _in_hand().label("open"),
        _in_hand(tasks.c.sort_at < _NOW).label("overdue"),
        *(column.label(f"pause_{column.name}") for column in pauses.c),
    )
    .outerjoin(pauses, sa.and_(pauses.c.user_id == users.c.id, pauses.c.branch_id == _BRANCH_ID))
    .where(users.c.id.in_(sa.bindparam("people", type_=sa.Uuid(), expanding=True)))
    .order_by(users.c.username)
)

_DONE = (
    sa.select(tasks.c.assignee_id, sa.func.count())
    .where(
        tasks.c.branch_id == _BRANCH_ID,
        tasks.c.state == literal(TaskState.COMPLETED),
        tasks.c.closed_at >= sa.bindparam("midnight", type_=tasks.c.closed_at.type),
    )
    .group_by(tasks.c.assignee_id)
)


def load_of_branch(
    connection: Connection,
    branch_id: UUID,
    *,
    people: Mapping[UUID, frozenset[Role]],
    now: datetime,
    midnight: datetime,
) -> Sequence[ClerkLoad]:
    """What each of these people of the branch has in hand, by user name.

    What is due before `now` is overdue; what was completed since `midnight` counts as today's.
    """
    if not people:
        return []
    parameters = {"branch_id": branch_id, "now": now, "midnight": midnight}
    done: dict[UUID, int] = dict(connection.execute(_DONE, parameters).all())
    rows = connection.execute(_PEOPLE_OF_BRANCH, {**parameters, "people": list(people)})
    return [_load_of(row, roles=people[row.id], done=done.get(row.id, 0), now=now) for row in rows]


def _load_of(row: Row, *, roles: frozenset[str], done: int, now: datetime) -> ClerkLoad:
    columns = row._asdict()
    pause = (
        Pause(**{column.name: columns[f"pause_{column.name}"] for column in pauses.c})
        if row.pause_user_id
        else None
    )
    return ClerkLoad(
        user_id=row.id,
        username=row.username,
        display_name=row.display_name,
        roles=roles,
        open=row.open,
        overdue=row.overdue,
        completed_today=done,
        pause=pause if pause is not None and pause.holds(now) else None,
    )
