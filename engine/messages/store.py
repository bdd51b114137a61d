"""Kept messages, and the subscriptions that wait for a message or a signal.

A message and a case that begins to wait for it must not pass each other unseen. On PostgreSQL, whoever
looks for a subscription or for a kept message therefore takes an advisory lock on the name and key until
the end of the transaction.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table
from sqlalchemy.engine import Connection

from engine.cases.changeset_store import LockedCase, lock_case
from engine.cases.store import cases
from engine.kernel.permission import right_to_send
from engine.kernel.senders import Receiver, Sender
from engine.kernel.vocabulary import CaseStatus
from engine.messages.model import Message, Subscription, SubscriptionKind
from engine.messages.subscription_store import subscription_of, subscriptions
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.idempotency import idempotency_keys
from engine.storage.statements import Row, Values, literal
from engine.storage.types import UtcDateTime

messages = Table(
    "messages",
    metadata,
    columns.identifier(),
    columns.text("name"),
    columns.text("correlation_key"),
    columns.moment("created_at"),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    columns.json("data"),
    columns.json("sender", optional=True),
)
Index(
    "ix_messages_oldest",
    messages.c.name,
    messages.c.correlation_key,
    messages.c.created_at,
    messages.c.id,
)


_NAME = sa.bindparam("name", type_=messages.c.name.type)
_KEY = sa.bindparam("correlation_key", type_=messages.c.correlation_key.type)
_NOW = sa.bindparam("now", type_=messages.c.expires_at.type)

_MEETING_PLACE = sa.text(
    "SELECT pg_advisory_xact_lock(hashtextextended(:name || chr(31) || :correlation_key, 0))"
)
_AT_A_TIME = 50
"""How many waiting cases or kept messages are read at a time: the first is nearly always the right one."""


def _after(table: sa.Table) -> sa.ColumnElement[bool]:
    moment = sa.bindparam("after_at", type_=table.c.created_at.type)
    return sa.tuple_(table.c.created_at, table.c.id) > sa.tuple_(
        moment, sa.bindparam("after_id", type_=sa.Uuid())
    )


_WAITING = (
    sa.select(*subscriptions.c, cases.c.branch_id, cases.c.procedure_key)
    .join(cases, cases.c.id == subscriptions.c.case_id)
    .where(
        subscriptions.c.message == _NAME,
        subscriptions.c.correlation_key == _KEY,
        subscriptions.c.kind == literal(SubscriptionKind.MESSAGE),
        cases.c.status == literal(CaseStatus.OPEN),
        _after(subscriptions),
    )
    .order_by(subscriptions.c.created_at, subscriptions.c.id)
    .limit(_AT_A_TIME)
)
_FIRST_AWAITING_SIGNAL = (
    sa.select(*subscriptions.c)
    .where(
        subscriptions.c.message == _NAME,
        subscriptions.c.kind == literal(SubscriptionKind.SIGNAL),
        subscriptions.c.id > sa.bindparam("after", type_=sa.Uuid()),
        subscriptions.c.created_at < sa.bindparam("before", type_=subscriptions.c.created_at.type),
        subscriptions.c.case_id != sa.bindparam("thrown_by", type_=sa.Uuid()),
    )
    .order_by(subscriptions.c.id)
    .limit(1)
)
_NOBODY = UUID(int=0)
"""Comes before every id, and is none."""
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)

_STILL_WAITS = sa.select(sa.literal(1)).where(subscriptions.c.id == sa.bindparam("id", type_=sa.Uuid()))
_KEPT = (
    sa.select(messages.c.id, messages.c.created_at, messages.c.sender)
    .where(
        messages.c.name == _NAME,
        messages.c.correlation_key == _KEY,
        messages.c.expires_at > _NOW,
        messages.c.sender.is_not(None),
        _after(messages),
    )
    .order_by(messages.c.created_at, messages.c.id)
    .limit(_AT_A_TIME)
)
_TAKE = (
    messages.delete()
    .where(messages.c.id == sa.bindparam("id", type_=sa.Uuid()))
    .returning(*(column for column in messages.c if column.name != "sender"))
)
_DISCARD_MESSAGES = messages.delete().where(messages.c.expires_at <= _NOW)
_DISCARD_KEYS = idempotency_keys.delete().where(idempotency_keys.c.until <= _NOW)


def lock_awaiting_case(
    connection: Connection, message: str, correlation_key: str, sender: Sender
) -> tuple[Subscription, LockedCase] | None:
    """The oldest subscription that takes that message from the sender, in an open case, which is locked.

    None if no open case waits for it from there. Until this transaction ends nobody else looks for that name
    and key, here or in `take_message`: so a message that is then kept, and a case that begins to wait for
    it, never pass each other unseen.
    """
    wanted = {"name": message, "correlation_key": correlation_key}
    _meet(connection, wanted)
    for row in _oldest_first(connection, _WAITING, wanted):
        subscription = subscription_of(row)
        receiver = Receiver(
            procedure_key=row.procedure_key,
            senders=subscription.senders,
            case_id=subscription.case_id,
            branch_id=row.branch_id,
        )
        if right_to_send(sender, receiver) is None:
            continue
        locked = lock_case(connection, subscription.case_id)
        # While the lock was waited for, a colleague may have closed the case or what waited: then the next.
        if locked and locked.case.status is CaseStatus.OPEN and _still_waits(connection, subscription):
            return subscription, locked
    return None


def lock_case_awaiting_signal(
    connection: Connection, signal: str, *, after: UUID | None, before: datetime, thrown_by: UUID | None
) -> tuple[Subscription, LockedCase] | None:
    """The first subscription to that signal, by id, opened before `before`, with its case locked.

    None if there is none whose id follows `after`. The case `thrown_by` has had its own signal already.
    A suspended case counts: a signal is not kept, so who rests would miss it.
    """
    wanted = {"name": signal, "before": before, "thrown_by": thrown_by or _NOBODY}
    reached = after or _NOBODY
    while row := connection.execute(_FIRST_AWAITING_SIGNAL, {**wanted, "after": reached}).one_or_none():
        subscription = subscription_of(row)
        locked = lock_case(connection, subscription.case_id)
        # Who waited for the lock looks again: the case may have moved on meanwhile.
        if locked and _still_waits(connection, subscription):
            return subscription, locked
        reached = subscription.id
    return None


def keep_message(connection: Connection, message: Message) -> None:
    """Keep a message that nobody waits for yet."""
    sender = message.sender.as_json() if message.sender else None
    connection.execute(messages.insert(), {**message.__dict__, "sender": sender})


def take_message(
    connection: Connection, name: str, correlation_key: str, *, receiver: Receiver, now: datetime
) -> Message | None:
    """Take out the oldest kept message that has not expired and whose sender may send it to the receiver.

    Nobody else gets it. None if there is none.
    """
    wanted = {"name": name, "correlation_key": correlation_key}
    _meet(connection, wanted)
    for kept in _oldest_first(connection, _KEPT, {**wanted, "now": now}):
        sender = Sender.from_json(kept.sender)
        if right_to_send(sender, receiver) is None:
            continue
        row = connection.execute(_TAKE, {"id": kept.id}).one_or_none()
        if row is not None:
            return Message(**row._asdict(), sender=sender)
    return None


def discard_expired(connection: Connection, now: datetime) -> int:
    """Remove messages and idempotency keys whose time is over, and say how many."""
    discarded = connection.execute(_DISCARD_MESSAGES, {"now": now}).rowcount
    return discarded + connection.execute(_DISCARD_KEYS, {"now": now}).rowcount


def _oldest_first(connection: Connection, statement: sa.Select[Any], wanted: Values) -> Iterator[Row]:
    """The rows of a statement for `_AT_A_TIME` of them, all of them in the end, read as they are needed."""
    after = {"after_at": _BEFORE_ALL, "after_id": _NOBODY}
    while rows := connection.execute(statement, {**wanted, **after}).all():
        yield from rows
        if len(rows) < _AT_A_TIME:
            return
        after = {"after_at": rows[-1].created_at, "after_id": rows[-1].id}


def _meet(connection: Connection, wanted: dict[str, str]) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(_MEETING_PLACE, wanted)


def _still_waits(connection: Connection, subscription: Subscription) -> bool:
    return connection.execute(_STILL_WAITS, {"id": subscription.id}).one_or_none() is not None
