"""The notices of a case under change: what its citizen is told of it, and what is no longer told."""

from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class NoticeChanges:
    """What becomes of a case's notices: some occasions are over, some notices are new."""

    over: frozenset[Occasion] = frozenset()
    new: tuple[Notice, ...] = ()

    def save(self, case: Case, transaction: Transaction) -> None:
        """Write what has changed; the case is there by then."""
        if self.over:
            notices_store.drop_notices(transaction.connection, case.id, self.over, transaction.now)
        if self.new:
            notices_store.add_notices(transaction.connection, self.new)


def notice_changes(
    transaction: Transaction, before: CaseWithWork | None, after: CaseWithWork
) -> NoticeChanges:
    """The new notices, one for each way to the citizen: the case has come to stand as in `after`.

    Those that still wait and say what is no longer so, or the same as a new one, are dropped. `before` is
    None for a new case.
    """
    channels = _channels(after.case, transaction)
    if not channels:
        return NoticeChanges()
    stood = standing_of(before) if before is not None else None
    stands = standing_of(after)
    occasion = news(stood, stands)
    new = [_notice(after.case, channel, occasion, transaction) for channel in channels if occasion]
    over = stood.occasions - stands.occasions if stood is not None else frozenset()
    if stood is not None and occasion:
        over |= {occasion}
    return NoticeChanges(over=over, new=tuple(new))


def _channels(case: Case, transaction: Transaction) -> list[NoticeChannel]:
    there = transaction.noticing.channels
    return [channel for channel in NoticeChannel if channel in there and address_of(case.notify, channel)]


def _notice(case: Case, channel: NoticeChannel, occasion: Occasion, transaction: Transaction) -> Notice:
    return Notice(
        id=transaction.new_id(),
        case_id=case.id,
        channel=channel,
        occasion=occasion,
        created_at=transaction.now,
    )


def standing_of(found: CaseWithWork) -> Standing:
    """How a case stands towards its citizen."""
    return Standing.of(found.case, tasks=found.tasks, service_tasks=found.service_tasks)
