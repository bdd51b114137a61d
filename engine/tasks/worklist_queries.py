"""Questions of the worklist: how much is in each part of it, the filters one keeps, whether it changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.context import QueryContext
from engine.kernel.permission import agency_of, require_branch, require_person, sight_of
from engine.tasks import worklist_store
from engine.tasks.worklist_model import ProcedureInWork, SavedFilter, WorklistCounts

_NOTHING = WorklistCounts(
    mine=0, branch=0, unassigned=0, overdue=0, awaiting_agency=0, ready_for_pickup=0, decided=0
)


@dataclass(frozen=True, kw_only=True)
class CountWorklist:
    """How much there is to do."""

    def answer(self, context: QueryContext) -> WorklistCounts:
        """The counts of what is in sight, each at most `COUNTED_TO`."""
        sight = sight_of(context.actor)
        if sight.nothing:
            return _NOTHING
        return worklist_store.worklist_counts(
            context.connection, sight=sight, user_id=context.actor.id, now=context.now
        )


@dataclass(frozen=True, kw_only=True)
class ListProceduresInWork:
    """Of which procedures there is something to do."""

    def answer(self, context: QueryContext) -> Sequence[ProcedureInWork]:
        """The procedures of the open tasks in sight."""
        sight = sight_of(context.actor)
        return () if sight.nothing else worklist_store.procedures_in_work(context.connection, sight=sight)


@dataclass(frozen=True, kw_only=True)
class ListFilters:
    """The filters that the actor keeps."""

    def answer(self, context: QueryContext) -> Sequence[SavedFilter]:
        """The filters, by name."""
        return worklist_store.filters_of(context.connection, require_person(context.actor))


@dataclass(frozen=True, kw_only=True)
class FeelPulse:
    """Has anything changed where I work?"""

    def answer(self, context: QueryContext) -> str:
        """A text that is another one after every change: ask again, and compare. One indexed read."""
        agency_id = agency_of(context.actor)
        if agency_id is not None:
            return worklist_store.pulse_of_agency(context.connection, agency_id)
        return worklist_store.pulse_of_branch(context.connection, require_branch(context.actor))
