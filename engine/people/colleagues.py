"""Colleagues: who works in a branch, and what people are called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.context import QueryContext
from engine.kernel.actor import Role
from engine.kernel.permission import sees_branch
from engine.people import store as people_store
from engine.people.model import Colleague


@dataclass(frozen=True, kw_only=True)
class NamePeople:
    """What colleagues are called; everybody who is known may ask."""

    usernames: tuple[str, ...]

    def answer(self, context: QueryContext) -> Mapping[str, str]:
        """Display names by user name."""
        return people_store.display_names(context.connection, self.usernames)


@dataclass(frozen=True, kw_only=True)
class ListColleagues:
    """Who is at work in the asker's branch, and can be given tasks."""

    def answer(self, context: QueryContext) -> Sequence[Colleague]:
        """Clerks and managers, by name; none for those who work in no branch."""
        actor = context.actor
        if actor.branch_id is None or not sees_branch(actor, actor.branch_id):
            return ()
        found = people_store.colleagues_at_work(context.connection, actor.branch_id, context.now)
        return tuple(one for one in found if one.roles & {Role.CLERK, Role.MANAGER})
