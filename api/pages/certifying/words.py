"""The life of a version in the reader's language: acts, changes, and why an act was refused."""

from collections.abc import Mapping, Sequence

from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized
from api.pages.frame.words import Mark
from api.pages.people.sign_in import refusal_words
from engine.kernel.refusal import Invalid, Refusal
from engine.lint.finding import Severity
from engine.people.account import WrongCode
from engine.people.attempts import TooManyAttempts
from engine.people.passkey import PasskeyRefused
from engine.procedures.acts import ActKind
from engine.procedures.model import VersionStatus


def act_words(kind: ActKind) -> str:
    return {
        ActKind.DEPLOYED: _("brought in the files"),
        ActKind.SUBMITTED: _("submitted it"),
        ActKind.RETURNED: _("returned it"),
        ActKind.CERTIFIED: _("certified it"),
        ActKind.PUBLISHED: _("put it on offer"),
        ActKind.SUPERSEDED: _("put a later version in its place"),
        ActKind.RETIRED: _("took it off offer"),
        ActKind.OFFERED_AGAIN: _("let it go on, as the later version does not come"),
    }[kind]


def measure_words() -> Mapping[str, str]:
    """What is counted as covered, by its name in the evidence of a submission, in the order of the page."""
    return {
        "nodes": _("Elements of the diagram"),
        "flows": _("Flows of the diagram"),
        "rules": _("Rules of decisions"),
        "fields": _("Fields of forms"),
        "errors": _("Error codes"),
    }


def severity_mark(severity: Severity) -> Mark:
    return {
        Severity.ERROR: Mark(_("Error"), "late", "bad"),
        Severity.WARNING: Mark(_("Warning"), "warning", "soon"),
        Severity.HINT: Mark(_("Hint"), "note", "quiet"),
    }[severity]


def problems_of(refused: Refusal) -> Mapping[str, Sequence[str]]:
    """Why an act was refused, by the field of its form; of all else under `act`."""
    if isinstance(refused, TooManyAttempts | WrongCode):
        return {"code": [refusal_words(refused)]}
    if isinstance(refused, PasskeyRefused):
        return {"passkey": [refusal_words(refused)]}
    if isinstance(refused, Invalid) and refused.code == "topics_refused":
        return {
            "act": [
                f"{file}: {localized(sentence)}"
                for file, found in refused.errors.items()
                for sentence in found
            ]
        }
    if isinstance(refused, Invalid):
        words = _field_words()
        known = {name: [words[name]] for name in words if name in refused.errors}
        return known or {"act": [refused.message]}
    return {"act": [_refusals().get(refused.code, refused.message)]}


def _field_words() -> Mapping[str, str]:
    return {
        "decree": _("Give the number of the decree, in at most 200 letters."),
        "gazette": _("Give the issue of the Government Gazette (ΦΕΚ), in at most 200 letters."),
        "ada": _("Give the ΑΔΑ as Diavgeia has it: letters and digits, a hyphen, three more."),
        "valid_from": _("Give the first day as a date."),
        "valid_until": _("Give a last day that is not before the first one."),
        "code": _("Type the code that your telephone shows, or a recovery code."),
        "since": _("Give a day from today on for which the version is certified."),
        "reason": _("Say why, in at most 1,000 letters."),
        "text": _("Write what you ask or answer, in at most 4,000 letters."),
    }


def _refusals() -> Mapping[str, str]:
    moved_on = _("Somebody else has acted on this version meanwhile. Look at what it is now.")
    return {
        "four_eyes": _(
            "You brought in or submitted this version: somebody else has to certify and publish it."
        ),
        "version_altered": _("The files are not those that you looked at. Look at them once more."),
        "comments_open": _(
            "There are open questions. Each has to be settled before the version is certified."
        ),
        "second_factor_needed": _("This needs a second factor: set one up in your account first."),
        "version_to_come": _("Another version is to be on offer from a later day: take that one back first."),
        "shared_part_changed": _(
            "A shared part was published with other files under the same name. Raise its version first."
        ),
        **{f"version_{status.value}": moved_on for status in VersionStatus},
    }
