"""Messages and signals, and the subscriptions of the cases that wait for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from engine.cases.model import Case
from engine.kernel.permission import right_to_send
from engine.kernel.senders import Entries, Receiver, Sender


class SubscriptionKind(StrEnum):
    """What is waited for: a message reaches one case, a signal every case that waits."""

    MESSAGE = "message"
    SIGNAL = "signal"


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A case that waits for a message or signal; `message` is its name.

    `correlation_key` is what a message must bring, empty where none is given and for signals. `senders` is
    from whom the diagram takes the message, None where it does not say and for signals.
    """

    id: UUID
    case_id: UUID
    token: UUID
    element_id: str
    message: str
    correlation_key: str
    created_at: datetime
    kind: SubscriptionKind = SubscriptionKind.MESSAGE
    senders: Entries | None = None


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message that no case waited for yet; kept until `expires_at`, delivered once.

    `sender` is None where an earlier version kept it: then no case takes it.
    """

    id: UUID
    name: str
    correlation_key: str
    created_at: datetime
    expires_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    sender: Sender | None = None


def receiver_of(case: Case, subscription: Subscription) -> Receiver:
    """What decides who may send a message for which the case waits."""
    return Receiver(
        procedure_key=case.procedure_key,
        senders=subscription.senders,
        case_id=case.id,
        branch_id=case.branch_id,
    )


def receipt_line(
    case: Case, subscription: Subscription, sender: Sender | None, sent_at: datetime | None
) -> tuple[str, Mapping[str, Any]]:
    """What the journal says of a message or signal that has arrived, `sent_at` for one that was kept."""
    kind = subscription.kind.value
    detail: dict[str, Any] = {kind: subscription.message, "element": subscription.element_id}
    if sender is not None:
        detail["from"] = right_to_send(sender, receiver_of(case, subscription))
    if sent_at is not None:
        detail["sent_at"] = sent_at.isoformat()
    return f"{kind}_received", detail
