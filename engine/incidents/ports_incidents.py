"""What the engine needs from storage to keep incidents: open until their case has moved on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from engine.incidents.model import Cause, Incident
from engine.kernel.permission import Sight

if TYPE_CHECKING:
    from engine.ports_reads import Page, Slice


class IncidentWork(Protocol):
    """Incidents in a unit of work; their case is locked by then."""

    def add(self, incident: Incident) -> None:
        """Write a new incident."""

    def save(self, incident: Incident) -> None:
        """Write a changed incident."""

    def incident(self, incident_id: UUID) -> Incident | None:
        """One incident, not locked: who wants to change it locks its case, and looks again."""

    def open_in(self, case_id: UUID) -> Sequence[Incident]:
        """The open incidents of a case, oldest first."""


@dataclass(frozen=True, kw_only=True)
class IncidentFilter:
    """Which incidents; None asks for no restriction.

    `agency` is the key of the agency whose answer it was that could not be taken.
    """

    is_open: bool | None = True
    code: str | None = None
    procedure: str | None = None
    case_id: UUID | None = None
    cause: Cause | None = None
    agency: str | None = None


@dataclass(frozen=True, kw_only=True)
class IncidentGroup:
    """The incidents of one cause: how many there are, since when, and one of them."""

    cause: Cause
    procedure_key: str
    count: int
    oldest_at: datetime
    newest_at: datetime
    one_of_them: UUID


class IncidentReads(Protocol):
    """Questions about incidents."""

    def incident(self, incident_id: UUID) -> Incident | None:
        """One incident."""

    def open_in(self, case_id: UUID) -> Sequence[Incident]:
        """The open incidents of a case, oldest first."""

    def incidents(self, wanted: IncidentFilter, *, sight: Sight, part: Slice) -> Page[Incident]:
        """Incidents of the cases in sight, newest first."""

    def groups(self, wanted: IncidentFilter, *, sight: Sight, part: Slice) -> Page[IncidentGroup]:
        """The causes of the incidents of the cases in sight; the one that struck last is first."""

    def count(self, wanted: IncidentFilter, *, sight: Sight) -> int:
        """How many incidents of the cases in sight there are."""

    def longest_untried(self, wanted: IncidentFilter, *, sight: Sight, limit: int) -> Sequence[UUID]:
        """Up to `limit` incidents of the cases in sight, those first whose last attempt is longest ago."""
