"""The rooms of supervision: the ministry's over all branches, an administrator's over their own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Final, NamedTuple
from uuid import UUID

from engine.cases import figures_store
from engine.cases.model import Case
from engine.context import QueryContext
from engine.kernel.bilingual import Bilingual
from engine.kernel.disclosure import Disclosure, listed
from engine.kernel.pages import Page, Slice
from engine.kernel.refusal import Invalid, NotFound
from engine.kernel.supervision import require_supervises, supervises_all
from engine.kernel.vocabulary import search_form
from engine.organisation import tree_store, version_store
from engine.organisation.organisation import OrganisationKind
from engine.organisation.tree import Tree, TreeNode
from engine.people.staff_store import counted_staff
from engine.procedures import store as procedures_store
from engine.supervision import store as supervision_store
from engine.supervision.model import BranchStanding, Figure, Figures, Period, ProcedureFigures, Sort, Week

LONGEST: Final = 366
"""Days."""
_USUAL: Final = timedelta(days=27)
_MANY_WEEKS: Final = timedelta(weeks=25)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Over what one looks: an organisation with what is below it, or the whole country, in a time."""

    organisation: TreeNode | None
    period: Period
    tree: Tree

    @cached_property
    def offices(self) -> Sequence[TreeNode]:
        """The branches in it, by code."""
        return self.tree.offices_below(self.organisation.id if self.organisation else None)

    @cached_property
    def branch_ids(self) -> frozenset[UUID] | None:
        """The ids of the branches in it; None for all."""
        return frozenset(office.id for office in self.offices) if self.organisation else None


@dataclass(frozen=True, kw_only=True)
class Looking:
    """What is to be looked over: the organisation of a code; without one the asker's own, or the country.

    Without days it is the last four weeks.
    """

    organisation: str | None = None
    since: date | None = None
    until: date | None = None

    def scope(self, context: QueryContext) -> Scope:
        """What that is, for those who may; `Invalid` for days that make no sense, or too many."""
        organisation_id = self._organisation_id(context)
        tree = tree_store.tree_on(context.connection, context.today)
        return Scope(
            organisation=tree.nodes[organisation_id] if organisation_id else None,
            period=self._period(context.today),
            tree=tree,
        )

    def _organisation_id(self, context: QueryContext) -> UUID | None:
        actor, connection = context.actor, context.connection
        found = None
        if self.organisation is not None:
            found = version_store.organisation_coded(connection, self.organisation, on=context.today)
            if found is None:
                raise NotFound.of("organisation", self.organisation)
        elif not supervises_all(actor) and actor.organisation_id is not None:
            found = version_store.organisation(connection, actor.organisation_id, on=context.today)
        require_supervises(actor, found)
        return found.id if found else None

    def _period(self, today: date) -> Period:
        until = self.until or today
        since = self.since or until - _USUAL
        if not timedelta(0) <= until - since < timedelta(days=LONGEST):
            raise Invalid.field("since", f"expected a day up to {LONGEST} days before {until}, found {since}")
        return Period(since=since, until=until)


@dataclass(frozen=True, kw_only=True)
class RoomPart:
    """Some of the branches: those that a text finds, sorted, `limit` of them from place `first` on.

    The text is looked for in codes, names in both languages, and the names of municipalities.
    """

    text: str = ""
    sort: Sort = Sort.LOAD
    first: int = 0
    limit: int


@dataclass(frozen=True, kw_only=True)
class Room:
    """How branches do. `is_whole` is false until all cases were counted once: figures are too low then.

    `total` and `weeks` are of all branches of the scope. `number` says how many branches were found, `most`
    the highest of each figure among them; `branches` are those that were asked for.
    """

    scope: Scope
    branches: Sequence[BranchStanding]
    number: int
    most: Figures
    total: Figures
    weeks: Sequence[Week]
    is_whole: bool


@dataclass(frozen=True, kw_only=True)
class ShowRoom:
    """How the branches of an organisation do, or those of the whole country: all by code, or a part."""

    looking: Looking = field(default_factory=Looking)
    part: RoomPart | None = None

    def answer(self, context: QueryContext) -> Room:
        """The branches, with all of them together, and half a year week by week."""
        scope, connection = self.looking.scope(context), context.connection
        figures = supervision_store.figures_by_branch(connection, scope.period, scope.branch_ids)
        found = [Counted(office, figures.get(office.id, Figures())) for office in scope.offices]
        total = _together(sum, found)
        if self.part is not None and self.part.text:
            found = [one for one in found if _is_called(one.office, self.part.text, scope.tree)]
        number, most = len(found), _together(max, found)
        if self.part is not None:
            found = _sorted(found, self.part.sort, scope, context)
            found = found[self.part.first : self.part.first + self.part.limit]
        return Room(
            scope=scope,
            branches=_standings(found, scope, context),
            number=number,
            most=most,
            total=total,
            weeks=_weeks(scope, context),
            is_whole=figures_store.is_counted(connection),
        )


class Counted(NamedTuple):
    """A branch with its figures."""

    office: TreeNode
    figures: Figures


def _standings(found: Sequence[Counted], scope: Scope, context: QueryContext) -> Sequence[BranchStanding]:
    ids = frozenset(one.office.id for one in found)
    staff = counted_staff(context.connection, context.today, ids)
    services = supervision_store.services_by_branch(context.connection, scope.period, ids)
    return [
        BranchStanding(
            branch=office,
            municipality=scope.tree.above(office.id, OrganisationKind.MUNICIPALITY),
            figures=figures,
            staff=staff.get(office.id, 0),
            services=services.get(office.id, 0),
        )
        for office, figures in found
    ]


