"""How the signatures of a case stand, in the reader's language."""

from typing import NamedTuple

from api.pages.frame import dates
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized
from engine.kernel.signing import SignatureState
from engine.signatures.queries import PartyStanding


class ShownStanding(NamedTuple):
    """How a party stands: their role, initials, and the state in words, with its tone."""

    role: str
    initials: str
    words: str
    is_awaited: bool
    service_task_id: object


def state_words(state: SignatureState | None) -> str:
    if state is None:
        return _("not asked yet")
    return {
        SignatureState.INVITED: _("awaited"),
        SignatureState.OPENED: _("awaited; has opened the link"),
        SignatureState.SIGNED: _("signed"),
        SignatureState.REFUSED: _("refused"),
        SignatureState.WITHDRAWN: _("needed no more: the case ended"),
        SignatureState.EXPIRED: _("did not sign in time"),
    }[state]


def shown_standing(one: PartyStanding) -> ShownStanding:
    """A party as all of the case may see them: what they are, and their initials."""
    day = f", {dates.day(one.at)}" if one.at is not None and one.state is not None else ""
    return ShownStanding(
        role=localized(one.title),
        initials=one.initials,
        words=f"{state_words(one.state)}{day}",
        is_awaited=one.state is not None and one.state.is_awaited,
        service_task_id=one.service_task_id,
    )
