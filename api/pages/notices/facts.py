"""The messages to a citizen as a case file shows them."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from api.pages.frame.language import gettext as _
from api.pages.frame.words import Mark
from api.pages.notices import words as notice_words
from engine.notices.model import NoticeState
from engine.notices.queries import ShownNotice


class NoticeRow(NamedTuple):
    """A message: what it says, on which way to whom, when, and what has become of it.

    `is_lost` is one that the branch has to make up for.
    """

    says: str
    way: str
    at: datetime
    mark: Mark
    is_lost: bool


def rows_of(notices: Iterable[ShownNotice]) -> list[NoticeRow]:
    """Messages, in the order in which they come."""
    return [_row(notice) for notice in notices]


def _row(notice: ShownNotice) -> NoticeRow:
    way = notice_words.way_words(notice.channel)
    return NoticeRow(
        says=notice_words.occasion_words(notice.occasion),
        way=_("%(way)s to %(recipient)s", way=way, recipient=notice.recipient),
        at=notice.at,
        mark=notice_words.state_mark(notice.state, has_failed=notice.attempts > 0),
        is_lost=notice.state is NoticeState.GIVEN_UP,
    )
