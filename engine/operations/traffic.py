"""Requests from outside: how many somebody may send, counted for all processes, and signs of a proxy."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from engine.context import Command, QueryContext, Transaction
from engine.kernel.permission import require_operates, require_system
from engine.operations import traffic_store
from engine.operations.model import Bucket


@dataclass(frozen=True, kw_only=True)
class RequestsLeft:
    """Whole requests that a caller has left, or the seconds until the next where this one is refused."""

    remaining: int
    retry_after: int


@dataclass(frozen=True, kw_only=True)
class CountRequest(Command[RequestsLeft]):
    """Count a request of somebody who proves nothing yet, together with all processes on all machines.

    `caller` says for what and from where; only a digest of it is kept, for a day.
    """

    caller: str
    per_minute: int


def count_request(command: CountRequest, transaction: Transaction) -> RequestsLeft:
    """What is left after it; nothing is taken from an empty bucket."""
    require_system(transaction.actor)
    digest = hashlib.sha256(command.caller.encode()).digest()
    now, limit = transaction.now.timestamp(), command.per_minute
    full = Bucket(level=float(limit), since=now)
    found = traffic_store.lock_bucket(transaction.connection, digest, full)
    bucket, wait = found.taken_from(now, per_minute=limit)
    traffic_store.save_bucket(transaction.connection, digest, bucket)
    return RequestsLeft(remaining=int(bucket.level), retry_after=wait)


@dataclass(frozen=True, kw_only=True)
class NoteUntrustedProxy(Command[None]):
    """Note that requests come over a proxy while none is trusted, so that all callers seem to be one."""


def note_untrusted_proxy(_command: NoteUntrustedProxy, transaction: Transaction) -> None:
    """Note the moment; the last one counts."""
    require_system(transaction.actor)
    traffic_store.note_proxy(transaction.connection, transaction.now)


@dataclass(frozen=True, kw_only=True)
class UntrustedProxySeen:
    """When a request came last over a proxy that is not trusted."""

    def answer(self, context: QueryContext) -> datetime | None:
        """The moment, within some minutes; None if none ever came."""
        require_operates(context.actor)
        return traffic_store.proxy_seen(context.connection)
