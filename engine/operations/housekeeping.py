"""Housekeeping: what the worker does on its own, again and again, harmless when done twice."""

from dataclasses import dataclass

from engine.cases import changeset_store
from engine.cases import store as cases_store
from engine.cases.changeset import CaseChangeset
from engine.context import Command, Transaction
from engine.kernel.vocabulary import Flag
from engine.messages import store as messages_store
from engine.operations import store as operations_store
from engine.operations import traffic_store
from engine.people import account_store, attempts_store
from engine.people.attempts import FORGOTTEN_AFTER


@dataclass(frozen=True, kw_only=True)
class MarkOverdue(Command[int]):
    """Flag up to `limit` open cases whose term is over."""

    limit: int = 100


def mark_overdue(command: MarkOverdue, transaction: Transaction) -> int:
    """How many cases were flagged."""
    case_ids = cases_store.overdue_cases(transaction.connection, transaction.now, command.limit)
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
    """Remove messages, idempotency keys, sessions and counts of attempts and requests whose time is over."""


def discard_expired(_command: DiscardExpired, transaction: Transaction) -> int:
    """How many were removed."""
    forgotten = transaction.now - FORGOTTEN_AFTER
    expired = messages_store.discard_expired(transaction.connection, transaction.now)
    ended = account_store.discard_ended(transaction.connection, forgotten)
    counted = attempts_store.discard_attempts(transaction.connection, forgotten)
    return expired + ended + counted + traffic_store.discard_buckets(transaction.connection, forgotten)


@dataclass(frozen=True, kw_only=True)
class Beat(Command[None]):
    """Say that a worker is alive."""

    worker: str


def beat(command: Beat, transaction: Transaction) -> None:
    """Note it."""
    operations_store.beat(transaction.connection, command.worker, transaction.now)
