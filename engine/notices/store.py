"""Notices in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.kernel.noticing import NoticeChannel
from engine.notices.model import Notice, NoticeState, Occasion
from engine.storage.columns import metadata
from engine.storage.statements import Row, Values
from engine.storage.types import PlainText, UtcDateTime


def _one_of(column: str, choices: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{choice.value}'" for choice in choices)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


notices = Table(
    "notices",
    metadata,
    Column("id", sa.Uuid, primary_key=True),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("channel", PlainText(), nullable=False),
    Column("occasion", PlainText(), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", PlainText(), nullable=False),
    Column("attempts", sa.Integer, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("last_error", PlainText()),
    _one_of("channel", NoticeChannel),
    _one_of("occasion", Occasion),
    _one_of("state", NoticeState),
    CheckConstraint("attempts >= 0", name="attempts"),
)
Index("ix_notices_of_case", notices.c.case_id, notices.c.created_at, notices.c.id)


_NOTICE = tuple(notices.c)
_OF_CASE = notices.c.case_id == sa.bindparam("of_case", type_=sa.Uuid())

_ONE = sa.select(*_NOTICE).where(notices.c.id == sa.bindparam("id", type_=sa.Uuid()))
_NEWEST = (
    sa.select(*_NOTICE)
    .where(_OF_CASE)
    .order_by(notices.c.created_at.desc(), notices.c.id.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_SAVE = (
    notices.update()
    .where(notices.c.id == sa.bindparam("id_", type_=sa.Uuid()))
    .values({column: sa.bindparam(column.name, type_=column.type) for column in _NOTICE[1:]})
)
_DROP = (
    notices.update()
    .where(
        _OF_CASE,
        notices.c.state == NoticeState.WAITING.value,
        notices.c.occasion.in_(sa.bindparam("occasions", expanding=True)),
    )
    .values(state=NoticeState.DROPPED.value, settled_at=sa.bindparam("at", type_=notices.c.settled_at.type))
)


def add_notices(connection: Connection, new: Sequence[Notice]) -> None:
    """Write new notices."""
    if new:
        connection.execute(notices.insert(), [_row(notice) for notice in new])


def save_notice(connection: Connection, notice: Notice) -> None:
    """Write a changed notice."""
    row = dict(_row(notice))
    connection.execute(_SAVE, {"id_": row.pop("id"), **row})


def notice(connection: Connection, notice_id: UUID) -> Notice | None:
    """One notice."""
    row = connection.execute(_ONE, {"id": notice_id}).one_or_none()
    return _notice_of(row) if row else None


def drop_notices(
    connection: Connection, case_id: UUID, occasions: Collection[Occasion], at: datetime
) -> None:
    """Drop the notices of a case on these occasions that still wait."""
    words = [occasion.value for occasion in occasions]
    connection.execute(_DROP, {"of_case": case_id, "occasions": words, "at": at})


def notices_of(connection: Connection, case_id: UUID, *, limit: int) -> Sequence[Notice]:
    """Up to `limit` notices of a case, newest first."""
    rows = connection.execute(_NEWEST, {"of_case": case_id, "limit": limit})
    return [_notice_of(row) for row in rows]


def _row(notice: Notice) -> Values:
    return {
        **notice.__dict__,
        "channel": notice.channel.value,
        "occasion": notice.occasion.value,
        "state": notice.state.value,
    }


def _notice_of(row: Row) -> Notice:
    return Notice(
        **{
            **row._asdict(),
            "channel": NoticeChannel(row.channel),
            "occasion": Occasion(row.occasion),
            "state": NoticeState(row.state),
        }
    )
