"""The sentences that the editors of the studio say to people."""

from api.pages.frame.language import gettext as _


def island_words() -> dict[str, str]:
    """By the names under which the islands look them up."""
    return {
        "kept": _("Kept at {at}."),
        "keeping": _("Keeping…"),
        "typed": _("Not kept yet."),
        "offline": _(
            "There is no connection. What you draw is kept in this browser, and sent again by itself."
        ),
        "session_ended": _("Your session has ended. What you draw is kept in this browser."),
        "sign_in": _("Sign in, then come back here"),
        "refused": _("It could not be kept: {why}"),
        "clash": _("{by} changed this file meanwhile. Both texts are kept: which one is to stand?"),
        "keep_mine": _("Mine"),
        "take_theirs": _("That of {by}"),
        "mine": _("Mine"),
        "theirs": _("That of {by}"),
        "restore_question": _(
            "This browser has a text of {at} that did not reach the server. Go on with it?"
        ),
        "restore": _("Go on with it"),
        "leave": _("Leave it"),
        "alone": _("Nobody else is in this draft."),
        "others": _("Also here: {names}."),
        "at_this_file": _("{name}, at this very file"),
        "changed_elsewhere": _("This file was changed by somebody else. Load it again before you go on."),
        "load_again": _("Load it again"),
        "no_findings": _("Nothing is wrong in this draft."),
        "not_checked": _("What is drawn could not be checked just now."),
        "with_it": _("With it: {what}"),
        "what_to_do": _("What to do:"),
        "line": _("line {line}"),
        "not_drawn": _("This file cannot be drawn as it is: {why} Mend its text."),
        "larger": _("Larger"),
        "smaller": _("Smaller"),
        "whole": _("Show all of it"),
        "undo": _("Undo"),
        "redo": _("Do it again"),
    }
