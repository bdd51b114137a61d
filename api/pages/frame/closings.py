"""That a branch closes for good, told wherever its people or citizens would go on counting on it."""

from api.pages.frame import dates
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized
from engine.organisation.succession import Closing, Successor


def closing_words(closing: Closing | None) -> str | None:
    """When the branch closes or has closed, and where to go instead; None where it goes on."""
    if closing is None:
        return None
    day, branch = dates.plain_day(closing.from_day), localized(closing.called)
    if closing.is_over:
        told = _("%(branch)s is closed for good since %(day)s.", branch=branch, day=day)
    else:
        told = _("%(branch)s closes for good on %(day)s.", branch=branch, day=day)
    if closing.successor is None:
        return told
    taken_over = _("Its work is taken over by %(branch)s.", branch=_named(closing.successor))
    return f"{told} {taken_over}"


def _named(successor: Successor) -> str:
    stated = successor.particulars
    found = f"{localized(stated.called)} ({successor.code})"
    if stated.address:
        found = f"{found}, {stated.address}"
    if stated.phone:
        phone = _("tel. %(phone)s", phone=stated.phone)
        found = f"{found}, {phone}"
    return found
