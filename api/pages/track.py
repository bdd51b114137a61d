"""Where is my case? For anybody with the number and the code on the receipt; nothing personal is shown."""

from typing import NamedTuple

from flask import Blueprint, request
from werkzeug.wrappers import Response

from api.context import engine
from api.identity import count_address
from api.pages import dates
from api.pages.language import gettext as _
from api.pages.language import of_two
from api.pages.page import page
from api.pages.words import Mark, status_mark
from engine.domain.actor import SYSTEM
from engine.domain.case import CaseStatus, Flag
from engine.domain.refusal import NotFound
from engine.domain.waiting import Waiting
from engine.queries.cases import TrackCase, Tracking
from engine.queries.citizen import ShowAwaited

blueprint = Blueprint("track", __name__, template_folder="templates", url_prefix="/track")

_LONGEST = 40
"""Letters of a number or a code; nobody's receipt has more."""


class Answer(NamedTuple):
    """The answer in a sentence, with its tone, and what the citizen is to do, if anything."""

    words: str
    tone: str
    todo: list[str]


class Step(NamedTuple):
    """A stage of the case: `done`, `now` or `coming`, and since or until when."""

    words: str
    state: str
    when: str | None


@blueprint.get("")
def track() -> Response:
    """The form; with number and code in the address, the answer."""
    number, code = (request.args.get(name, "").strip()[:_LONGEST] for name in ("number", "code"))
    if not (number or code):
        return page("track/form.html", number="", code="", problem=None)
    count_address("track")
    try:
        found = engine().ask(TrackCase(number=number, code=code), actor=SYSTEM)
        awaited = engine().ask(ShowAwaited(number=number, code=code), actor=SYSTEM).things
    except NotFound:
        problem = _("We find no case with this number and this code. Both are on your receipt.")
        return page("track/form.html", status=404, number=number, code=code, problem=problem)
    return page(
        "track/found.html",
        found=found,
        title=of_two(found.procedure_title, found.procedure_title_en),
        status_shown=_status(found),
        answer=answer_of(found, awaited),
        steps=_steps(found),
        code=code,
    )


def answer_of(found: Tracking, awaited: tuple[Waiting, ...] = ()) -> Answer:
    """What somebody is told who asks where the case is."""
    if found.status.is_final:
        return _ending(found)
    if found.status is CaseStatus.SUSPENDED:
        return Answer(_("Your case is on hold. The service centre can tell you why."), "soon", [])
    if Flag.READY_FOR_PICKUP in found.flags:
        return Answer(
            _("Your document is ready."),
            "good",
            [_("Come to the service centre and collect it. Bring your identity card and this number.")],
        )
    if Flag.AWAITING_CITIZEN in found.flags or awaited:
        wanted = [thing.wanted for thing in awaited if thing.wanted]
        return Answer(
            _("We wait for something from you."),
            "soon",
            wanted or [_("Ask the service centre what is missing.")],
        )
    if Flag.AWAITING_AGENCY in found.flags:
        return Answer(_("We wait for the agency's answer. You need not do anything."), "calm", [])
    return Answer(_("Your case is under way. You need not do anything."), "calm", [])


def _ending(found: Tracking) -> Answer:
    outcome = of_two(found.outcome.text, found.outcome.text_en) if found.outcome else None
    if found.status is CaseStatus.COMPLETED:
        return Answer(outcome or _("Your case is completed."), "good", [])
    if found.status is CaseStatus.REJECTED:
        todo = [_("The service centre gives you the reasons in writing, and tells you how to object.")]
        return Answer(outcome or _("Your application was rejected."), "bad", todo)
    return Answer(_("You have withdrawn this case."), "calm", [])


def _status(found: Tracking) -> Mark:
    return status_mark(found.status)


def _steps(found: Tracking) -> list[Step]:
    is_ready = Flag.READY_FOR_PICKUP in found.flags
    ended = found.closed_at is not None
    by = (
        _("by %(day)s", day=dates.short_day(dates.last_day(found.due_at)))
        if found.due_at and not ended
        else None
    )
    return [
        Step(_("Filed"), "done", dates.day(found.opened_at)),
        Step(_("Being worked on"), "done" if is_ready or ended else "now", None if is_ready else by),
        Step(_("Ready for you"), "done" if ended else "now" if is_ready else "coming", None),
        Step(
            _("Closed"),
            "now" if ended else "coming",
            dates.day(found.closed_at) if found.closed_at else None,
        ),
    ]
