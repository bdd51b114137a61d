"""What the engine needs from storage for the list of requests that wait for one agency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from engine.service_tasks.model import ServiceTask

if TYPE_CHECKING:
    from engine.ports_reads import Page, Slice


@dataclass(frozen=True, kw_only=True)
class RequestFilter:
    """Which open service tasks of an agency; None asks for no restriction.

    `number` is any part of the case's number, in digits and hyphens. `awaits_citizen` keeps those for which a
    supplement was asked and not brought yet, or all others.
    """

    number: str | None = None
    procedure: str | None = None
    awaits_citizen: bool | None = None
    newest_first: bool = False


class RequestReads(Protocol):
    """Questions about what waits for an agency."""

    def requests(self, wanted: RequestFilter, *, agency_id: UUID, part: Slice) -> Page[ServiceTask]:
        """Open service tasks of the agency, oldest first unless the filter says otherwise."""

    def count(self, wanted: RequestFilter, *, agency_id: UUID) -> int:
        """How many there are; `COUNTED_TO` means so many or more."""

    def procedures(self, agency_id: UUID) -> Sequence[str]:
        """The keys of the procedures that the agency is asked in, as the oldest `COUNTED_TO` tell."""

    def versions(self, case_ids: Sequence[UUID]) -> Mapping[UUID, UUID]:
        """The procedure version of each case; cases that do not exist are left out."""
