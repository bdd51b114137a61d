"""Need: whether somebody may read a case by their work, or by a reason that they gave for it."""

from engine.access import store as access_store
from engine.context import QueryContext
from engine.kernel.permission import OfBranch, may_give_reason, needs_case, require_sees_case
from engine.kernel.refusal import NotPermitted


def require_reads_case(case: OfBranch, context: QueryContext) -> None:
    """Refuse a reader for whom the case does not exist, or who looks at everything and gave no reason for it.

    An exceptional access that is not over opens the case to whoever gave its reason; what is read then is
    recorded as exceptional.
    """
    actor = context.actor
    if needs_case(actor, case):
        return
    if may_give_reason(actor):
        concern_id = access_store.open_exception(context.connection, actor.name, case.id, context.now)
        if concern_id is not None:
            context.exceptions[case.id] = concern_id
            return
    require_sees_case(actor, case)
    raise NotPermitted(
        "Your work does not need this case: give a reason for reading it.", code="reason_needed"
    )
