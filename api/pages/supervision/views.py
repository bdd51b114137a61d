"""How the branches do: sorted, filtered, week by week, and the cases behind every figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from babel.numbers import format_decimal, format_percent
from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.cases.facts import case_address
from api.pages.frame import dates, words
from api.pages.frame.language import gettext as _
from api.pages.frame.language import language, localized, localized_pair
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from engine.kernel.actor import Role
from engine.kernel.pages import Slice
from engine.kernel.refusal import Invalid
from engine.supervision.model import BranchStanding, Figure, Figures, Sort, Week
from engine.supervision.queries import ListFigureCases, Looking, RoomPart, Scope, ShowBranchRoom, ShowRoom

blueprint = Blueprint("room", __name__, url_prefix="/admin/supervision")

SUPERVISORS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
_ON_A_PAGE = 50
_LONGEST = 100
_DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is looked over, as the address has it; what makes no sense is ignored."""

    organisation: str
    since: str
    until: str
    sort: Sort
    text: str
    cursor: str | None

    @classmethod
    def read(cls) -> "Search":
        def text(name: str) -> str:
            return request.args.get(name, "").replace("\0", "").strip()[:_LONGEST]

        sort = text("sort")
        return cls(
            organisation=text("organisation"),
            since=text("since"),
            until=text("until"),
            sort=Sort(sort) if sort in set(Sort) else Sort.LOAD,
            text=text("q"),
            cursor=request.args.get("cursor") or None,
        )

    def looking(self, organisation: str | None = None) -> Looking:
        return Looking(
            organisation=organisation or self.organisation or None,
            since=dates.day_sent(self.since),
            until=dates.day_sent(self.until),
        )

    @property
    def place(self) -> int:
        """How many branches of the table come before those on the page; what is no number counts as none."""
        given = self.cursor or ""
        return int(given) if given.isdecimal() and len(given) <= _DIGITS else 0

    def query(self, **changes: str | None) -> str:
        """The query of an address with this search, changed."""
        given: dict[str, str | None] = {
            "organisation": self.organisation,
            "since": self.since,
            "until": self.until,
            "sort": "" if self.sort is Sort.LOAD else self.sort.value,
            "q": self.text,
            **changes,
        }
        return urlencode({name: value for name, value in given.items() if value})


class Cell(NamedTuple):
    """A figure with the address of the list behind it."""

    number: int
    address: str


class Row(NamedTuple):
    """A branch of the table."""

    name: str
    code: str
    municipality: str
    address: str
    figures: Mapping[str, Cell]
    late_share: str
    staff: int
    each: str
    services: int


class Point(NamedTuple):
    """A week of a chart."""

    label: str
    first: int
    second: int


@blueprint.get("")
@signed_in(*SUPERVISORS)
def show() -> Response:
    search = Search.read()
    first, following = search.place, search.place + _ON_A_PAGE
    part = RoomPart(text=search.text, sort=search.sort, first=first, limit=_ON_A_PAGE)
    try:
        room = engine().ask(ShowRoom(looking=search.looking(), part=part), actor=actor())
    except Invalid as refused:
        return _refused(search, refused)
    address = f"{url_for('room.show')}?{search.query()}"
    return page(
        "supervision/room.html",
        search=search,
        heading=_heading(room.scope),
        period=_period(room.scope),
        total=_cells(room.total, search, room.scope.organisation.code if room.scope.organisation else None),
        late_share=_percent(room.total.late_share),
        rows=[_row(one, search) for one in room.branches],
        number=room.number,
        first_address=address,
        next_address=f"{address}&cursor={following}" if following < room.number else None,
        most=room.most,
        sorts=_sorts(),
        figure_words=figure_words,
        weeks=_points(room.weeks),
        is_whole=room.is_whole,
        problems={},
    )


@blueprint.get("/branches/<code>")
@signed_in(*SUPERVISORS)
def show_branch(code: str) -> Response:
    search = Search.read()
    room = engine().ask(ShowBranchRoom(looking=search.looking(code)), actor=actor())
    return page(
        "supervision/branch.html",
        search=search,
        back=f"{url_for('room.show')}?{search.query()}",
        row=_row(room.standing, search),
        period=_period(room.scope),
        figure_words=figure_words,
        weeks=_points(room.weeks),
        procedures=[
            (localized_pair(one.title, one.title_en), one.figures, _percent(one.figures.late_share))
            for one in room.procedures
        ],
    )


