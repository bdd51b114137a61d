"""Posts and places in the reader's language."""

from collections.abc import Mapping
from datetime import date

from api.pages.frame import dates
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized_pair
from engine.kernel.bilingual import Bilingual
from engine.people.post import Post, PostSource
from engine.people.register import StaffPost
from engine.people.rights_here import Holder, RightSource


def place_name(called: Bilingual) -> str:
    return localized_pair(called.el, called.en)


def post_state(shown: StaffPost, today: date) -> str:
    """From when to when a post counts, and what keeps it from counting."""
    post = shown.post
    if post.withdrawn_at is not None:
        day = dates.short_day(post.withdrawn_at)
        return _("ended at once on %(day)s by %(who)s", day=day, who=post.withdrawn_by or "")
    if post.awaits_confirmation and not post.is_over(today):
        if post.source is PostSource.GROUPS:
            return _("named by a group of the directory, waits for somebody here to confirm it")
        return _("proposed by %(who)s, waits for another to confirm it", who=post.given_by)
    days = _days(post)
    if shown.wants_confirmation and not post.is_over(today):
        return _("%(days)s, by a group of the directory alone: nobody here has confirmed it yet", days=days)
    if post.source is PostSource.GROUPS:
        return _("%(days)s, by a group of the directory", days=days)
    return days


def source_words() -> Mapping[RightSource, str]:
    """By what somebody has a right."""
    return {
        RightSource.POST: _("post here"),
        RightSource.SUBSTITUTE: _("in the place of a colleague"),
        RightSource.DELEGATION: _("administers an organisation above"),
        RightSource.EVERYWHERE: _("role for every organisation"),
    }


def holder_words(holder: Holder) -> str:
    """By what somebody has rights in an organisation, from when to when."""
    source = source_words()[holder.source]
    if holder.source is RightSource.SUBSTITUTE and holder.in_place_of:
        source = _("in place of %(who)s", who=holder.in_place_of)
    is_elsewhere = holder.source in (RightSource.DELEGATION, RightSource.EVERYWHERE)
    place = place_name(holder.place) if is_elsewhere and holder.place else ""
    days = _days(holder.post) if holder.post else ""
    return " · ".join(one for one in (source, place, days) if one)


def _days(post: Post) -> str:
    first = dates.plain_day(post.valid_from) if post.valid_from else None
    last = dates.plain_day(post.valid_until) if post.valid_until else None
    if first and last:
        return _("from %(first)s to %(last)s", first=first, last=last)
    if last:
        return _("until %(last)s", last=last)
    return _("since %(first)s", first=first) if first else _("without a last day")
