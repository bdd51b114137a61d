"""Flash messages: the result of an action, shown on the next page, named by a code in its address."""

from typing import NamedTuple

from flask import request

from api.pages.frame.language import gettext as _
from api.pages.frame.language import ngettext


class FlashMessage(NamedTuple):
    words: str
    tone: str = "good"


def flash_message() -> FlashMessage | None:
    """The message that the address names; None without one of ours."""
    said = request.args.get("said")
    if not said:
        return None
    number = min(request.args.get("n", 1, type=int), 1000)
    sentences = {
        "nothing-free": FlashMessage(_("There is no task now that you could take."), "bad"),
        "put-back": FlashMessage(ngettext("%(num)s task put back.", "%(num)s tasks put back.", number)),
        "given": FlashMessage(ngettext("%(num)s task given.", "%(num)s tasks given.", number)),
        "step-done": FlashMessage(_("That step is done. What the case waits for now stands below.")),
        "kept": FlashMessage(_("The search is saved.")),
        "forgotten": FlashMessage(_("The search is no longer saved.")),
        "appointment-booked": FlashMessage(_("The appointment is booked.")),
        "booked": FlashMessage(_("The appointment is booked.")),
        "appointment-moved": FlashMessage(_("The appointment has moved, and the citizen is told.")),
        "appointment-arrive": FlashMessage(_("They have come, and wait with the number below.")),
        "appointment-serve": FlashMessage(_("They were served.")),
        "appointment-miss": FlashMessage(_("It is noted that nobody came.")),
        "appointment-cancel": FlashMessage(_("The appointment is cancelled, and the citizen is told.")),
        "called": FlashMessage(_("The number is called on the screen.")),
        "nobody-waits": FlashMessage(_("Nobody waits for what your counter serves.")),
        "number": FlashMessage(_("Number %(number)s was given.", number=number)),
        "ended": FlashMessage(_("That is noted. Call the next one when you are ready.")),
        "planned": FlashMessage(_("The schedule is changed.")),
        "noted": FlashMessage(_("The note is written.")),
        "action-taken": FlashMessage(_("It is done. What the case waits for now stands below.")),
        "closed": FlashMessage(
            _("The branch is closed on these days. The terms of its cases are counted anew.")
        ),
        "transferred": FlashMessage(_("The other branch has the case now.")),
        "withdraw": FlashMessage(_("The case is withdrawn.")),
        "suspend": FlashMessage(_("The case is suspended. Its terms rest.")),
        "resume": FlashMessage(_("The case goes on. Its terms moved by the time that it rested.")),
        "term-extended": FlashMessage(_("The term is extended.")),
        "term-corrected": FlashMessage(_("The day is corrected. All that goes by the term has moved.")),
        "unstuck": FlashMessage(_("The case goes on.")),
        "still-stuck": FlashMessage(_("It did not help: the case still cannot go on."), "bad"),
        "corrected": FlashMessage(_("The value is corrected. Try again when everything is right.")),
        "corrected-still-stuck": FlashMessage(
            _("The value is corrected, but the case still cannot go on. Look at what is said now."), "bad"
        ),
        "moved": FlashMessage(_("The case goes on from the other step.")),
        "assigned": FlashMessage(_("The task is in your colleague's hands.")),
        "handed-on": FlashMessage(ngettext("%(num)s task handed on.", "%(num)s tasks handed on.", number)),
        "paused": FlashMessage(_("No new work is given to your colleague.")),
        "unlocked": FlashMessage(_("Your colleague may sign in again at once.")),
        "back": FlashMessage(_("Your colleague is given work again.")),
        "answered": FlashMessage(_("The answer is on its way to the branch.")),
        "answer-stuck": FlashMessage(
            _("The answer is kept. The case has stopped and waits for a repair; you need do nothing more.")
        ),
        "refused": FlashMessage(_("The refusal is on its way to the branch.")),
        "brought": FlashMessage(_("The agency knows that it was brought.")),
        "signed": FlashMessage(_("The answer of the party is taken.")),
        "link-sent": FlashMessage(_("There is a new link. The old one opens nothing any more.")),
        "link-revoked": FlashMessage(_("The link opens nothing any more.")),
        "read": FlashMessage(_("It is noted that you have read it.")),
        "content-submitted": FlashMessage(_("The text is handed in. Somebody else authorises it.")),
        "content-authorised": FlashMessage(_("The text is authorised. It is read once you let it out.")),
        "content-pushed": FlashMessage(_("The text is read from now on.")),
        "content-sent-back": FlashMessage(_("The text is a draft again.")),
        "content-retired": FlashMessage(_("The text is retired.")),
        "invited": FlashMessage(_("The invitation is on its way.")),
        "invitation-revoked": FlashMessage(_("The code of the invitation opens nothing any more.")),
        "absence-planned": FlashMessage(_("The absence is planned. They are given no work in that time.")),
        "post-given": FlashMessage(_("The post is given.")),
        "post-proposed": FlashMessage(_("The post is proposed. Another has to confirm it.")),
        "post-confirmed": FlashMessage(_("The post is confirmed.")),
        "post-ended": FlashMessage(_("The end of the post is kept.")),
        "reviewed": FlashMessage(_("What came of it is kept.")),
        "organisation-changed": FlashMessage(_("The change is entered. What is planned stands below.")),
        "version-asked": FlashMessage(
            _("The question is written. It keeps the version from being certified.")
        ),
        "version-answered": FlashMessage(_("The answer is written.")),
        "version-settled": FlashMessage(_("The question is settled.")),
        "version-opened": FlashMessage(_("The question is open again.")),
        "version-certified": FlashMessage(
            _("The version is certified. It is on offer once you put it there.")
        ),
        "version-returned": FlashMessage(_("The version is returned to its analysts.")),
        "version-published": FlashMessage(
            _("The version is published. From when it is on offer stands below.")
        ),
        "version-retired": FlashMessage(_("The version is taken off offer.")),
        "asked": FlashMessage(_("The branch will ask the citizen for it.")),
    }
    return sentences.get(said)
