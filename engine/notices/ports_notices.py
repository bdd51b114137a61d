"""What the engine needs from storage to tell citizens, and to say what they were told."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from engine.notices.model import Notice, Occasion


class NoticeWork(Protocol):
    """Notices in a unit of work, which has their case locked."""

    def add(self, notices: Sequence[Notice]) -> None:
        """Write new notices."""

    def save(self, notice: Notice) -> None:
        """Write a changed notice."""

    def notice(self, notice_id: UUID) -> Notice | None:
        """One notice."""

    def drop(self, case_id: UUID, occasions: Collection[Occasion], at: datetime) -> None:
        """Drop the notices of a case on these occasions that still wait."""


class NoticeReads(Protocol):
    """Questions about notices."""

    def notices(self, case_id: UUID, *, limit: int) -> Sequence[Notice]:
        """Up to `limit` notices of a case, newest first."""
