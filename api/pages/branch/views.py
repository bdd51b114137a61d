"""The branch, for its manager: each colleague's load, what is late or stuck, reassignment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame import dates
from api.pages.frame.flash import FlashMessage, flash_message
from api.pages.frame.language import gettext as _
from api.pages.frame.language import ngettext
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.frame.words import role_words
from api.pages.worklist.rows import rows_of_tasks
from engine.kernel.actor import Role
from engine.kernel.refusal import Invalid
from engine.people.accounts import ForgiveAttempts
from engine.people.pauses import EndPause, PauseClerk
from engine.tasks.bulk_assignment import ReassignWork
from engine.tasks.pages import ShowBranchPage
from engine.tasks.worklist_model import ClerkLoad

blueprint = Blueprint("branch", __name__, url_prefix="/desk/branch")

_SHOWN_AT_ONCE = 20
_WORK = {Role.CLERK.value, Role.MANAGER.value}
"""Who has tasks; others are shown only when they have one all the same."""


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A colleague; `share` is their open tasks in percent of the busiest one's."""

    username: str
    name: str
    roles: str
    open: int
    overdue: int
    completed_today: int
    share: int
    away: str | None
    reason: str | None
    locked_out: str | None


@dataclass(frozen=True, kw_only=True)
class RefusedForm:
    """A refused form about a colleague: which form, what was typed, and why it was refused."""

    username: str
    act: str
    typed: Mapping[str, str]
    problems: Mapping[str, Sequence[str]]


@blueprint.get("")
@signed_in(Role.MANAGER)
def show() -> Response:
    return _render(flash=flash_message())


@blueprint.post("/<username>/hand-on")
@signed_in(Role.MANAGER)
def reassign(username: str) -> Response:
    """Give all open tasks of a colleague to another one, or back to everybody."""
    command = ReassignWork(
        of=username, to=request.form.get("to") or None, reason=request.form.get("reason", "")
    )
    try:
        outcome = engine().carry_out(command, actor=actor())
    except Invalid as refused:
        return _refused(username, "hand-on", refused)
    if outcome.refused:
        words = ngettext(
            "%(num)s task stayed: it is not offered to that colleague.",
            "%(num)s tasks stayed: they are not offered to that colleague.",
            len(outcome.refused),
        )
        return _render(flash=FlashMessage(words, "bad"), status=409)
    return redirect(url_for("branch.show", said="handed-on", n=len(outcome.done)), 303)


@blueprint.post("/<username>/pause")
@signed_in(Role.MANAGER)
def pause(username: str) -> Response:
    """Give a colleague no more work, until a day or until the pause is ended."""
    try:
        until = _day(request.form.get("until", ""))
        command = PauseClerk(username=username, until=until, reason=request.form.get("reason", ""))
        engine().carry_out(command, actor=actor())
    except Invalid as refused:
        return _refused(username, "pause", refused)
    return redirect(url_for("branch.show", said="paused"), 303)


@blueprint.post("/<username>/back")
@signed_in(Role.MANAGER)
def end_pause(username: str) -> Response:
    engine().carry_out(EndPause(username=username), actor=actor())
    return redirect(url_for("branch.show", said="back"), 303)


@blueprint.post("/<username>/unlock")
@signed_in(Role.MANAGER)
def unlock(username: str) -> Response:
    """Let a colleague try again at once after too many failed sign-ins."""
    engine().carry_out(ForgiveAttempts(username=username), actor=actor())
    return redirect(url_for("branch.show", said="unlocked"), 303)


def _refused(username: str, act: str, refusal: Invalid) -> Response:
    words = {
        "reason": _("Say why: the reason stays in the record."),
        "until": _("Give the first day back at work, after today."),
        "to": _("Choose somebody who is at work."),
    }
    problems = {name: [words[name]] for name in refusal.errors if name in words}
    form = RefusedForm(
        username=username, act=act, typed=request.form, problems=problems or {"reason": [refusal.message]}
    )
    return _render(form=form, status=422)


def _render(
    *, flash: FlashMessage | None = None, form: RefusedForm | None = None, status: int = 200
) -> Response:
    reader = actor()
    shown = engine().ask(ShowBranchPage(limit=_SHOWN_AT_ONCE), actor=reader)
    load = shown.load
    with_work = [clerk for clerk in load if clerk.open or clerk.roles & _WORK]
    return page(
        "branch/branch.html",
        status=status,
        flash=flash,
        form=form,
        now=engine().clock.now(),
        colleagues=_colleagues(with_work, shown.locked_out),
        totals={
            "open": sum(clerk.open for clerk in load),
            "overdue": shown.overdue,
            "completed_today": sum(clerk.completed_today for clerk in load),
        },
        takers=[_taker(clerk) for clerk in load if clerk.pause is None and clerk.roles & _WORK],
        late=rows_of_tasks(shown.late, reader),
        has_more_late=shown.late.page.next is not None,
        incidents=shown.incidents,
        paused=shown.paused,
        figures=shown.figures,
    )


def _colleagues(load: Sequence[ClerkLoad], locked_out: Mapping[str, datetime]) -> list[Colleague]:
    most = max((clerk.open for clerk in load), default=0) or 1
    return [
        Colleague(
            username=clerk.username,
            name=clerk.display_name,
            roles=", ".join(sorted(role_words(Role(role)) for role in clerk.roles)),
            open=clerk.open,
            overdue=clerk.overdue,
            completed_today=clerk.completed_today,
            share=round(100 * clerk.open / most),
            away=_away(clerk),
            reason=clerk.pause.reason if clerk.pause else None,
            locked_out=dates.clock_time(locked_out[clerk.username]) if clerk.username in locked_out else None,
        )
        for clerk in load
    ]


def _taker(clerk: ClerkLoad) -> tuple[str, str]:
    return clerk.username, f"{clerk.display_name} ({clerk.open})"


def _away(clerk: ClerkLoad) -> str | None:
    if clerk.pause is None:
        return None
    if clerk.pause.until is None:
        return _("Away, until it is ended")
    return _("Away, back on %(day)s", day=dates.short_day(clerk.pause.until))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid.field("until", f"expected a date as YYYY-MM-DD, found {text[:20]}") from wrong
