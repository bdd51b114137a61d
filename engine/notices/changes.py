"""The notices of a case under change: what its citizen is told of it, and what is no longer told."""

from typing import Protocol

from engine.cases.model import Case
from engine.context import Transaction
from engine.kernel.noticing import NoticeChannel
from engine.notices import store as notices_store
from engine.notices.model import Notice, Occasion, Standing, address_of, news
from engine.service_tasks.model import ServiceTask
from engine.tasks.model import Task


class CaseWithWork(Protocol):
    """A case with what is open in it."""

    @property
    def case(self) -> Case:
        """The case."""

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Its open tasks."""

    @property
    def service_tasks(self) -> tuple[ServiceTask, ...]:
        """Its open service tasks."""


class NoticeChanges:
    """What becomes of a case's notices; nothing is read or written for a citizen who is not told anything."""

    def __init__(self, transaction: Transaction, before: CaseWithWork, *, is_new: bool) -> None:
        self._transaction = transaction
        self._locked = None if is_new else before
        self._over: frozenset[Occasion] = frozenset()
        self._new: tuple[Notice, ...] = ()

    def follow(self, after: CaseWithWork) -> tuple[Notice, ...]:
        """The new notices, one for each way to the citizen: the case has come to stand as in `after`.

        Those that still wait and say what is no longer so, or the same as a new one, are dropped.
        """
        channels = self._channels(after.case)
        if not channels:
            return ()
        stood = standing_of(self._locked) if self._locked is not None else None
        stands = standing_of(after)
        detail = news(stood, stands)
        if stood is not None:
            self._over = (stood.occasions - stands.occasions) | ({detail} if detail else frozenset())
        self._new = tuple(self._notice(after.case, channel, detail) for channel in channels if detail)
        return self._new

    def save(self, case: Case) -> None:
        """Write what has changed; the case is there by then."""
        if self._over:
            notices_store.drop_notices(
                self._transaction.connection, case.id, self._over, self._transaction.now
            )
        if self._new:
            notices_store.add_notices(self._transaction.connection, self._new)

    def _channels(self, case: Case) -> list[NoticeChannel]:
        there = self._transaction.noticing.channels
        return [channel for channel in NoticeChannel if channel in there and address_of(case.notify, channel)]

    def _notice(self, case: Case, channel: NoticeChannel, occasion: Occasion) -> Notice:
        return Notice(
            id=self._transaction.new_id(),
            case_id=case.id,
            channel=channel,
            occasion=occasion,
            created_at=self._transaction.now,
        )


def standing_of(found: CaseWithWork) -> Standing:
    """How a case stands towards its citizen."""
    return Standing.of(found.case, tasks=found.tasks, service_tasks=found.service_tasks)
