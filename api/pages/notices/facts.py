"""The messages to a citizen as a case file lists them."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from api.pages.frame.language import gettext as _
from api.pages.frame.words import Mark
from engine.kernel.noticing import NoticeChannel
from engine.notices.model import NoticeState, Occasion
from engine.notices.queries import ShownNotice


def way_words(channel: NoticeChannel) -> str:
    return {NoticeChannel.SMS: _("by SMS"), NoticeChannel.EMAIL: _("by e-mail")}[channel]


def occasion_words(occasion: Occasion) -> str:
    return {
        Occasion.FILED: _("The application was filed"),
        Occasion.AWAITING_CITIZEN: _("Something is needed of the citizen"),
        Occasion.READY_FOR_PICKUP: _("The document is ready for pickup"),
        Occasion.COMPLETED: _("The case is completed"),
        Occasion.REJECTED: _("The request was refused"),
        Occasion.TERM_EXTENDED: _("The due date has changed"),
    }[occasion]


def state_mark(state: NoticeState, *, has_failed: bool) -> Mark:
    """The state of a message; `has_failed` is one that waits after a failed attempt."""
    if state is NoticeState.WAITING and has_failed:
        return Mark(_("Tried again soon"), "late", "soon")
    return {
        NoticeState.WAITING: Mark(_("About to be sent"), "progress", "calm"),
        NoticeState.SENT: Mark(_("Sent"), "check", "good"),
        NoticeState.GIVEN_UP: Mark(_("Not delivered"), "warning", "late"),
        NoticeState.DROPPED: Mark(_("Not needed any more"), "back", "quiet"),
    }[state]


class NoticeRow(NamedTuple):
    """A message in the case file; `is_lost` is one that was never delivered."""

    says: str
    way: str
    at: datetime
    mark: Mark
    is_lost: bool


def rows_of(notices: Iterable[ShownNotice]) -> list[NoticeRow]:
    return [_row(notice) for notice in notices]


def _row(notice: ShownNotice) -> NoticeRow:
    way = way_words(notice.channel)
    return NoticeRow(
        says=occasion_words(notice.occasion),
        way=_("%(way)s to %(recipient)s", way=way, recipient=notice.recipient),
        at=notice.at,
        mark=state_mark(notice.state, has_failed=notice.attempts > 0),
        is_lost=notice.state is NoticeState.GIVEN_UP,
    )
