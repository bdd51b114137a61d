"""What the engine needs from storage to say how deliveries to agencies fare."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class FailingAgency:
    """An agency that could not be reached: `key` is its own, `disabled_at` when it asked for nothing more.

    `to_be_retried` counts the deliveries that failed and will be tried again, the next one at `next_at`;
    `given_up` those that will not, until a person sends them again. `error` is what stood in the way of one
    of them.
    """

    key: str
    name: str
    name_en: str
    disabled_at: datetime | None
    to_be_retried: int
    given_up: int
    next_at: datetime | None
    error: str


class DeliveryReads(Protocol):
    """Questions about deliveries."""

    def failing(self) -> Sequence[FailingAgency]:
        """The agencies with deliveries that failed, most failures first, then by key."""

    def given_up(self, agency_key: str, *, limit: int) -> Sequence[UUID]:
        """Up to `limit` jobs for an agency that were given up, oldest first."""
