"""Writes, drops and reads notices."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.notices import tables as notices_tables
from engine.notices.model import Notice, NoticeChannel, NoticeState, Occasion
from engine.storage.statements import Row

_NOTICES = notices_tables.notices
_NOTICE = tuple(_NOTICES.c)
_OF_CASE = _NOTICES.c.case_id == sa.bindparam("of_case", type_=sa.Uuid())

_ONE = sa.select(*_NOTICE).where(_NOTICES.c.id == sa.bindparam("id", type_=sa.Uuid()))
_NEWEST = (
    sa.select(*_NOTICE)
    .where(_OF_CASE)
    .order_by(_NOTICES.c.created_at.desc(), _NOTICES.c.id.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_SAVE = (
    _NOTICES.update()
    .where(_NOTICES.c.id == sa.bindparam("id_", type_=sa.Uuid()))
    .values({column: sa.bindparam(column.name, type_=column.type) for column in _NOTICE[1:]})
)
_DROP = (
    _NOTICES.update()
    .where(
        _OF_CASE,
        _NOTICES.c.state == NoticeState.WAITING.value,
        _NOTICES.c.occasion.in_(sa.bindparam("occasions", expanding=True)),
    )
    .values(state=NoticeState.DROPPED.value, settled_at=sa.bindparam("at", type_=_NOTICES.c.settled_at.type))
)


class SqlNotices:
    """Fills the ports `NoticeWork` and `NoticeReads` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, notices: Sequence[Notice]) -> None:
        """Write new notices."""
        if notices:
            self._connection.execute(_NOTICES.insert(), [_row(notice) for notice in notices])

    def save(self, notice: Notice) -> None:
        """Write a changed notice."""
        row = dict(_row(notice))
        self._connection.execute(_SAVE, {"id_": row.pop("id"), **row})

    def notice(self, notice_id: UUID) -> Notice | None:
        """One notice."""
        row = self._connection.execute(_ONE, {"id": notice_id}).one_or_none()
        return _notice_of(row) if row else None

    def drop(self, case_id: UUID, occasions: Collection[Occasion], at: datetime) -> None:
        """Drop the notices of a case on these occasions that still wait."""
        words = [occasion.value for occasion in occasions]
        self._connection.execute(_DROP, {"of_case": case_id, "occasions": words, "at": at})

    def notices(self, case_id: UUID, *, limit: int) -> Sequence[Notice]:
        """Notices of a case, newest first."""
        rows = self._connection.execute(_NEWEST, {"of_case": case_id, "limit": limit})
        return [_notice_of(row) for row in rows]


def _row(notice: Notice) -> Row:
    return {
        **notice.__dict__,
        "channel": notice.channel.value,
        "occasion": notice.occasion.value,
        "state": notice.state.value,
    }


def _notice_of(row: Sequence[Any]) -> Notice:
    notice_id, case_id, channel, occasion, created_at, state, attempts, settled_at, last_error = row
    return Notice(
        id=notice_id,
        case_id=case_id,
        channel=NoticeChannel(channel),
        occasion=Occasion(occasion),
        created_at=created_at,
        state=NoticeState(state),
        attempts=attempts,
        settled_at=settled_at,
        last_error=last_error,
    )
