"""Housekeeping: what the worker does on its own, again and again, harmless when done twice."""

from dataclasses import dataclass
from uuid import UUID

from engine.case_migration import store as migration_store
from engine.cases import changeset_store, compaction_store, due_store
from engine.cases.changeset import CaseChangeset
from engine.context import Command, Transaction
from engine.kernel.vocabulary import Flag
from engine.messages import store as messages_store
from engine.operations import store as operations_store
from engine.operations import traffic_store
from engine.people import account_store, attempts_store
from engine.people.attempts import FORGOTTEN_AFTER
from engine.plays import store as plays_store
from engine.runtime.closed_snapshots import compacted

_FORGOTTEN_AT_ONCE = 500
"""Cases."""


@dataclass(frozen=True, kw_only=True)
class MarkOverdue(Command[int]):
    """Flag up to `limit` open cases whose term is over."""

    limit: int = 100


def mark_overdue(command: MarkOverdue, transaction: Transaction) -> int:
    """How many cases were flagged."""
    case_ids = due_store.overdue_cases(transaction.connection, transaction.now, command.limit)
    for case_id in sorted(case_ids):
        locked = changeset_store.lock_case(transaction.connection, case_id)
        if locked is None or locked.case.status.is_final or Flag.OVERDUE in locked.case.flags:
            continue
        changeset = CaseChangeset(transaction, locked)
        changeset.case = changeset.case.flagged(Flag.OVERDUE, wanted=True)
        changeset.record("case_overdue")
        changeset.save()
    return len(case_ids)


@dataclass(frozen=True, kw_only=True)
class DiscardExpired(Command[int]):
    """Remove messages, idempotency keys, sessions, plays and counts of requests whose time is over.

    Of cases that were taken to another version and are closed by now, what was kept to take them back, too.
    """


def discard_expired(_command: DiscardExpired, transaction: Transaction) -> int:
    """How many were removed."""
    forgotten = transaction.now - FORGOTTEN_AFTER
    expired = messages_store.discard_expired(transaction.connection, transaction.now)
    ended = account_store.discard_ended(transaction.connection, forgotten)
    counted = attempts_store.discard_attempts(transaction.connection, forgotten)
    played = plays_store.discard_expired(transaction.connection, transaction.now)
    kept = migration_store.forget_closed(transaction.connection, limit=_FORGOTTEN_AT_ONCE)
    waned = traffic_store.discard_buckets(transaction.connection, forgotten)
    return kept + expired + ended + counted + played + waned


@dataclass(frozen=True, kw_only=True)
class BeginCompaction(Command[None]):
    """Go through all cases once more, to compact what is still kept at length of those that have ended."""


def begin_compaction(_command: BeginCompaction, transaction: Transaction) -> None:
    """From the oldest case on."""
    compaction_store.save_progress(transaction.connection, compaction_store.BEGINNING)


@dataclass(frozen=True, kw_only=True)
class Compacted:
    """What one batch did: the closed cases that became smaller, and the bytes that their snapshots gave up.

    `is_last` says that no case is left, or that somebody else goes on.
    """

    cases: int
    saved: int
    is_last: bool


@dataclass(frozen=True, kw_only=True)
class CompactClosed(Command[Compacted]):
    """Compact the snapshots of the closed cases among the next `limit`, after the last that was done.

    A case is compacted when it ends; an earlier version left its snapshot as it was.
    """

    limit: int = 500


def compact_closed(command: CompactClosed, transaction: Transaction) -> Compacted:
    """What was done; it is kept, so that whoever goes on begins after it."""
    connection = transaction.connection
    after = compaction_store.lock_progress(connection)
    if after is None:
        return Compacted(cases=0, saved=0, is_last=True)
    batch = compaction_store.following(connection, after, limit=command.limit)
    smaller: dict[UUID, bytes] = {}
    saved = 0
    if batch:
        for case_id, snapshot in compaction_store.lock_snapshots(
            connection, after=after, last=batch[-1]
        ).items():
            kept = compacted(snapshot)
            if kept is not snapshot:
                smaller[case_id] = kept
                saved += len(snapshot) - len(kept)
    compaction_store.write_snapshots(connection, smaller)
    is_last = len(batch) < command.limit
    if is_last:
        compaction_store.end_progress(connection)
    else:
        compaction_store.save_progress(connection, batch[-1])
    return Compacted(cases=len(smaller), saved=saved, is_last=is_last)


@dataclass(frozen=True, kw_only=True)
class Beat(Command[None]):
    """Say that a worker is alive."""

    worker: str


def beat(command: Beat, transaction: Transaction) -> None:
    """Note it."""
    operations_store.beat(transaction.connection, command.worker, transaction.now)
