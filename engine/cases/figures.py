"""The figures of a branch: how many cases were decided in time, how many late, how many are overdue."""

from dataclasses import dataclass
from datetime import date, datetime, time

from engine.cases import figures_store
from engine.context import QueryContext
from engine.organisation.oversight import overseen_branch


@dataclass(frozen=True, kw_only=True)
class BranchFigures:
    """Counts of the cases that a branch opened since a day.

    `in_time` and `late` are decided, by their term of law; `overdue` are not, and that term is over.
    `answer_overdue` and `act_overdue` are those in which an appeal or silence waits for the office longer
    than the law allows; `appealed` those whose appeal runs now.
    """

    since: date
    in_time: int
    late: int
    overdue: int
    answer_overdue: int
    act_overdue: int
    appealed: int


@dataclass(frozen=True, kw_only=True)
class ShowFigures:
    """How does a branch stand with the law? The actor's own unless another is named; this year by itself."""

    branch_code: str | None = None
    since: date | None = None

    def answer(self, context: QueryContext) -> BranchFigures:
        """The figures, for those who may see the branch's load."""
        branch = overseen_branch(context, self.branch_code)
        since = self.since or date(context.today.year, 1, 1)
        begins = datetime.combine(since, time(0), tzinfo=context.zone)
        connection = context.connection
        if figures_store.is_counted(connection):
            counts = figures_store.figures_since(connection, branch.id, since)
        else:
            counts = figures_store.counted_since(connection, branch.id, begins)
        return BranchFigures(
            since=since,
            **{name: counts[name] for name in ("in_time", "late", "overdue", "appealed")},
            **figures_store.waiting_since(connection, branch.id, begin=begins, now=context.now),
        )
