"""Cases by what is due in them: timers, terms, and what was decided and still waits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases.model import Case
from engine.cases.store import CASE_IN_LIST, case_of, cases
from engine.kernel.vocabulary import CaseStatus
from engine.storage.statements import literal

_OVERDUE = (
    sa.select(cases.c.id)
    .where(
        cases.c.status == literal(CaseStatus.OPEN),
        sa.text("NOT cases.overdue"),
        cases.c.term_rests_since.is_(None),
        cases.c.term_ended_at.is_(None),
        cases.c.due_at < sa.bindparam("now", type_=cases.c.due_at.type),
    )
    .order_by(cases.c.due_at, cases.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)


def overdue_cases(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Find up to `limit` open cases whose term ended before `now` and that are not flagged overdue.

    A term that rests, or that what it asks for was done in, is not over.
    """
    return list(connection.execute(_OVERDUE, {"now": now, "limit": limit}).scalars())


def cases_under_way(
    connection: Connection, branch_id: UUID, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Case]:
    """Cases of a branch that are not closed, without snapshots, oldest first.

    `after` is the moment of opening and the id of the last one that was seen.
    """
    statement = (
        sa.select(*CASE_IN_LIST)
        .where(cases.c.branch_id == branch_id, cases.c.closed_at.is_(None))
        .order_by(cases.c.opened_at, cases.c.id)
        .limit(limit)
    )
    return _those_after(connection, statement, after)


def cases_with_terms(
    connection: Connection, branch_id: UUID, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Case]:
    """Cases of a branch that are under way with a term that has not ended, without snapshots, oldest first.

    `after` is the moment of opening and the id of the last one that was seen.
    """
    statement = (
        sa.select(*CASE_IN_LIST)
        .where(
            cases.c.branch_id == branch_id,
            cases.c.status.in_([literal(CaseStatus.OPEN), literal(CaseStatus.SUSPENDED)]),
            sa.or_(
                sa.and_(cases.c.term_ended_at.is_(None), cases.c.due_at.is_not(None)),
                cases.c.appealable_until.is_not(None),
                cases.c.answer_due_at.is_not(None),
                cases.c.act_due_at.is_not(None),
            ),
        )
        .order_by(cases.c.opened_at, cases.c.id)
        .limit(limit)
    )
    return _those_after(connection, statement, after)


def _those_after(
    connection: Connection, statement: sa.Select[Any], after: tuple[datetime, UUID] | None
) -> list[Case]:
    if after is not None:
        opened_at = sa.literal(after[0], cases.c.opened_at.type)
        last = sa.tuple_(opened_at, sa.literal(after[1], cases.c.id.type))
        statement = statement.where(sa.tuple_(cases.c.opened_at, cases.c.id) > last)
    return [case_of(row) for row in connection.execute(statement)]


_DUE_CASES = (
    sa.select(cases.c.id)
    .where(
        cases.c.status == literal(CaseStatus.OPEN),
        cases.c.next_timer_at <= sa.bindparam("now", type_=cases.c.next_timer_at.type),
    )
    .order_by(cases.c.next_timer_at, cases.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)


def due_cases(connection: Connection, now: datetime, limit: int) -> Sequence[UUID]:
    """Open cases whose next timer is due, most overdue first."""
    return connection.execute(_DUE_CASES, {"now": now, "limit": limit}).scalars().all()
