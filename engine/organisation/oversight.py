"""The branch over whose work somebody looks."""

from engine.context import QueryContext
from engine.kernel.permission import require_oversees
from engine.kernel.refusal import Invalid, NotFound
from engine.organisation import store as organisation_store
from engine.organisation.model import Branch


def overseen_branch(context: QueryContext, named: str | None) -> Branch:
    """The branch of that code, the actor's own where none is named.

    `Invalid` where there is neither, `NotFound` for a code that no branch has, `NotPermitted` for those who
    may not see the branch's load.
    """
    code = named or context.actor.branch_code
    if code is None:
        raise Invalid.field("branch", "expected the code of a branch, because you do not work in one")
    branch = organisation_store.branch_coded(context.connection, code, on=context.today)
    if branch is None:
        raise NotFound.of("branch", code)
    require_oversees(context.actor, branch.id)
    return branch
