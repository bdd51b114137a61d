"""The calendar of the branch: the days of a year on which it does not work, and closing it on others."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from http import HTTPStatus
from typing import NamedTuple

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.cases.facts import case_address, term_name
from api.pages.frame import dates
from api.pages.frame.flash import flash_message
from api.pages.frame.language import gettext as _
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_WORKERS, actor, reader, signed_in
from engine.cases.term_recount import CloseBranch, DayOff, DayOffKind, MovedTerm, ShowCalendar
from engine.kernel.actor import Role
from engine.kernel.calendar import orthodox_easter
from engine.kernel.refusal import Invalid

blueprint = Blueprint("calendar", __name__, url_prefix="/desk/calendar")

_MOST_DAYS = 60
_YEARS = range(1901, 2099)
"""Those of which Easter is known."""


class ShownDay(NamedTuple):
    """A day off: when, on which day of the week, and why."""

    when: str
    why: str


class ShownMove(NamedTuple):
    """A case of which a term would move."""

    number: str
    address: str
    term: str
    before: str
    after: str


@blueprint.get("")
@signed_in(*CASE_WORKERS)
def show() -> Response:
    """A year; with `first` and `last` also what closing the branch on these days would move."""
    return _render()


@blueprint.post("/close")
@signed_in(Role.MANAGER)
def close() -> Response:
    """Close the branch on days whose effect was shown."""
    days, problems = _days()
    branch = reader().actor.branch_code or ""
    command = CloseBranch(branch=branch, days=days, reason=request.form.get("reason", ""))
    try:
        if not problems:
            engine().carry_out(command, actor=actor())
    except Invalid:
        problems = {"reason": [_("Say why, in at most 1000 letters.")]}
    if problems:
        return _render(problems=problems, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(url_for("calendar.show", year=days[0].year, said="closed"), 303)


def _render(*, problems: Mapping[str, Sequence[str]] | None = None, status: int = HTTPStatus.OK) -> Response:
    asker = actor()
    days, wrong = _days() if asker.has(Role.MANAGER) else ((), {})
    year = _year(days)
    found = engine().ask(ShowCalendar(year=year, closing=days), actor=asker)
    return page(
        "branch/calendar.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else status,
        flash=flash_message(),
        year=year,
        days=[_shown(one) for one in found.days_off],
        closes=asker.has(Role.MANAGER),
        chosen=bool(days),
        moved=None if found.moved is None else [_moved(one) for one in found.moved],
        problems={**wrong, **(problems or {})},
        typed=request.values,
    )


def _year(days: Sequence[date]) -> int:
    this_year = dates.local(engine().clock.now()).year
    wanted = request.args.get("year", days[0].year if days else this_year, type=int)
    return wanted if wanted in _YEARS else this_year


def _days() -> tuple[tuple[date, ...], Mapping[str, Sequence[str]]]:
    """The days from `first` to `last`, and what is wrong with them; none where none were typed."""
    texts = [request.values.get(name, "") for name in ("first", "last")]
    if not any(texts):
        return (), {}
    try:
        first = date.fromisoformat(texts[0])
        last = date.fromisoformat(texts[1] or texts[0])
    except ValueError:
        return (), {"first": [_("Choose the first day of the closure.")]}
    if not 0 <= (last - first).days < _MOST_DAYS or first.year not in _YEARS:
        return (), {
            "last": [_("Choose a last day that follows the first, within %(most)s days.", most=_MOST_DAYS)]
        }
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1)), {}


def _shown(one: DayOff) -> ShownDay:
    why = {
        DayOffKind.NATIONAL: lambda: _holiday(one.day),
        DayOffKind.LOCAL: lambda: _("Local holiday"),
        DayOffKind.CLOSURE: lambda: _("Closed by decision"),
    }[one.kind]()
    return ShownDay(dates.full_date(one.day), why)


def _holiday(day: date) -> str:
    """What a public holiday is called."""
    fixed = {
        (1, 1): _("New Year"),
        (1, 6): _("Epiphany"),
        (3, 25): _("25 March"),
        (5, 1): _("1 May"),
        (8, 15): _("Dormition of the Theotokos"),
        (10, 28): _("28 October"),
        (12, 25): _("Christmas"),
        (12, 26): _("Synaxis of the Theotokos"),
    }
    moving = {
        -48: _("Clean Monday"),
        -2: _("Good Friday"),
        1: _("Easter Monday"),
        50: _("Monday of the Holy Spirit"),
    }
    return moving.get((day - orthodox_easter(day.year)).days) or fixed[day.month, day.day]


def _moved(one: MovedTerm) -> ShownMove:
    return ShownMove(
        number=one.case.number,
        address=case_address(one.case.id),
        term=term_name(one.term),
        before=dates.plain_day(one.before),
        after=dates.plain_day(one.after),
    )
