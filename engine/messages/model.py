"""Messages and signals, and the subscriptions of the cases that wait for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from engine.kernel.senders import Entries, Sender


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
