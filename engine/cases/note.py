"""Notes: what the people of a branch write to one another about a case."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.kernel.refusal import Invalid

LONGEST = 4000
"""Characters."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """One note; it is never changed. The text may be personal, and never stands in the journal."""

    id: UUID
    case_id: UUID
    author_id: UUID | None
    author_name: str
    written_at: datetime
    text: str


def accepted_text(text: str) -> str:
    """The text without surrounding space; `Invalid` if there is none or it is too long."""
    words = text.strip()
    if not words:
        raise Invalid.field("text", "a note needs a text")
    if len(words) > LONGEST:
        raise Invalid.field("text", f"expected at most {LONGEST} characters, found {len(words)}")
    return words
