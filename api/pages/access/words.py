"""What somebody read, what for, and why it is looked into, in the reader's language."""

from api.pages.frame.language import gettext as _
from api.pages.frame.language import ngettext
from engine.access.model import Concern, ConcernKind
from engine.kernel.disclosure import Purpose, Shown


def shown_words(shown: Shown) -> str:
    return {
        Shown.CASE: _("The case file"),
        Shown.PROGRESS: _("How far the case has come"),
        Shown.JOURNAL: _("The record of the case"),
        Shown.NOTES: _("The notes on the case"),
        Shown.NOTICES: _("The messages to the citizen"),
        Shown.DECISION: _("How a decision comes out"),
        Shown.VALUES: _("The data of the case"),
        Shown.DOCUMENTS: _("Which documents there are"),
        Shown.DOCUMENT: _("A document"),
        Shown.PAYMENTS: _("The payments of the case"),
        Shown.TASK: _("A task of the case"),
        Shown.REQUEST: _("What an agency is asked"),
        Shown.RECEIPT: _("The receipt"),
        Shown.QUESTIONS: _("What a caller can be asked"),
        Shown.TRACKING: _("Where the case is"),
        Shown.FOUND: _("The case among the results of a search"),
        Shown.LIST: _("A list"),
        Shown.SIGNATURE: _("What a party is asked to sign"),
        Shown.READERS: _("Who has read what"),
    }[shown]


def purpose_words(purpose: Purpose) -> str:
    return {
        Purpose.TASK: _("to do a task of the case"),
        Purpose.CASEWORK: _("to work on the cases of the service centre"),
        Purpose.CALL: _("to answer a call about the case"),
        Purpose.REQUEST: _("to answer for the agency that was asked"),
        Purpose.REPAIR: _("to let the case go on after it stopped"),
        Purpose.OVERSIGHT: _("to oversee the work"),
        Purpose.PROTECTION: _("to watch over the use of personal data"),
        Purpose.EXCEPTION: _("for a special reason, which is reviewed"),
        Purpose.OWN_CASE: _("with the number and the code of the receipt"),
        Purpose.SIGNING: _("to sign, with a link of their own"),
        Purpose.OPERATION: _("to run the system"),
    }[purpose]


def concern_words(concern: Concern) -> str:
    """Why it is looked into, in a sentence."""
    match concern.kind:
        case ConcernKind.EXCEPTION:
            return _("Opened a case that their work does not need.")
        case ConcernKind.MANY_CASES:
            return ngettext(
                "Read %(num)s case within an hour.", "Read %(num)s cases within an hour.", concern.count
            )
        case ConcernKind.MANY_LISTED:
            return ngettext(
                "Was shown %(num)s person in lists within an hour.",
                "Was shown %(num)s people in lists within an hour.",
                concern.count,
            )
