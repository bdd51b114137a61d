"""A play: which files are played, and every act that was taken so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

KEPT: Final = timedelta(days=7)
"""How long a play is kept after the last act."""

MOST_ACTS: Final = 200
"""Acts of one play: as many as a scenario may have steps."""

MOST_PLAYS: Final = 20
"""Plays that one person keeps at a time."""

MOST_BYTES: Final = 200_000
"""Of the acts of one play, written as JSON."""


@dataclass(frozen=True, kw_only=True)
class KeptPlay:
    """A play as it is kept; it belongs to one person, and nobody else sees it.

    It is of a stored version, or of the files in `archive` (a zip): one of `version_number` and `archive` is
    None. Each of the `acts` is one step as a scenario file writes it; the first one is `{"begin": <who comes,
    as `given` in a scenario file>}`. `changes` counts how often it was changed, and guards it.
    """

    id: UUID
    user_id: UUID
    procedure_key: str
    version_number: int | None
    archive: bytes | None
    acts: tuple[Mapping[str, Any], ...]
    changes: int
    begun_at: datetime
    expires_at: datetime
