"""The diagram of a version coloured by how long, or how often, cases waited, and the same as a table."""

from datetime import date, timedelta
from typing import NamedTuple

from babel.dates import format_timedelta
from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame import dates
from api.pages.frame.diagram_sheet import ElementMark, diagram_sheet, with_marks
from api.pages.frame.language import gettext as _
from api.pages.frame.language import language
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_READERS, actor, signed_in
from api.pages.incidents.words import element_words, kind_words
from engine.kernel.actor import Role
from engine.kernel.refusal import Invalid
from engine.operations.element_times import ElementTimes, Heat, ShowHeat

blueprint = Blueprint("heat", __name__, url_prefix="/heat")

READERS = (Role.ANALYST, Role.CERTIFIER, Role.OPERATOR, Role.SUPERVISOR, Role.AUDITOR)
_BY = ("time", "often")
_DAYS = 90
"""Of the period that is shown where none is chosen."""
_BOUNDS = (timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(days=10))
"""Where one colour ends and the next begins, by half of the cases."""
_SHARES = (0.05, 0.2, 0.5, 0.8)
"""The same by how often, as parts of the element that most cases passed."""


class Row(NamedTuple):
    """An element of the table."""

    id: str
    words: str
    kind: str
    level: int
    passed: int
    median: str
    most: str
    waiting: int


@blueprint.get("/<key>/<int:number>")
@signed_in(*READERS)
def show(key: str, number: int) -> Response:
    today = dates.local(engine().clock.now()).date()
    since, until = _period(today)
    by = request.args.get("by", "")
    by = by if by in _BY else _BY[0]
    heat, problems = None, {}
    try:
        heat = engine().ask(ShowHeat(key=key, number=number, since=since, until=until), actor=actor())
    except Invalid:
        problems = {"until": [_("Choose a last day that is not before the first one.")]}
        since, until = today - timedelta(days=_DAYS), today
        heat = engine().ask(ShowHeat(key=key, number=number, since=since, until=until), actor=actor())
    levels = _levels(heat, by)
    marks = _marks(by)
    sheet = with_marks(
        diagram_sheet(heat.bpmn), {name: [marks[level - 1]] for name, level in levels.items() if level}
    )
    reads_cases = actor().has(*CASE_READERS)
    return page(
        "heat/heat.html",
        status=422 if problems else 200,
        key=key,
        number=number,
        heat=heat,
        since=since.isoformat(),
        until=until.isoformat(),
        by=by,
        ways=[("time", _("How long")), ("often", _("How often"))],
        problems=problems,
        sheet=sheet,
        legend=marks,
        rows=[_row(one, levels[one.element.element_id]) for one in heat.elements],
        list_address=url_for("worklist.show", tab="branch", procedure=key) if reads_cases else "",
    )


def _period(today: date) -> tuple[date, date]:
    since = dates.day_sent(request.args.get("since", "")) or today - timedelta(days=_DAYS)
    return since, dates.day_sent(request.args.get("until", "")) or today


def _levels(heat: Heat, by: str) -> dict[str, int]:
    """The colour of each element, from 1; 0 for one that no case has passed."""
    most = max((one.passed for one in heat.elements), default=0)
    levels = {}
    for one in heat.elements:
        if one.median is None:
            level = 0
        elif by == "time":
            level = 1 + sum(one.median >= bound for bound in _BOUNDS)
        else:
            level = 1 + sum(one.passed >= share * most for share in _SHARES)
        levels[one.element.element_id] = level
    return levels


def _marks(by: str) -> tuple[ElementMark, ...]:
    by_time = (
        _("half within an hour"),
        _("half within a day"),
        _("half within three days"),
        _("half within ten days"),
        _("half in ten days or more"),
    )
    by_number = (
        _("less than a twentieth of the most frequent step"),
        _("less than a fifth of it"),
        _("less than half of it"),
        _("less than four fifths of it"),
        _("most often"),
    )
    words = by_time if by == "time" else by_number
    return tuple(
        ElementMark(name=f"heat-{level}", words=text, sign=str(level))
        for level, text in enumerate(words, start=1)
    )


def _row(one: ElementTimes, level: int) -> Row:
    return Row(
        id=one.element.element_id,
        words=element_words(one.element),
        kind=kind_words(one.element.kind),
        level=level,
        passed=one.passed,
        median=_duration(one.median),
        most=_duration(one.most),
        waiting=one.waiting,
    )


def _duration(length: timedelta | None) -> str:
    if length is None:
        return "–"
    if length < timedelta(minutes=1):
        return _("under a minute")
    return format_timedelta(length, threshold=1.5, locale=language())
