"""Workload: how much each person of a branch has in hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from engine.context import QueryContext
from engine.organisation.oversight import overseen_branch
from engine.people import post_store
from engine.people import store as people_store
from engine.people.model import Pause
from engine.tasks import store as tasks_store
from engine.tasks.worklist_model import ClerkLoad


@dataclass(frozen=True, kw_only=True)
class ShowLoad:
    """Who has how much in hand; in the actor's own branch unless another is named."""

    branch_code: str | None = None

    def answer(self, context: QueryContext) -> Sequence[ClerkLoad]:
        """The people of the branch, by user name."""
        branch = overseen_branch(context, self.branch_code)
        midnight = datetime.combine(context.today, time.min, tzinfo=context.zone).astimezone(UTC)
        people = post_store.roles_by_user(context.connection, branch.id, on=context.today)
        return tasks_store.load_of_branch(
            context.connection, branch.id, people=people, now=context.now, midnight=midnight
        )


@dataclass(frozen=True, kw_only=True)
class ShowOwnPause:
    """Am I paused?"""

    def answer(self, context: QueryContext) -> Pause | None:
        """The pause that holds now for the actor in their branch, if there is one."""
        actor = context.actor
        if actor.id is None or actor.branch_id is None:
            return None
        pause = people_store.pause_of(context.connection, actor.id, actor.branch_id)
        return pause if pause is not None and pause.holds(context.now) else None
