"""Questions of the worklist: how much is in each part of it, the filters one keeps, whether it changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.kernel.permission import agency_of, sight_of
from engine.kernel.refusal import NotPermitted
from engine.query import Answering
from engine.tasks import worklist_store
from engine.tasks.worklist_model import ProcedureInWork, SavedFilter, WorklistCounts

_NOTHING = WorklistCounts(mine=0, branch=0, unassigned=0, overdue=0, awaiting_agency=0, ready_for_pickup=0)


@dataclass(frozen=True, kw_only=True)
class CountWorklist:
    """How much there is to do."""

    def answer(self, answering: Answering) -> WorklistCounts:
        """The counts of what is in sight, each at most `COUNTED_TO`."""
        sight = sight_of(answering.actor)
        if sight.nothing:
            return _NOTHING
        return worklist_store.worklist_counts(
            answering.connection, sight=sight, user_id=answering.actor.id, now=answering.now
        )


@dataclass(frozen=True, kw_only=True)
class ListProceduresInWork:
    """Of which procedures there is something to do."""

    def answer(self, answering: Answering) -> Sequence[ProcedureInWork]:
        """The procedures of the open tasks in sight."""
        sight = sight_of(answering.actor)
        return () if sight.nothing else worklist_store.procedures_in_work(answering.connection, sight=sight)


@dataclass(frozen=True, kw_only=True)
class ListFilters:
    """The filters that the actor keeps."""

    def answer(self, answering: Answering) -> Sequence[SavedFilter]:
        """The filters, by name."""
        if answering.actor.id is None:
            return ()
        return worklist_store.filters_of(answering.connection, answering.actor.id)


@dataclass(frozen=True, kw_only=True)
class FeelPulse:
    """Has anything changed where I work?"""

    def answer(self, answering: Answering) -> str:
        """A text that is another one after every change: ask again, and compare. One indexed read."""
        agency_id = agency_of(answering.actor)
        if agency_id is not None:
            return worklist_store.pulse_of_agency(answering.connection, agency_id)
        if answering.actor.branch_id is None:
            raise NotPermitted("Only those who work in a branch or for an agency can follow its work.")
        return worklist_store.pulse_of_branch(answering.connection, answering.actor.branch_id)
