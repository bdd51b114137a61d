"""What cases wait for, messages and signals, in the database."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.engine import Connection

from engine.kernel.senders import read_entries, written_entries
from engine.messages.model import Subscription, SubscriptionKind
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.statements import Row, Values

subscriptions = Table(
    "subscriptions",
    metadata,
    columns.identifier(),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("token", sa.Uuid, nullable=False),
    columns.text("element_id"),
    columns.text("message"),
    columns.text("correlation_key"),
    columns.moment("created_at"),
    columns.text("kind"),
    columns.text("senders", optional=True),
    sa.UniqueConstraint("case_id", "token"),
    columns.one_of("kind", SubscriptionKind),
)
columns.partial_index(
    "ix_subscriptions_oldest",
    [
        subscriptions.c.message,
        subscriptions.c.correlation_key,
        subscriptions.c.created_at,
        subscriptions.c.id,
    ],
    "kind = 'message'",
)
columns.partial_index(
    "ix_subscriptions_signal", [subscriptions.c.message, subscriptions.c.id], "kind = 'signal'"
)


_OF_CASE = (
    sa.select(*subscriptions.c)
    .where(subscriptions.c.case_id == sa.bindparam("case_id", type_=sa.Uuid()))
    .order_by(subscriptions.c.created_at, subscriptions.c.id)
)


def subscriptions_of(connection: Connection, case_id: UUID) -> Sequence[Subscription]:
    """What the case waits for, messages and signals, oldest first."""
    return [subscription_of(row) for row in connection.execute(_OF_CASE, {"case_id": case_id})]


def subscription_row(subscription: Subscription) -> Values:
    """The columns of a subscription."""
    return {
        **subscription.__dict__,
        "kind": subscription.kind.value,
        "senders": written_entries(subscription.senders),
    }


def subscription_of(row: Row) -> Subscription:
    """The subscription of a row with every column."""
    columns = {column.name: getattr(row, column.name) for column in subscriptions.c}
    return Subscription(
        **{**columns, "kind": SubscriptionKind(row.kind), "senders": read_entries(row.senders)}
    )
