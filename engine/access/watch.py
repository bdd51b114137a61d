"""Watching over reading: who reads unusually much is to be looked into, and what is too old is removed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from engine.access import store as access_store
from engine.access.model import AccessRules, Concern, ConcernKind, ReaderTotals
from engine.context import Command, Transaction
from engine.kernel.actor import ActorKind
from engine.kernel.refusal import NotPermitted

WINDOW = timedelta(hours=1)
"""The time in which reading is counted."""


@dataclass(frozen=True, kw_only=True)
class WatchReading(Command[int]):
    """Raise a concern about everybody who has read more than is usual within the last hour."""

    rules: AccessRules = field(default_factory=AccessRules)


def watch_reading(command: WatchReading, transaction: Transaction) -> int:
    """How many concerns were raised; one reader raises one of a kind in an hour of the clock."""
    _require_system(transaction)
    connection, now = transaction.connection, transaction.now
    unusual = [
        (totals, kind, count)
        for totals in access_store.totals_since(connection, now - WINDOW)
        for kind, count in _too_much(totals, command.rules)
    ]
    return sum(
        access_store.raise_concern(
            connection,
            Concern(
                id=transaction.new_id(),
                kind=kind,
                at=now,
                reader_kind=totals.reader_kind,
                reader=totals.reader,
                branch_code=totals.branch_code,
                count=count,
            ),
            once=f"{kind} {totals.reader_kind}:{totals.reader} {now:%Y-%m-%dT%H}",
        )
        for totals, kind, count in unusual
    )


@dataclass(frozen=True, kw_only=True)
class DiscardAccess(Command[int]):
    """Remove up to `limit` records that are older than they are kept, and old concerns that were reviewed."""

    kept: timedelta
    limit: int = 5000


def discard_access(command: DiscardAccess, transaction: Transaction) -> int:
    """How many records were removed."""
    _require_system(transaction)
    return access_store.discard(transaction.connection, transaction.now - command.kept, limit=command.limit)


def _too_much(totals: ReaderTotals, rules: AccessRules) -> Iterator[tuple[ConcernKind, int]]:
    if totals.cases > rules.cases:
        yield ConcernKind.MANY_CASES, totals.cases
    if totals.people > rules.people:
        yield ConcernKind.MANY_LISTED, totals.people


def _require_system(transaction: Transaction) -> None:
    if transaction.actor.kind is not ActorKind.SYSTEM:
        raise NotPermitted("Only the system itself watches over reading.")
