"""Tells people why what they typed is not judged now: after too many attempts, and without the key to it."""

from api.pages.frame.language import gettext as _
from api.pages.frame.language import ngettext

_TOLD_IN_SECONDS = 90


def too_many_attempts(wait_seconds: int) -> str:
    """What is said to somebody whose next attempt is possible in so many seconds."""
    if wait_seconds <= _TOLD_IN_SECONDS:
        return ngettext(
            "There were too many attempts. Try again in one second.",
            "There were too many attempts. Try again in %(num)s seconds.",
            wait_seconds,
        )
    return ngettext(
        "There were too many attempts. Try again in one minute.",
        "There were too many attempts. Try again in %(num)s minutes.",
        -(-wait_seconds // 60),
    )


def code_cannot_be_checked() -> str:
    """What is said to somebody whose second factor no key at hand opens."""
    return _(
        "The code of the telephone cannot be checked at the moment. Use one of your recovery codes, "
        "or ask the operator."
    )