@blueprint.get("/cases")
@signed_in(*SUPERVISORS)
def list_cases() -> Response:
    """The cases behind a figure."""
    search, reader = Search.read(), actor()
    wanted = request.args.get("figure", "")
    figure = Figure(wanted) if wanted in set(Figure) else Figure.OPENED
    part = Slice(limit=_ON_A_PAGE, cursor=search.cursor)
    found = engine().ask(ListFigureCases(figure=figure, looking=search.looking(), part=part), actor=reader)
    opens = reader.has(Role.SUPERVISOR)
    address = f"{url_for('room.list_cases')}?{search.query(figure=figure.value)}"
    following = found.page.next
    return page(
        "supervision/cases.html",
        heading=figure_words()[figure.value],
        scope=_heading(found.scope),
        period=None if figure is Figure.RUNNING else _period(found.scope),
        back=f"{url_for('room.show')}?{search.query(organisation=None)}",
        rows=[
            {
                "number": case.number,
                "address": case_address(case.id) if opens else None,
                "branch": case.branch_code,
                "title": localized(found.titles[case.procedure_key])
                if case.procedure_key in found.titles
                else case.procedure_key,
                "opened": dates.day(case.opened_at),
                "due": dates.day(dates.last_day(case.due_at)) if case.due_at else "",
                "ended": dates.day(case.closed_at) if case.closed_at else "",
                "marks": words.marks_of(case),
            }
            for case in found.page.items
        ],
        first_address=address,
        next_address=f"{address}&{urlencode({'cursor': following})}" if following else None,
        cursor=search.cursor,
    )


def figure_words() -> dict[str, str]:
    """What the figures are called."""
    return {
        Figure.OPENED.value: _("Opened cases"),
        Figure.ENDED.value: _("Closed cases"),
        Figure.RUNNING.value: _("Running now"),
        Figure.IN_TIME.value: _("Decided in time"),
        Figure.LATE.value: _("Decided late"),
        Figure.OVERDUE.value: _("Open, and overdue"),
        Figure.APPEALED.value: _("Under appeal now"),
    }


def _refused(search: Search, _refusal: Invalid) -> Response:
    return page(
        "supervision/room.html",
        status=422,
        search=search,
        heading=_("How the branches do"),
        problems={"since": [_("Choose at most a year, from a day up to a later one.")]},
        rows=[],
        total=None,
        sorts=_sorts(),
        weeks=[],
        is_whole=True,
        period="",
    )


def _sorts() -> list[tuple[str, str]]:
    return [
        (Sort.LOAD.value, _("Cases opened")),
        (Sort.LATE.value, _("Share of late decisions")),
        (Sort.BACKLOG.value, _("Cases running")),
        (Sort.STAFF.value, _("Running cases for each person")),
        (Sort.SERVICES.value, _("Services")),
    ]


def _row(one: BranchStanding, search: Search) -> Row:
    each = one.running_each
    return Row(
        name=localized(one.branch.called),
        code=one.branch.code,
        municipality=localized(one.municipality.called) if one.municipality else "",
        address=f"{url_for('room.show_branch', code=one.branch.code)}?{search.query()}",
        figures=_cells(one.figures, search, one.branch.code),
        late_share=_percent(one.figures.late_share),
        staff=one.staff,
        each=format_decimal(round(each, 1), locale=language()) if each is not None else "–",
        services=one.services,
    )


def _cells(figures: Figures, search: Search, organisation: str | None) -> Mapping[str, Cell]:
    address = url_for("room.list_cases")
    return {
        figure.value: Cell(
            number=figures.of(figure),
            address=f"{address}?{search.query(organisation=organisation, figure=figure.value, q='')}",
        )
        for figure in Figure
    }


def _points(weeks: Sequence[Week]) -> list[Point]:
    return [Point(label=dates.short_day(week.monday), first=week.opened, second=week.ended) for week in weeks]


def _heading(scope: Scope) -> str:
    return localized(scope.organisation.called) if scope.organisation else _("All branches")


def _period(scope: Scope) -> str:
    since, until = (dates.full_date(day) for day in (scope.period.since, scope.period.until))
    return _("%(since)s to %(until)s", since=since, until=until)


def _percent(share: float | None) -> str:
    return "–" if share is None else str(format_percent(share, "#,##0.0%", locale=language()))
