"""A notice: a message that tells a citizen, on the telephone or by e-mail, how their case stands."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from engine.cases.model import Case, Notify
from engine.kernel.noticing import NoticeChannel
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.service_tasks.model import ServiceTask
from engine.tasks.model import Task

_SHOWN_OF_NUMBER = 3
"""Digits; enough for a citizen to recognise their own number, and too few for anybody else."""


class Occasion(StrEnum):
    """What a citizen is told of, what asks most of them first."""

    COMPLETED = "completed"
    REJECTED = "rejected"
    READY_FOR_PICKUP = "ready_for_pickup"
    AWAITING_CITIZEN = "awaiting_citizen"
    TERM_EXTENDED = "term_extended"
    FILED = "filed"


class NoticeState(StrEnum):
    """The life of a notice."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"
    """What it was to tell was no longer so before it could be sent."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A message about a case. Whom it goes to and what it says are known when it is sent, and not kept.

    `attempts` counts those that were made. `settled_at` is when it ceased to wait. `last_error` is a sentence
    without personal data.
    """

    id: UUID
    case_id: UUID
    channel: NoticeChannel
    occasion: Occasion
    created_at: datetime
    state: NoticeState = NoticeState.WAITING
    attempts: int = 0
    settled_at: datetime | None = None
    last_error: str | None = None

    @property
    def may_be_sent(self) -> bool:
        """Whether it was neither sent nor dropped; one that was given up may be tried anew."""
        return self.state in (NoticeState.WAITING, NoticeState.GIVEN_UP)

    def sent(self, at: datetime, *, attempts: int) -> "Notice":
        """The notice after the attempt that reached the citizen's provider."""
        return replace(self, state=NoticeState.SENT, settled_at=at, attempts=attempts, last_error=None)

    def failed(self, error: str, *, attempts: int) -> "Notice":
        """The notice after an attempt in vain; it goes on as it was."""
        return replace(self, attempts=attempts, last_error=error)

    def given_up(self, at: datetime, *, error: str, attempts: int) -> "Notice":
        """The notice after the last attempt in vain."""
        return replace(self.failed(error, attempts=attempts), state=NoticeState.GIVEN_UP, settled_at=at)

    def dropped(self, at: datetime) -> "Notice":
        """The notice that nobody needs any more."""
        return replace(self, state=NoticeState.DROPPED, settled_at=at)


def address_of(notify: Notify, channel: NoticeChannel) -> str | None:
    """The number or address at which a citizen is told on that way; None if they did not agree to it."""
    return {NoticeChannel.SMS: notify.sms, NoticeChannel.EMAIL: notify.email}[channel]


def masked(address: str) -> str:
    """A number or address as others may see it: `•••321`, `e•••@example.org`."""
    name, at, host = address.partition("@")
    return f"{name[:1]}•••@{host}" if at else f"•••{address[-_SHOWN_OF_NUMBER:]}"


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
    if before.due_at and after.due_at and after.due_at != before.due_at:
        found.add(Occasion.TERM_EXTENDED)
    return found
