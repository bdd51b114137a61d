"""Calls: an agent of the call centre finds the case of a caller, and shows how it stands.

The agent sees nothing of the case until the caller has named two things that only its citizen knows, and
nothing any more once the call is over.
"""

from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame import dates
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized_pair, ngettext
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.frame.words import status_mark
from api.pages.tracking.status import answer_of
from engine.cases.callers import ENOUGH, EndCall, FoundCase, IdentifyCaller, SearchTracking
from engine.cases.case_page import CallPage, ShowCall, ShowCallersCase
from engine.kernel.actor import Role
from engine.kernel.pages import Slice
from engine.kernel.refusal import Invalid
from engine.kernel.vocabulary import Fact
from engine.people.attempts import TooManyAttempts
from engine.supplements.tracking import CallersCase, Tracking

blueprint = Blueprint("calls", __name__, url_prefix="/desk/calls")


class Question(NamedTuple):
    """A question to the caller: the field's name, and its words."""

    name: str
    words: str


@blueprint.get("")
@signed_in(Role.AGENT)
def find() -> Response:
    text = request.args.get("q", "").strip()[:200]
    found: tuple[FoundCase, ...] = ()
    problem = None
    if text:
        try:
            found = engine().ask(SearchTracking(text=text, part=Slice(limit=20)), actor=actor()).items
        except Invalid:
            problem = _("Give a case number, a name or a telephone number.")
    return page("calls/find.html", text=text, found=found, problem=problem, status=422 if problem else 200)


@blueprint.get("/<uuid:case_id>")
@signed_in(Role.AGENT)
def ask(case_id: UUID) -> Response:
    """The questions to the caller, before anything of the case is shown."""
    return _questions_page(case_id)


@blueprint.post("/<uuid:case_id>")
@signed_in(Role.AGENT)
def identify(case_id: UUID) -> Response:
    """Compare the caller's answers; if they are right, go on to how the case stands."""
    named = {fact: request.form.get(fact.value, "").strip() for fact in Fact}
    answers = {fact: text for fact, text in named.items() if text}
    if len(answers) < ENOUGH:
        return _questions_page(
            case_id, problem=_("Ask for at least two of these, and type what the caller says.")
        )
    try:
        recognised = engine().carry_out(IdentifyCaller(case_id=case_id, answers=answers), actor=actor())
    except TooManyAttempts as refused:
        return _questions_page(case_id, problem=_too_many_answers(refused.wait_seconds), status=429)
    if not recognised:
        return _questions_page(
            case_id, problem=_("That is not all right. Tell the caller nothing about the case."), status=403
        )
    return redirect(url_for("calls.show_status", case_id=case_id), 303)


@blueprint.get("/<uuid:case_id>/status")
@signed_in(Role.AGENT)
def show_status(case_id: UUID) -> Response:
    """How the case stands, for the caller who was recognised; else the questions to them."""
    shown = engine().ask(ShowCallersCase(case_id=case_id), actor=actor())
    if isinstance(shown, CallersCase):
        return _status_page(shown)
    problem = _("The call is over. Ask the caller again before you tell them anything.")
    return _questions_page(case_id, shown, problem=problem, status=403)


@blueprint.post("/end")
@signed_in(Role.AGENT)
def end() -> Response:
    """Put down the receiver."""
    engine().carry_out(EndCall(), actor=actor())
    return redirect(url_for("calls.find"), 303)


def _questions_page(
    case_id: UUID, shown: CallPage | None = None, *, problem: str | None = None, status: int | None = None
) -> Response:
    shown = shown or engine().ask(ShowCall(case_id=case_id), actor=actor())
    facts = shown.facts
    return page(
        "calls/ask.html",
        status=status or (422 if problem else 200),
        case_id=case_id,
        number=shown.number,
        beside=shown.beside,
        questions=[Question(fact.value, question_words(fact)) for fact in facts],
        enough=len(facts) >= ENOUGH,
        problem=problem,
    )


def _too_many_answers(wait_seconds: int) -> str:
    return ngettext(
        "Too many wrong answers were given. Tell the caller nothing. They can be asked again in one minute, "
        "or come to the service centre with their identity card.",
        "Too many wrong answers were given. Tell the caller nothing. They can be asked again in "
        "%(num)s minutes, or come to the service centre with their identity card.",
        -(-wait_seconds // 60),
    )


def _status_page(shown: CallersCase) -> Response:
    tracking = shown.tracking
    return page(
        "calls/status.html",
        number=tracking.number,
        beside=shown.beside,
        applicant=shown.applicant,
        title=localized_pair(tracking.procedure_title, tracking.procedure_title_en),
        status_shown=status_mark(tracking.status),
        answer=answer_of(tracking),
        opened=dates.day(tracking.opened_at),
        due=_due(tracking),
        branch=localized_pair(tracking.branch.name, tracking.branch.name_en) if tracking.branch else None,
        until=dates.clock_time(shown.until),
        documents=shown.documents,
        tracking_code=shown.tracking_code,
    )


def _due(tracking: Tracking) -> str | None:
    if tracking.due_at is None or tracking.status.is_final:
        return None
    return dates.day(dates.last_day(tracking.due_at))


def question_words(fact: Fact) -> str:
    return {
        Fact.TRACKING_CODE: _("The code on the receipt"),
        Fact.AMKA: _("AMKA"),
        Fact.AFM: _("AFM"),
        Fact.IDENTITY_DOCUMENT: _("Number of the identity document"),
        Fact.BIRTH_DATE: _("Date of birth"),
        Fact.PATRONYMIC: _("Father's name"),
        Fact.MATRONYMIC: _("Mother's name"),
        Fact.PHONE: _("Telephone number in the case"),
    }[fact]
