"""What the desk says of messages to citizens: on which way, of what, and what became of them."""

from api.pages.frame.language import gettext as _
from api.pages.frame.words import Mark
from engine.kernel.noticing import NoticeChannel
from engine.notices.model import NoticeState, Occasion


def way_words(channel: NoticeChannel) -> str:
    """On which way somebody was told."""
    return {NoticeChannel.SMS: _("by SMS"), NoticeChannel.EMAIL: _("by e-mail")}[channel]


def occasion_words(occasion: Occasion) -> str:
    """What somebody is told."""
    return {
        Occasion.FILED: _("The application was filed"),
        Occasion.AWAITING_CITIZEN: _("Something is needed of the citizen"),
        Occasion.READY_FOR_PICKUP: _("The document is ready for pickup"),
        Occasion.COMPLETED: _("The case is completed"),
        Occasion.REJECTED: _("The request was refused"),
        Occasion.TERM_EXTENDED: _("The due date has changed"),
    }[occasion]


def state_mark(state: NoticeState, *, has_failed: bool) -> Mark:
    """What has become of a message; `has_failed` is one that waits after an attempt in vain."""
    if state is NoticeState.WAITING and has_failed:
        return Mark(_("Tried again soon"), "late", "soon")
    return {
        NoticeState.WAITING: Mark(_("About to be sent"), "progress", "calm"),
        NoticeState.SENT: Mark(_("Sent"), "check", "good"),
        NoticeState.GIVEN_UP: Mark(_("Not delivered"), "warning", "late"),
        NoticeState.DROPPED: Mark(_("Not needed any more"), "back", "quiet"),
    }[state]
