"""A text for the people of the branches: what it says, for whom, and how far it has come."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.kernel.actor import Role
from engine.kernel.bilingual import Bilingual

LONGEST_TITLE, LONGEST_TEXT = 200, 20_000
"""Characters."""

KEY = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
"""What a text is known by through all its versions."""


class ContentKind(StrEnum):
    """What a text is."""

    ANNOUNCEMENT = "announcement"
    CIRCULAR = "circular"
    ARTICLE = "article"
    SCRIPT = "script"
    """What an agent or clerk says, step by step."""
    HELP = "help"

    @property
    def is_news(self) -> bool:
        """Whether it is read for itself; scripts and help are shown beside the work."""
        return self in (ContentKind.ANNOUNCEMENT, ContentKind.CIRCULAR, ContentKind.ARTICLE)


PLACES: Final = ("intake", "task", "case", "calls")
"""Beside what a script or a help text is shown: its key is that word, or begins with it and a point."""


class ContentStatus(StrEnum):
    """The life of a version of a text."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    AUTHORISED = "authorised"
    PUSHED = "pushed"
    RETIRED = "retired"


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads: their roles, and the codes of the organisation in which they act and of all above it."""

    roles: frozenset[Role]
    line: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Audience:
    """For whom a text is; each part that is empty leaves nobody out.

    `organisations` are codes, and stand with all that is below them. `procedures` are keys: beside the
    work on others a script or help text is not shown.
    """

    organisations: tuple[str, ...] = ()
    roles: frozenset[Role] = frozenset()
    procedures: tuple[str, ...] = ()

    def has(self, reader: Reader) -> bool:
        """Whether a text is for that reader."""
        is_here = not self.organisations or not set(self.organisations).isdisjoint(reader.line)
        return is_here and (not self.roles or not self.roles.isdisjoint(reader.roles))

    def is_about(self, procedure: str | None) -> bool:
        """Whether a text is shown beside work on that procedure; None where none is chosen yet."""
        return not self.procedures or procedure in self.procedures


@dataclass(frozen=True, kw_only=True)
class Writing:
    """What is written of a text: title and Markdown in both languages, for whom, from when until when.

    The days are local, both included; None is open.
    """

    title_el: str
    title_en: str
    text_el: str
    text_en: str
    audience: Audience = field(default_factory=Audience)
    from_day: date | None = None
    to_day: date | None = None
    must_read: bool = False

    @property
    def title(self) -> Bilingual:
        return Bilingual(self.title_el, el=self.title_el, en=self.title_en)

    @property
    def text(self) -> Bilingual:
        return Bilingual(self.text_el, el=self.text_el, en=self.text_en)

    def counts_on(self, day: date) -> bool:
        """Whether it is shown on that day."""
        return (self.from_day is None or self.from_day <= day) and (self.to_day is None or day <= self.to_day)


@dataclass(frozen=True, kw_only=True)
class Content:
    """A version of a text.

    `owner_id` is the organisation for which it was written, None for the ministry's own. `authors` are the
    ids of all who wrote in it: none of them authorises it. `note` says why it was sent back or retired.
    """

    id: UUID
    kind: ContentKind
    key: str
    version: int
    writing: Writing
    owner_id: UUID | None
    authors: tuple[UUID, ...]
    author_name: str
    changed_at: datetime
    status: ContentStatus = ContentStatus.DRAFT
    authorised_by: str | None = None
    authorised_at: datetime | None = None
    pushed_at: datetime | None = None
    note: str | None = None
    row_version: int = 1

    @property
    def place(self) -> str:
        """The first part of its key."""
        return self.key.partition(".")[0]


def problems_of(kind: ContentKind, key: str, writing: Writing) -> Mapping[str, tuple[str, ...]]:
    """What keeps a text from being written so, in sentences by field."""
    found: dict[str, tuple[str, ...]] = {}
    if not KEY.fullmatch(key) or len(key) > 80:
        found["key"] = ("expected small Latin letters and digits, with points or hyphens between them",)
    elif not kind.is_news and key.partition(".")[0] not in PLACES:
        found["key"] = (
            f"expected one of {', '.join(PLACES)}, alone or with a point and a name, found {key}",
        )
    for name in ("title_el", "title_en", "text_el", "text_en"):
        most = LONGEST_TITLE if name.startswith("title") else LONGEST_TEXT
        length = len(getattr(writing, name).strip())
        if not 1 <= length <= most:
            found[name] = (f"expected from 1 to {most} characters, found {length}",)
    if writing.from_day and writing.to_day and writing.to_day < writing.from_day:
        found["to_day"] = (f"expected a day from {writing.from_day} on, found {writing.to_day}",)
    if writing.must_read and kind not in (ContentKind.ANNOUNCEMENT, ContentKind.CIRCULAR):
        found["must_read"] = ("expected this of announcements and circulars alone",)
    if writing.audience.procedures and kind.is_news:
        found["procedures"] = ("expected none: only scripts and help are shown beside a procedure",)
    return found
