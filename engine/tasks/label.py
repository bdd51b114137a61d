"""engine.tasks.label."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.kernel.case_words import CaseStatus, Flag


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
