"""How a case stands towards its citizen, and of what they are told when that changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.cases.model import Case
from engine.kernel.case_words import CaseStatus, Flag
from engine.notices.model import Occasion
from engine.service_tasks.model import ServiceTask
from engine.tasks.model import Task

_ENDS = {CaseStatus.COMPLETED: Occasion.COMPLETED, CaseStatus.REJECTED: Occasion.REJECTED}
"""Of which ends a citizen is told; who withdraws a case knows."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What matters to the citizen in a case at one moment.

    `awaited` and `ready` are the ids of the open tasks and service tasks in which something is awaited of
    them, or lies ready for them.
    """

    status: CaseStatus
    due_at: datetime | None
    awaited: frozenset[UUID] = frozenset()
    ready: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, case: Case, *, tasks: Iterable[Task], service_tasks: Iterable[ServiceTask]) -> "Standing":
        """How a case stands with these open tasks and service tasks."""
        flagged = [(task.flag, task.id) for task in tasks]
        supplements = {task.id for task in service_tasks if task.supplement_wanted is not None}
        return cls(
            status=case.status,
            due_at=case.due_at,
            awaited=frozenset(supplements | {id_ for flag, id_ in flagged if flag is Flag.AWAITING_CITIZEN}),
            ready=frozenset(id_ for flag, id_ in flagged if flag is Flag.READY_FOR_PICKUP),
        )

    @property
    def occasions(self) -> frozenset[Occasion]:
        """Everything that may be said of the case now."""
        if self.status.is_final:
            return frozenset({_ENDS[self.status]} if self.status in _ENDS else ())
        said = {Occasion.FILED, Occasion.TERM_EXTENDED}
        if self.awaited:
            said.add(Occasion.AWAITING_CITIZEN)
        if self.ready:
            said.add(Occasion.READY_FOR_PICKUP)
        return frozenset(said)


def news(before: Standing | None, after: Standing) -> Occasion | None:
    """The one thing that the citizen is told of a change; None if it does not concern them.

    `before` is None for a new case. Of several things it is the one that asks most of them: one act is never
    two messages.
    """
    found = _news(before, after)
    return next((occasion for occasion in Occasion if occasion in found), None)


def _news(before: Standing | None, after: Standing) -> set[Occasion]:
    if before is None:
        return set(after.occasions - {Occasion.TERM_EXTENDED})
    if after.status is not before.status and after.status.is_final:
        return set(after.occasions)
    found: set[Occasion] = set()
    if after.ready - before.ready:
        found.add(Occasion.READY_FOR_PICKUP)
    if after.awaited - before.awaited:
        found.add(Occasion.AWAITING_CITIZEN)
    if before.due_at and after.due_at and after.due_at > before.due_at:
        found.add(Occasion.TERM_EXTENDED)
    return found
