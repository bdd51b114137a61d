"""Drafts in the database: their files, what was done to them, texts laid aside, and who is in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.statements import Row
from engine.studio.model import ChangeKind, DraftChange, LaidAside, Present, StudioDraft, StudioFile

SHOWN_CHANGES = 100
"""Of the newest lines of what was done to a draft."""


def _of_draft(*, first: bool = True) -> Column[Any]:
    return Column(
        "draft_id",
        sa.Uuid,
        ForeignKey("studio_drafts.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=first,
    )


studio_drafts = Table(
    "studio_drafts",
    metadata,
    columns.identifier(),
    columns.text("procedure_key", binary=True),
    columns.text("title"),
    columns.text("title_en"),
    Column("based_on", sa.Integer),
    columns.whole("revision"),
    columns.moment("begun_at"),
    columns.text("begun_by"),
    columns.moment("changed_at"),
    columns.text("changed_by"),
    Column("submitted_as", sa.Integer),
)
Index("ix_studio_drafts_changed_at", studio_drafts.c.changed_at, studio_drafts.c.id)

studio_files = Table(
    "studio_files",
    metadata,
    _of_draft(),
    Column("name", columns.text("name", binary=True).type, primary_key=True),
    Column("content", sa.LargeBinary, nullable=False),
    columns.whole("revision"),
    columns.moment("changed_at"),
    columns.text("changed_by"),
)

studio_changes = Table(
    "studio_changes",
    metadata,
    _of_draft(),
    Column("number", sa.Integer, primary_key=True, autoincrement=False),
    columns.text("kind"),
    columns.text("file", optional=True),
    columns.reference("actor_id", "users"),
    columns.text("actor_name"),
    columns.moment("at"),
    columns.one_of("kind", ChangeKind),
)

studio_texts_aside = Table(
    "studio_texts_aside",
    metadata,
    columns.identifier(),
    _of_draft(first=False),
    columns.text("file", binary=True),
    Column("content", sa.LargeBinary, nullable=False),
    columns.whole("made_on"),
    columns.reference("author_id", "users", optional=True),
    columns.text("author_name"),
    columns.moment("at"),
)
Index("ix_studio_texts_aside_draft_id", studio_texts_aside.c.draft_id, studio_texts_aside.c.at)

studio_presence = Table(
    "studio_presence",
    metadata,
    _of_draft(),
    Column("user_id", sa.Uuid, ForeignKey("users.id"), primary_key=True),
    columns.text("name"),
    columns.text("file", optional=True),
    columns.moment("seen_at"),
)

_DRAFT = sa.bindparam("draft_id", type_=sa.Uuid())
_NAME = sa.bindparam("name", type_=sa.Text())
_ONE = sa.select(*studio_drafts.c).where(studio_drafts.c.id == _DRAFT)
_NEWEST = sa.select(*studio_drafts.c).order_by(studio_drafts.c.changed_at.desc(), studio_drafts.c.id.desc())
_FILE_COLUMNS = [column for column in studio_files.c if column.name != "draft_id"]
_FILES = sa.select(*_FILE_COLUMNS).where(studio_files.c.draft_id == _DRAFT).order_by(studio_files.c.name)
_FILE = _FILES.where(studio_files.c.name == _NAME)
_CHANGES = (
    sa.select(*(column for column in studio_changes.c if column.name != "draft_id"))
    .where(studio_changes.c.draft_id == _DRAFT)
    .order_by(studio_changes.c.number.desc())
)
_AUTHORS = sa.select(studio_changes.c.actor_id).where(studio_changes.c.draft_id == _DRAFT).distinct()
_ASIDE = (
    sa.select(*(column for column in studio_texts_aside.c if column.name != "draft_id"))
    .where(studio_texts_aside.c.draft_id == _DRAFT)
    .order_by(studio_texts_aside.c.at.desc(), studio_texts_aside.c.id.desc())
)
_PRESENT = (
    sa.select(*(column for column in studio_presence.c if column.name != "draft_id"))
    .where(studio_presence.c.draft_id == _DRAFT, studio_presence.c.seen_at >= sa.bindparam("since"))
    .order_by(studio_presence.c.name)
)


def add_draft(connection: Connection, draft: StudioDraft, files: Sequence[StudioFile]) -> None:
    """Write a new draft with its files."""
    connection.execute(studio_drafts.insert(), draft.__dict__)
    connection.execute(studio_files.insert(), [{"draft_id": draft.id, **one.__dict__} for one in files])


def newest_drafts(connection: Connection, most: int) -> Sequence[StudioDraft]:
    """The drafts that were changed last, the newest first."""
    return [_draft(row) for row in connection.execute(_NEWEST.limit(most))]


def draft_of(connection: Connection, draft_id: UUID, *, locked: bool = False) -> StudioDraft | None:
    """One draft; locked for change if so wanted."""
    statement = _ONE.with_for_update() if locked else _ONE
    row = connection.execute(statement, {"draft_id": draft_id}).one_or_none()
    return _draft(row) if row else None


def save_draft(connection: Connection, draft: StudioDraft) -> None:
    """Write what may change of a draft."""
    names = ("title", "title_en", "revision", "changed_at", "changed_by", "submitted_as")
    connection.execute(
        studio_drafts.update().where(studio_drafts.c.id == draft.id),
        {name: getattr(draft, name) for name in names},
    )


def files_of(connection: Connection, draft_id: UUID) -> Sequence[StudioFile]:
    """The files of a draft, by name."""
    return [_file(row) for row in connection.execute(_FILES, {"draft_id": draft_id})]


def file_of(connection: Connection, draft_id: UUID, name: str) -> StudioFile | None:
    """One file of a draft; None if there is none of that name."""
    row = connection.execute(_FILE, {"draft_id": draft_id, "name": name}).one_or_none()
    return _file(row) if row else None


def put_file(connection: Connection, draft_id: UUID, file: StudioFile, *, is_new: bool) -> None:
    """Write a file of a draft, a new one or in the place of the one of that name."""
    values = {"draft_id": draft_id, **file.__dict__}
    if is_new:
        connection.execute(studio_files.insert(), values)
        return
    connection.execute(
        studio_files.update().where(
            studio_files.c.draft_id == draft_id, studio_files.c.name == sa.bindparam("of_name")
        ),
        {"of_name": file.name, **{name: values[name] for name in ("content", "revision", *_WHO_AND_WHEN)}},
    )


_WHO_AND_WHEN = ("changed_at", "changed_by")


def remove_file(connection: Connection, draft_id: UUID, name: str) -> None:
    """Take a file out of a draft."""
    connection.execute(
        studio_files.delete().where(studio_files.c.draft_id == draft_id, studio_files.c.name == name)
    )


def add_change(connection: Connection, draft_id: UUID, change: DraftChange) -> None:
    """Write a line of what was done to a draft."""
    connection.execute(studio_changes.insert(), {"draft_id": draft_id, **change.__dict__})


def changes_of(connection: Connection, draft_id: UUID) -> Sequence[DraftChange]:
    """The last of what was done to a draft, the newest first."""
    rows = connection.execute(_CHANGES.limit(SHOWN_CHANGES), {"draft_id": draft_id})
    return [DraftChange(**{**row._asdict(), "kind": ChangeKind(row.kind)}) for row in rows]


def authors_of(connection: Connection, draft_id: UUID) -> Sequence[UUID]:
    """The ids of everybody who did anything to a draft."""
    return sorted(connection.execute(_AUTHORS, {"draft_id": draft_id}).scalars())


def lay_aside(connection: Connection, draft_id: UUID, text: LaidAside) -> None:
    """Keep a text that lost; the one that the same person laid aside on the same revision gives way."""
    aside = studio_texts_aside.c
    connection.execute(
        studio_texts_aside.delete().where(
            aside.draft_id == draft_id,
            aside.file == text.file,
            aside.made_on == text.made_on,
            aside.author_id == text.author_id,
        )
    )
    connection.execute(studio_texts_aside.insert(), {"draft_id": draft_id, **text.__dict__})


def texts_aside(connection: Connection, draft_id: UUID) -> Sequence[LaidAside]:
    """The texts that were laid aside in a draft, the newest first."""
    return [LaidAside(**row._asdict()) for row in connection.execute(_ASIDE, {"draft_id": draft_id})]


def note_presence(connection: Connection, draft_id: UUID, present: Present) -> None:
    """Write that somebody is in a draft, at that file."""
    seen = studio_presence.c
    connection.execute(
        studio_presence.delete().where(seen.draft_id == draft_id, seen.user_id == present.user_id)
    )
    connection.execute(studio_presence.insert(), {"draft_id": draft_id, **present.__dict__})


def present_in(connection: Connection, draft_id: UUID, since: datetime) -> Sequence[Present]:
    """Who has been in a draft since that moment, by name."""
    statement = _PRESENT.params({"draft_id": draft_id, "since": since})
    return [Present(**row._asdict()) for row in connection.execute(statement)]


def revisions_of(connection: Connection, draft_id: UUID) -> Mapping[str, int]:
    """The revision of each file of a draft, by name."""
    statement = sa.select(studio_files.c.name, studio_files.c.revision).where(
        studio_files.c.draft_id == draft_id
    )
    return {row.name: row.revision for row in connection.execute(statement)}


def _draft(row: Row) -> StudioDraft:
    return StudioDraft(**row._asdict())


def _file(row: Row) -> StudioFile:
    return StudioFile(**row._asdict())