def _sorted(found: Sequence[Counted], sort: Sort, scope: Scope, context: QueryContext) -> list[Counted]:
    """The branches, the most first; what is not among the figures is read for all of them."""
    match sort:
        case Sort.STAFF:
            staff = counted_staff(context.connection, context.today, scope.branch_ids)

            def key(one: Counted) -> float:
                people = staff.get(one.office.id, 0)
                return one.figures.running / people if people else 0

        case Sort.SERVICES:
            services = supervision_store.services_by_branch(
                context.connection, scope.period, scope.branch_ids
            )

            def key(one: Counted) -> float:
                return services.get(one.office.id, 0)

        case _:

            def key(one: Counted) -> float:
                return _OF_FIGURES[sort](one.figures)

    return sorted(found, key=key, reverse=True)


_OF_FIGURES: Final[Mapping[Sort, Callable[[Figures], float]]] = {
    Sort.LOAD: lambda figures: figures.opened,
    Sort.LATE: lambda figures: figures.late_share or 0,
    Sort.BACKLOG: lambda figures: figures.running,
}


def _is_called(office: TreeNode, text: str, tree: Tree) -> bool:
    above = tree.above(office.id, OrganisationKind.MUNICIPALITY)
    parts = (office.code, office.name, office.name_en, above.name if above else "")
    return search_form(text) in _searched(" ".join(parts))


_searched = lru_cache(maxsize=4096)(search_form)
"""Kept for the names of a country: they are the same the next time that somebody searches."""


@dataclass(frozen=True, kw_only=True)
class BranchRoom:
    """How one branch does: its figures, week by week, and by procedure in the months of the time."""

    scope: Scope
    standing: BranchStanding
    weeks: Sequence[Week]
    procedures: Sequence[ProcedureFigures]


@dataclass(frozen=True, kw_only=True)
class ShowBranchRoom:
    """How one branch does, by its code."""

    looking: Looking

    def answer(self, context: QueryContext) -> BranchRoom:
        """The branch; `NotFound` for another kind of organisation."""
        room = ShowRoom(looking=self.looking).answer(context)
        branch = room.scope.organisation
        if branch is None or not branch.is_office:
            raise NotFound.of("branch", self.looking.organisation)
        standing = next(one for one in room.branches if one.branch.id == branch.id)
        found = supervision_store.figures_by_procedure(context.connection, room.scope.period, branch.id)
        titles = _titles(context)
        procedures = [
            ProcedureFigures(
                key=key,
                title=titles[key].el if key in titles else key,
                title_en=titles[key].en if key in titles else key,
                figures=figures,
            )
            for key, figures in found.items()
        ]
        procedures.sort(key=lambda one: (-one.figures.opened, one.key))
        return BranchRoom(scope=room.scope, standing=standing, weeks=room.weeks, procedures=procedures)


@dataclass(frozen=True, kw_only=True)
class FigureCases:
    """The cases behind a figure, with what their procedures are called, by key."""

    scope: Scope
    page: Page[Case]
    titles: Mapping[str, Bilingual]


@dataclass(frozen=True, kw_only=True)
class ListFigureCases:
    """The cases that a figure counts: exactly those, newest first."""

    figure: Figure
    looking: Looking = field(default_factory=Looking)
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> FigureCases:
        """The cases, without snapshots and without who is in them."""
        scope = self.looking.scope(context)
        begin, end = (
            datetime.combine(day, time(0), tzinfo=context.zone)
            for day in (scope.period.since, scope.period.until + timedelta(days=1))
        )
        page = supervision_store.cases_behind(
            context.connection,
            self.figure,
            begin=begin,
            end=end,
            branches=scope.branch_ids,
            part=self.part,
        )
        return FigureCases(scope=scope, page=page, titles=_titles(context))

    def disclosed(self, answer: FigureCases) -> Iterable[Disclosure]:
        return listed(answer.page.items)


_EVERY_FIGURE = attrgetter(*Figure)


def _together(taken: Callable[[Iterable[int]], int], found: Sequence[Counted]) -> Figures:
    """The sum, or the highest, of each figure; nothing of no branches."""
    by_figure = zip(*(_EVERY_FIGURE(one.figures) for one in found), strict=True)
    return Figures(**{figure.value: taken(counts) for figure, counts in zip(Figure, by_figure, strict=False)})


def _weeks(scope: Scope, context: QueryContext) -> Sequence[Week]:
    """Half a year up to the end of the time, this week included."""
    until = scope.period.until
    period = Period(since=until - _MANY_WEEKS - timedelta(days=until.weekday()), until=until)
    by_day = supervision_store.figures_by_day(context.connection, period, scope.branch_ids)
    found = {monday: [0, 0] for monday in period.weeks}
    for day, (opened, ended) in by_day.items():
        week = found[day - timedelta(days=day.weekday())]
        week[0] += opened
        week[1] += ended
    return [Week(monday=monday, opened=opened, ended=ended) for monday, (opened, ended) in found.items()]


def _titles(context: QueryContext) -> Mapping[str, Bilingual]:
    return procedures_store.titles_on_offer(context.connection, context.now)
