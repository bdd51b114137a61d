"""What came of an act, said on the page that the reader is brought to: a word in its address, no text."""

from typing import NamedTuple

from flask import request

from api.pages.frame.language import gettext as _
from api.pages.frame.language import ngettext


class Said(NamedTuple):
    """A sentence, and whether it is good or bad news."""

    words: str
    tone: str = "good"


def said() -> Said | None:
    """What the address asks to say; None if that is nothing, or nothing of ours."""
    number = min(request.args.get("n", 1, type=int), 1000)
    sentences = {
        "nothing-free": Said(_("There is no task now that you could take."), "bad"),
        "put-back": Said(ngettext("%(num)s task put back.", "%(num)s tasks put back.", number)),
        "given": Said(ngettext("%(num)s task given.", "%(num)s tasks given.", number)),
        "step-done": Said(_("That step is done. What the case waits for now stands below.")),
        "kept": Said(_("The search is saved.")),
        "forgotten": Said(_("The search is no longer saved.")),
        "noted": Said(_("The note is written.")),
        "withdraw": Said(_("The case is withdrawn.")),
        "suspend": Said(_("The case is suspended. Its terms rest.")),
        "resume": Said(_("The case goes on. Its terms moved by the time that it rested.")),
        "unstuck": Said(_("The case goes on.")),
        "still-stuck": Said(_("It did not help: the case still cannot go on."), "bad"),
        "corrected": Said(_("The value is corrected. Try again when everything is right.")),
        "corrected-still-stuck": Said(
            _("The value is corrected, but the case still cannot go on. Look at what is said now."), "bad"
        ),
        "moved": Said(_("The case goes on from the other step.")),
        "assigned": Said(_("The task is in your colleague's hands.")),
        "handed-on": Said(ngettext("%(num)s task handed on.", "%(num)s tasks handed on.", number)),
        "paused": Said(_("No new work is given to your colleague.")),
        "unlocked": Said(_("Your colleague may sign in again at once.")),
        "back": Said(_("Your colleague is given work again.")),
        "answered": Said(_("The answer is on its way to the branch.")),
        "answer-stuck": Said(
            _("The answer is kept. The case has stopped and waits for a repair; you need do nothing more.")
        ),
        "refused": Said(_("The refusal is on its way to the branch.")),
        "brought": Said(_("The agency knows that it was brought.")),
        "asked": Said(_("The branch will ask the citizen for it.")),
    }
    return sentences.get(request.args.get("said", ""))
