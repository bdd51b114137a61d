"""What the migration room shows: the procedures, the plan of two versions beside their diagrams, a run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from engine.bundle.procedure import Procedure
from engine.bundle.steps import DrawnElement, elements_of
from engine.case_migration import store as migration_store
from engine.case_migration.model import CaseResult, MigrationPlan, MigrationRun, RunState, Verdict
from engine.case_migration.plans import version_pair
from engine.case_migration.queries import ListResults, ShowMigrationPlan, ShownPlan, ShowRun
from engine.context import QueryContext
from engine.kernel.disclosure import Disclosure, listed
from engine.kernel.migration_rights import require_plans_migration
from engine.kernel.pages import Page, Slice
from engine.procedures.model import ProcedureVersion
from engine.procedures.queries import FindProcedures, ListVersions

_SHOWN_RUNS = 20


@dataclass(frozen=True, kw_only=True)
class PlannedProcedure:
    """A procedure, and how many plans are kept for it."""

    version: ProcedureVersion
    plans: int


@dataclass(frozen=True, kw_only=True)
class ListPlannedProcedures:
    """The procedures between whose versions cases may be moved, by key."""

    text: str = ""
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> Page[PlannedProcedure]:
        """The catalogue, with how many plans each procedure has."""
        require_plans_migration(context.actor)
        found = FindProcedures(text=self.text or None, part=self.part).answer(context)
        plans = migration_store.count_plans(context.connection, [one.key for one in found.items])
        items = tuple(PlannedProcedure(version=one, plans=plans.get(one.key, 0)) for one in found.items)
        return Page(items=items, next=found.next)


@dataclass(frozen=True, kw_only=True)
class MigrationsOfProcedure:
    """The versions of a procedure, newest first, with how many cases run on each, and its plans."""

    versions: Sequence[ProcedureVersion]
    running: Mapping[int, int]
    plans: Sequence[MigrationPlan]


@dataclass(frozen=True, kw_only=True)
class ShowMigrationsOfProcedure:
    """The versions of a procedure, and the plans between them."""

    procedure: str

    def answer(self, context: QueryContext) -> MigrationsOfProcedure:
        """The versions; `NotFound` if there is no such procedure."""
        require_plans_migration(context.actor)
        versions = ListVersions(key=self.procedure).answer(context)
        return MigrationsOfProcedure(
            versions=versions,
            running={
                one.number: migration_store.count_of_version(context.connection, one.id) for one in versions
            },
            plans=migration_store.plans_of(context.connection, self.procedure),
        )


@dataclass(frozen=True, kw_only=True)
class DrawnVersion:
    """A version with its diagrams, the main one first, and the nodes in all of them."""

    version: ProcedureVersion
    diagrams: tuple[str, ...]
    elements: tuple[DrawnElement, ...]


@dataclass(frozen=True, kw_only=True)
class PlanSheet:
    """The plan for two versions beside both, and the newest runs of it, newest first.

    `moved` is how many cases have moved by it and could still be asked to go back.
    """

    plan: ShownPlan
    old: DrawnVersion
    new: DrawnVersion
    runs: Sequence[MigrationRun]
    moved: int

    @property
    def under_way(self) -> MigrationRun | None:
        """The run that moves cases or takes them back now, if one does."""
        moving = (run for run in self.runs if run.is_moving and not run.is_over)
        return next(moving, None)

    @property
    def last_try(self) -> MigrationRun | None:
        """The newest dry run that is done."""
        tried = (run for run in self.runs if not run.is_moving and run.state is RunState.DONE)
        return next(tried, None)


@dataclass(frozen=True, kw_only=True)
class ShowPlanSheet:
    """The plan for two versions of a procedure, with all that is needed to edit it and to carry it out."""

    procedure: str
    from_number: int
    to_number: int

    def answer(self, context: QueryContext) -> PlanSheet:
        """The sheet; what `version_pair` raises for versions that are not there."""
        question = ShowMigrationPlan(
            procedure=self.procedure, from_number=self.from_number, to_number=self.to_number
        )
        plan = question.answer(context)
        pair = version_pair(context.connection, self.procedure, self.from_number, self.to_number)
        runs: Sequence[MigrationRun] = ()
        moved = 0
        if plan.kept is not None:
            part = Slice(limit=_SHOWN_RUNS)
            runs = migration_store.runs_of(context.connection, plan.kept.id, part).items
            moved = migration_store.count_moved(context.connection, plan.kept.id)
        return PlanSheet(
            plan=plan,
            old=_drawn(pair.old, context.procedure(pair.old.id), context),
            new=_drawn(pair.new, context.procedure(pair.new.id), context),
            runs=runs,
            moved=moved,
        )


def _drawn(version: ProcedureVersion, procedure: Procedure, context: QueryContext) -> DrawnVersion:
    nodes = (one for bpmn in procedure.diagrams for one in elements_of(bpmn) if not one.is_flow)
    return DrawnVersion(
        version=version.at(context.now), diagrams=procedure.diagrams, elements=tuple(dict.fromkeys(nodes))
    )


@dataclass(frozen=True, kw_only=True)
class RunSheet:
    """A run with its plan, and a part of what it made of the cases."""

    run: MigrationRun
    plan: MigrationPlan
    results: Page[CaseResult]


@dataclass(frozen=True, kw_only=True)
class ShowRunSheet:
    """A run, and what it made of each case, or of those with one verdict."""

    procedure: str
    run_id: UUID
    verdict: Verdict | None = None
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> RunSheet:
        """The run as far as it has come; the cases by id, with numbers, and nothing of who is in them."""
        run = ShowRun(procedure=self.procedure, run_id=self.run_id).answer(context)
        results = ListResults(
            procedure=self.procedure, run_id=self.run_id, verdict=self.verdict, part=self.part
        )
        return RunSheet(
            run=run,
            plan=migration_store.plan(context.connection, run.plan_id),
            results=results.answer(context),
        )

    def disclosed(self, answer: RunSheet) -> Iterable[Disclosure]:
        return listed(answer.results.items)
