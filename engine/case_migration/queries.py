"""Questions about migrations: the plan of two versions, how far its runs have come, what became of cases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from engine.case_migration import store as migration_store
from engine.case_migration.model import CaseResult, MigrationPlan, MigrationRun, Verdict
from engine.case_migration.plans import kept_plan, proposal, version_pair
from engine.context import QueryContext
from engine.kernel.disclosure import Disclosure, listed
from engine.kernel.migration_rights import require_plans_migration
from engine.kernel.pages import Page, Slice
from engine.kernel.refusal import NotFound
from engine.runtime.migration_contract import ProposedElement


@dataclass(frozen=True, kw_only=True)
class ListPlans:
    """The plans that are kept for a procedure."""

    procedure: str

    def answer(self, context: QueryContext) -> Sequence[MigrationPlan]:
        """The plans, by their versions."""
        require_plans_migration(context.actor)
        return migration_store.plans_of(context.connection, self.procedure)


@dataclass(frozen=True, kw_only=True)
class ShownPlan:
    """What the engine proposes for two versions, and the plan that is kept, if one is.

    `cases` is how many are under way on the old version.
    """

    from_number: int
    to_number: int
    proposed: tuple[ProposedElement, ...]
    kept: MigrationPlan | None
    cases: int

    @property
    def elements(self) -> Mapping[str, str | None]:
        """What stands for what: as it is kept, else as it is proposed."""
        return self.kept.elements if self.kept else {one.old: one.new for one in self.proposed}


@dataclass(frozen=True, kw_only=True)
class ShowMigrationPlan:
    """The plan for two versions of a procedure."""

    procedure: str
    from_number: int
    to_number: int

    def answer(self, context: QueryContext) -> ShownPlan:
        """The plan with what is proposed."""
        require_plans_migration(context.actor)
        connection = context.connection
        pair = version_pair(connection, self.procedure, self.from_number, self.to_number)
        return ShownPlan(
            from_number=self.from_number,
            to_number=self.to_number,
            proposed=proposal(pair, context),
            kept=migration_store.plan_between(connection, pair.old.id, pair.new.id, lock=False),
            cases=migration_store.count_of_version(connection, pair.old.id),
        )


@dataclass(frozen=True, kw_only=True)
class ListRuns:
    """The runs of the plan for two versions."""

    procedure: str
    from_number: int
    to_number: int
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> Page[MigrationRun]:
        """The runs, newest first, with how far each has come."""
        require_plans_migration(context.actor)
        pair = version_pair(context.connection, self.procedure, self.from_number, self.to_number)
        plan = kept_plan(pair, context.connection)
        return migration_store.runs_of(context.connection, plan.id, self.part)


@dataclass(frozen=True, kw_only=True)
class ShowRun:
    """One run of a plan of the procedure."""

    procedure: str
    run_id: UUID

    def answer(self, context: QueryContext) -> MigrationRun:
        """The run, as far as it has come."""
        require_plans_migration(context.actor)
        return _run_of(self.procedure, self.run_id, context)


@dataclass(frozen=True, kw_only=True)
class ListResults:
    """What a run made of each case, or of those with one verdict."""

    procedure: str
    run_id: UUID
    verdict: Verdict | None = None
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> Page[CaseResult]:
        """The cases by id, with numbers and sentences, and nothing of who is in them."""
        require_plans_migration(context.actor)
        run = _run_of(self.procedure, self.run_id, context)
        return migration_store.results_of(context.connection, run.id, self.verdict, self.part)

    def disclosed(self, answer: Page[CaseResult]) -> Iterable[Disclosure]:
        return listed(answer.items)


def _run_of(procedure: str, run_id: UUID, context: QueryContext) -> MigrationRun:
    run = migration_store.run(context.connection, run_id)
    if run is None or migration_store.plan(context.connection, run.plan_id).procedure_key != procedure:
        raise NotFound.of("migration run", run_id)
    return run
