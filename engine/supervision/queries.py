"""The rooms of supervision: the ministry's over all branches, an administrator's over their own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from engine.cases import figures_store
from engine.cases.model import Case
from engine.context import QueryContext
from engine.kernel.bilingual import Bilingual
from engine.kernel.disclosure import Disclosure, listed
from engine.kernel.pages import Page, Slice
from engine.kernel.refusal import Invalid, NotFound
from engine.kernel.supervision import require_supervises, supervises_all
from engine.organisation import tree_store, version_store
from engine.organisation.organisation import OrganisationKind
from engine.organisation.tree import Tree, TreeNode
from engine.people.staff_store import counted_staff
from engine.procedures import store as procedures_store
from engine.supervision import store as supervision_store
from engine.supervision.model import BranchStanding, Figure, Figures, Period, ProcedureFigures, Week

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

    @property
    def offices(self) -> Sequence[TreeNode]:
        """The branches in it, by code."""
        return self.tree.offices_below(self.organisation.id if self.organisation else None)

    @property
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
class Room:
    """How branches do. `is_whole` is false until all cases were counted once: figures are too low then."""

    scope: Scope
    branches: Sequence[BranchStanding]
    total: Figures
    weeks: Sequence[Week]
    is_whole: bool


@dataclass(frozen=True, kw_only=True)
class ShowRoom:
    """How the branches of an organisation do, or those of the whole country."""

    looking: Looking = field(default_factory=Looking)

    def answer(self, context: QueryContext) -> Room:
        """The branches by code, with all of them together, and half a year week by week."""
        scope, connection = self.looking.scope(context), context.connection
        ids = scope.branch_ids
        figures = supervision_store.figures_by_branch(connection, scope.period, ids)
        services = supervision_store.services_by_branch(connection, scope.period, ids)
        staff = counted_staff(connection, context.today)
        branches = [
            BranchStanding(
                branch=office,
                municipality=scope.tree.above(office.id, OrganisationKind.MUNICIPALITY),
                figures=figures.get(office.id, Figures()),
                staff=staff.get(office.id, 0),
                services=services.get(office.id, 0),
            )
            for office in scope.offices
        ]
        return Room(
            scope=scope,
            branches=branches,
            total=_total(branches),
            weeks=_weeks(scope, context),
            is_whole=figures_store.is_counted(connection),
        )


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


def _total(branches: Sequence[BranchStanding]) -> Figures:
    return Figures(**{figure.value: sum(one.figures.of(figure) for one in branches) for figure in Figure})


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
