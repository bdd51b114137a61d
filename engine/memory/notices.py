"""Notices in the in-memory tables."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from engine.memory.tables import Tables
from engine.notices.model import Notice, NoticeState, Occasion


class MemoryNotices:
    """Fills the ports `NoticeWork` and `NoticeReads`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add(self, notices: Sequence[Notice]) -> None:
        """Write new notices."""
        self._tables.notices |= {notice.id: notice for notice in notices}

    def save(self, notice: Notice) -> None:
        """Write a changed notice."""
        self._tables.notices[notice.id] = notice

    def notice(self, notice_id: UUID) -> Notice | None:
        """One notice."""
        return self._tables.notices.get(notice_id)

    def drop(self, case_id: UUID, occasions: Collection[Occasion], at: datetime) -> None:
        """Drop the notices of a case on these occasions that still wait."""
        over = [
            notice
            for notice in self._of_case(case_id)
            if notice.occasion in occasions and notice.state is NoticeState.WAITING
        ]
        self._tables.notices |= {notice.id: notice.dropped(at) for notice in over}

    def notices(self, case_id: UUID, *, limit: int) -> Sequence[Notice]:
        """Notices of a case, newest first."""
        newest = sorted(
            self._of_case(case_id), key=lambda notice: (notice.created_at, notice.id), reverse=True
        )
        return newest[:limit]

    def _of_case(self, case_id: UUID) -> Sequence[Notice]:
        return [notice for notice in self._tables.notices.values() if notice.case_id == case_id]
