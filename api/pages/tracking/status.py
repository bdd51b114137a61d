"""The status of a case for its citizen: the answer, what they can do, and the stages."""

from datetime import UTC, datetime
from typing import NamedTuple

from werkzeug.wrappers import Response

from api.http import session_cookie
from api.pages.frame import dates
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized, localized_pair
from engine.cases.tracking_code import PASS_LIFE, TrackingPass
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.supplements.tracking import Tracking, Visit
from engine.terms.term import SupplementRule


class Answer(NamedTuple):
    """The answer in a sentence, with its tone, and what the citizen is to do, if anything."""

    words: str
    tone: str
    todo: list[str]


class Stage(NamedTuple):
    """A stage of the case: `done`, `now`, `coming` or `stopped`, and since or until when.

    `note` says what happens in it.
    """

    words: str
    state: str
    when: str | None = None
    note: str | None = None


def answer_of(found: Tracking) -> Answer:
    """The answer to "where is my case?"."""
    if found.status.is_final:
        return _ending(found)
    if found.status is CaseStatus.SUSPENDED:
        return Answer(_("Your case is on hold. The service centre can tell you why."), "soon", [])
    if Flag.APPEALED in found.flags:
        return Answer(_("Your appeal is being examined. You need not do anything."), "calm", [])
    if Flag.READY_FOR_PICKUP in found.flags:
        return Answer(
            _("Your document is ready."),
            "good",
            [_("Come to the service centre and collect it. Bring your identity card and this number.")],
        )
    if found.awaited_signers and not found.awaited:
        return _awaits_signatures(found)
    if found.awaited or Flag.AWAITING_CITIZEN in found.flags:
        wanted = [thing.wanted for thing in found.awaited if thing.wanted]
        return Answer(
            _("We wait for something from you."),
            "soon",
            wanted or [_("Ask the service centre what is missing.")],
        )
    if found.appealable_until is not None:
        until = dates.day(dates.last_day(found.appealable_until))
        return Answer(_("It was decided. You may appeal until %(day)s.", day=until), "calm", [])
    if any(payment.is_due for payment in found.payments):
        return Answer(
            _("A fee is to be paid."),
            "soon",
            [_("Pay what stands below, by its code or at the service centre.")],
        )
    if found.wanted_appointments:
        return Answer(
            _("Choose a time for your appointment."),
            "soon",
            [_("Choose it on this page, or at the service centre.")],
        )
    if found.appointments:
        return Answer(_("You have an appointment. Come at its time."), "calm", [])
    if Flag.AWAITING_AGENCY in found.flags:
        return Answer(_("We wait for the agency's answer. You need not do anything."), "calm", [])
    return Answer(_("Your case is under way. You need not do anything."), "calm", [])


def _awaits_signatures(found: Tracking) -> Answer:
    """What is awaited is the signature of somebody of the case, perhaps of the applicant too."""
    if not any(one.is_applicant for one in found.awaited_signers):
        return Answer(_("We wait for others of the case to sign. You need not do anything."), "calm", [])
    return Answer(
        _("We wait for your signature."),
        "soon",
        [_("Open the link that you were sent, or come to the service centre with your identity document.")],
    )


def stages_of(found: Tracking) -> list[Stage]:
    """The stages of the case: what is done, where it is now, what comes; nothing comes once it has ended."""
    filed = Stage(_("Filed"), "done", dates.day(found.opened_at))
    closed = dates.day(found.closed_at) if found.closed_at else None
    match found.status:
        case CaseStatus.COMPLETED:
            return [
                filed,
                Stage(_("Worked on"), "done"),
                Stage(_("Ready for you"), "done"),
                Stage(_("Closed"), "now", closed),
            ]
        case CaseStatus.REJECTED:
            return [filed, Stage(_("Worked on"), "done"), Stage(_("Rejected"), "stopped", closed)]
        case CaseStatus.WITHDRAWN:
            return [filed, Stage(_("Withdrawn"), "stopped", closed)]
    if Flag.READY_FOR_PICKUP in found.flags:
        return [
            filed,
            Stage(_("Worked on"), "done"),
            Stage(_("Ready for you"), "now"),
            Stage(_("Completion"), "coming"),
        ]
    return [
        filed,
        Stage(_("Being worked on"), "now", _expected(found), _note(found)),
        Stage(_("Ready for you"), "coming"),
        Stage(_("Completion"), "coming"),
    ]


def _ending(found: Tracking) -> Answer:
    outcome = localized_pair(found.outcome.text, found.outcome.text_en) if found.outcome else None
    if found.status is CaseStatus.COMPLETED:
        return Answer(outcome or _("Your case is completed."), "good", [])
    if found.status is CaseStatus.REJECTED:
        todo = [_("The service centre gives you the reasons in writing, and tells you how to object.")]
        return Answer(outcome or _("Your application was rejected."), "bad", todo)
    return Answer(_("You have withdrawn this case."), "calm", [])


def _expected(found: Tracking) -> str | None:
    if found.due_at is None or found.status is CaseStatus.SUSPENDED:
        return None
    return _("by %(day)s", day=dates.day(dates.last_day(found.due_at)))


def term_of(found: Tracking) -> str | None:
    """The term of law in words, with what has happened to it; None for a case that is closed, or has none."""
    return localized(found.term) if found.term is not None and not found.status.is_final else None


def _note(found: Tracking) -> str | None:
    if found.status is CaseStatus.SUSPENDED:
        return _("It is on hold; its term rests.")
    if found.awaited_signers and not found.awaited:
        return _("It goes on when those have signed who are asked to.")
    if found.resting_term is SupplementRule.PAUSES:
        return _("Its term rests, and goes on when we have what we wait for from you.")
    if found.resting_term is SupplementRule.RESTARTS:
        return _("Its term begins anew when we have what we wait for from you.")
    if found.awaited:
        return _("It goes on when we have what we wait for from you.")
    return _("The agency has it.") if Flag.AWAITING_AGENCY in found.flags else None


_COOKIE = "stoa_tracking"

_LONGEST_VISIT = 120
"""Letters of what could be one of ours."""


def begin_visit(response: Response, visit: Visit) -> None:
    """Set the cookie of a visit.

    It is sent when somebody follows the link on a receipt from another site's page, as from webmail, which
    `SameSite=Strict` would hinder; it is not sent with what other sites post.
    """
    began = f"{visit.given.began_at.timestamp():.0f}"
    value = f"{visit.number}.{began}.{visit.given.seal}"
    session_cookie.set_cookie(response, _COOKIE, value, max_age=int(PASS_LIFE.total_seconds()))


def present_visit() -> Visit | None:
    """The visit in the browser's cookie, which the engine has yet to check; None without one."""
    shown = session_cookie.cookie(_COOKIE)
    number, _, proof = shown.partition(".")
    began, _, seal = proof.partition(".")
    if len(shown) > _LONGEST_VISIT or not (began.isascii() and began.isdigit() and len(began) <= 11):
        return None
    began_at = datetime.fromtimestamp(int(began), tz=UTC)
    return Visit(number=number, given=TrackingPass(began_at=began_at, seal=seal))


def end_visit(response: Response) -> None:
    session_cookie.delete_cookie(response, _COOKIE)
