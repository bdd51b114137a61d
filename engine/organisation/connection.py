"""How an agency is connected: its keys, what was changed of its connection, and the calls that tried it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

MOST_KEYS = 3
"""Keys that sign at the same time: the present one, the next one, and one more for who was interrupted."""

_SHOWN = 12


def fingerprint_of(secret: str) -> str:
    """By what people tell the key of a secret from others: the beginning of its SHA-256, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()[:_SHOWN]


@dataclass(frozen=True, kw_only=True)
class AgencyKey:
    """A key of an agency; the secret itself is kept with the agency, and shown once.

    `added_at` is None for one that was there before keys were on record. From `ends_at` on it neither signs
    nor proves anything.
    """

    agency_id: UUID
    fingerprint: str
    added_at: datetime | None = None
    added_by: str | None = None
    ends_at: datetime | None = None
    ended_by: str | None = None

    def holds(self, at: datetime) -> bool:
        return self.ends_at is None or at < self.ends_at


@dataclass(frozen=True, kw_only=True)
class AgencyChange:
    """That somebody changed how an agency is connected; `what` is the word for it, kept for good."""

    id: UUID
    agency_id: UUID
    at: datetime
    by: str
    what: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Ping:
    """A call without personal data that tries an agency's endpoint; `result` is None until it was made."""

    id: UUID
    agency_id: UUID
    asked_at: datetime
    asked_by: str
    done_at: datetime | None = None
    result: str | None = None
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class AgencyFilter:
    """Which agencies: words of key or name, paused or not, by a topic, and `among` those ids."""

    text: str = ""
    is_paused: bool | None = None
    topic: str = ""
    among: frozenset[UUID] | None = None
