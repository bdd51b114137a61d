"""Questions about what citizens were told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.cases.model import Case
from engine.cases.queries import seen_case
from engine.context import QueryContext
from engine.kernel.disclosure import Disclosure, Shown
from engine.kernel.noticing import NoticeChannel
from engine.notices import store as notices_store
from engine.notices.model import Notice, NoticeState, Occasion, address_of, masked

_MOST = 100


@dataclass(frozen=True, kw_only=True)
class ShownNotice:
    """A notice as the people who see the case see it; of the number or address they see a part.

    `at` is when it was sent, given up or dropped; while it waits, when it arose.
    """

    id: UUID
    channel: NoticeChannel
    occasion: Occasion
    state: NoticeState
    recipient: str
    created_at: datetime
    at: datetime
    attempts: int
    last_error: str | None


@dataclass(frozen=True, kw_only=True)
class ListNotices:
    """The messages about a case to its citizen."""

    case_id: UUID

    def answer(self, context: QueryContext) -> Sequence[ShownNotice]:
        """Up to a hundred, newest first; `NotFound` if the actor does not see the case."""
        return notices_about(seen_case(self.case_id, context).case, context)

    def disclosed(self, _answer: Sequence[ShownNotice]) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.NOTICES, case_id=self.case_id),)


def notices_about(case: Case, context: QueryContext) -> tuple[ShownNotice, ...]:
    """The messages about a case that was looked up already, newest first.

    Nothing is looked up for a citizen who agreed to none.
    """
    if not any(address_of(case.notify, channel) for channel in NoticeChannel):
        return ()
    found = notices_store.notices_of(context.connection, case.id, limit=_MOST)
    return tuple(_shown(notice, case) for notice in found)


def _shown(notice: Notice, case: Case) -> ShownNotice:
    return ShownNotice(
        id=notice.id,
        channel=notice.channel,
        occasion=notice.occasion,
        state=notice.state,
        recipient=masked(address_of(case.notify, notice.channel) or ""),
        created_at=notice.created_at,
        at=notice.settled_at or notice.created_at,
        attempts=notice.attempts,
        last_error=notice.last_error,
    )
