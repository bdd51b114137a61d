"""The words that a case is described by: its status, its flags, the channel it came through."""

from enum import StrEnum


class CaseStatus(StrEnum):
    """The few legal statuses of a case."""

    OPEN = "open"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def is_final(self) -> bool:
        """Whether nothing happens in the case any more."""
        return self not in (CaseStatus.OPEN, CaseStatus.SUSPENDED)


class Flag(StrEnum):
    """Temporary marks on a case, several at a time."""

    AWAITING_CITIZEN = "awaiting_citizen"
    AWAITING_AGENCY = "awaiting_agency"
    OVERDUE = "overdue"
    STUCK = "stuck"
    READY_FOR_PICKUP = "ready_for_pickup"
    APPEALED = "appealed"


class Channel(StrEnum):
    """How the citizen came."""

    COUNTER = "counter"
    PHONE = "phone"
    WEB = "web"
    VIDEO = "video"
    POST = "post"
