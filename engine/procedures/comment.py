"""A comment on a version, with what it is about and whether it is settled."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Comment:
    """One comment; an answer has the `thread_id` of the comment that began the thread, and its place.

    Its text is never changed. What began a thread is open until `resolved_at`.
    """

    id: UUID
    version_id: UUID
    thread_id: UUID | None
    file: str | None
    line: int | None
    element_id: str | None
    author_id: UUID | None
    author_name: str
    written_at: datetime
    text: str
    resolved_at: datetime | None = None
    resolved_by: str | None = None

    @property
    def place(self) -> str:
        """What it is about, in a few words."""
        line = f":{self.line}" if self.line else ""
        in_file = f"{self.file}{line}" if self.file else ""
        return " ".join(part for part in (in_file, self.element_id or "") if part) or "the version"
