"""Messages between the outside and waiting cases, and the subscriptions that wait for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A case that waits for a message of that name and correlation key (empty where none is given)."""

    id: UUID
    case_id: UUID
    token: UUID
    element_id: str
    message: str
    correlation_key: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message that no case waited for yet; kept until `expires_at`, delivered once."""

    id: UUID
    name: str
    correlation_key: str
    created_at: datetime
    expires_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
