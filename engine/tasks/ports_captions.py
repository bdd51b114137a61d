"""What the engine needs from storage to caption a list: whose case it is, and what people are called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from engine.cases.model import CaseStatus, Flag


@dataclass(frozen=True, kw_only=True)
class Caption:
    """What a person needs to know of a case in a list.

    `applicant` is the full name; None where there is none, or where the asker may not know it. `expected_at`
    is that of the case.
    """

    branch_id: UUID
    version_id: UUID
    number: str
    applicant: str | None
    title: str
    title_en: str
    status: CaseStatus
    flags: frozenset[Flag]
    expected_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A person of a branch as a list of people names them."""

    username: str
    display_name: str
    roles: frozenset[str]


class CaptionReads(Protocol):
    """Captions of lists, each in one statement."""

    def captions(self, case_ids: Sequence[UUID]) -> Mapping[UUID, Caption]:
        """The caption of each case; cases that do not exist are left out."""

    def people(self, usernames: Sequence[str]) -> Mapping[str, str]:
        """Display names by user name; unknown ones are left out."""

    def at_work(self, branch_id: UUID, now: datetime) -> Sequence[Colleague]:
        """The active people of a branch whose work is not paused at `now`, by display name."""
