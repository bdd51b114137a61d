"""A draft of a procedure while it is drawn: its files, each with the revision in which it last changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

MOST_FILES: Final = 200
"""Files of one draft: as many as an archive may hold."""

MOST_BYTES: Final = 1_000_000
"""Of one file."""

HERE_FOR: Final = timedelta(seconds=30)
"""How long somebody is in a draft after their browser last said so."""


class ChangeKind(StrEnum):
    """What was done to a draft."""

    BEGUN = "begun"
    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"
    LAID_ASIDE = "laid_aside"
    SUBMITTED = "submitted"


@dataclass(frozen=True, kw_only=True)
class StudioDraft:
    """A draft; everybody who draws procedures may work on it.

    `revision` counts what was done to it. `based_on` is the number of the version that it was copied from,
    `submitted_as` that of the version that was last submitted from it.
    """

    id: UUID
    procedure_key: str
    title: str
    title_en: str
    based_on: int | None
    revision: int
    begun_at: datetime
    begun_by: str
    changed_at: datetime
    changed_by: str
    submitted_as: int | None = None


@dataclass(frozen=True, kw_only=True)
class StudioFile:
    """A file of a draft; `revision` is that of the draft when it was last changed, by `changed_by`."""

    name: str
    content: bytes
    revision: int
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, kw_only=True)
class DraftChange:
    """A line of what was done to a draft; `number` is the revision that it led to."""

    number: int
    kind: ChangeKind
    file: str | None
    actor_id: UUID
    actor_name: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class LaidAside:
    """A text that lost against another one of the same file; it was written on the revision `made_on`."""

    id: UUID
    file: str
    content: bytes
    made_on: int
    author_id: UUID | None
    author_name: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Present:
    """Somebody who is in a draft, and the file that they look at; None for the draft as a whole."""

    user_id: UUID
    name: str
    file: str | None
    seen_at: datetime
