"""Texts for the people of the branches in the database, and who has read them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy.engine import Connection

from engine.content.model import Audience, Content, ContentKind, ContentStatus, Writing
from engine.kernel.actor import Role
from engine.kernel.pages import Page, Slice
from engine.kernel.refusal import OutOfDate
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.keyset import Order, fetch_page
from engine.storage.prepared import PreparedQuery
from engine.storage.statements import Row, Values, execute_for, for_each_database, literal

contents = Table(
    "contents",
    metadata,
    columns.identifier(),
    columns.text("kind"),
    columns.text("key"),
    columns.whole("version"),
    columns.text("title_el"),
    columns.text("title_en"),
    columns.text("text_el"),
    columns.text("text_en"),
    columns.json("audience"),
    Column("from_day", sa.Date),
    Column("to_day", sa.Date),
    Column("must_read", sa.Boolean, nullable=False),
    Column("owner_id", sa.Uuid),
    columns.json("authors"),
    columns.text("author_name"),
    columns.moment("changed_at"),
    columns.text("status"),
    columns.text("authorised_by", optional=True),
    columns.moment("authorised_at", optional=True),
    columns.moment("pushed_at", optional=True),
    columns.text("note", optional=True),
    columns.whole("row_version"),
    columns.one_of("kind", ContentKind),
    columns.one_of("status", ContentStatus),
    CheckConstraint("row_version >= 1", name="row_version"),
    UniqueConstraint("kind", "key", "version"),
)
Index("ix_contents_newest", contents.c.changed_at, contents.c.id)
columns.partial_index("ix_contents_pushed", [contents.c.kind, contents.c.pushed_at], "status = 'pushed'")

receipts = Table(
    "content_receipts",
    metadata,
    Column("content_id", sa.Uuid, ForeignKey("contents.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", sa.Uuid, ForeignKey("users.id"), primary_key=True),
    columns.moment("read_at"),
    sqlite_with_rowid=False,
)
"""Who has confirmed that they read a text, and when."""

_ID = sa.bindparam("id", type_=sa.Uuid())
_ONE = sa.select(*contents.c).where(contents.c.id == _ID)
_VERSIONS = (
    sa.select(*contents.c)
    .where(
        contents.c.kind == sa.bindparam("kind", type_=contents.c.kind.type),
        contents.c.key == sa.bindparam("key", type_=contents.c.key.type),
    )
    .order_by(contents.c.version.desc())
)


def content(connection: Connection, content_id: UUID) -> Content | None:
    """One version of a text."""
    row = connection.execute(_ONE, {"id": content_id}).one_or_none()
    return _content_of(row) if row else None


def lock_content(connection: Connection, content_id: UUID) -> Content | None:
    """The same, locked."""
    row = connection.execute(_ONE.with_for_update(), {"id": content_id}).one_or_none()
    return _content_of(row) if row else None


def lock_versions(connection: Connection, kind: ContentKind, key: str) -> Sequence[Content]:
    """All versions of a text, the newest first, locked."""
    rows = connection.execute(_VERSIONS.with_for_update(), {"kind": kind.value, "key": key})
    return [_content_of(row) for row in rows]


def add_content(connection: Connection, added: Content) -> None:
    """Write a new version."""
    connection.execute(contents.insert(), _row_of(added))


def save_content(connection: Connection, changed: Content) -> Content:
    """Write what has become of a version, as it is then; `OutOfDate` if somebody else changed it since."""
    statement = contents.update().where(
        contents.c.id == changed.id, contents.c.row_version == changed.row_version
    )
    row = {**_row_of(changed), "row_version": changed.row_version + 1}
    if connection.execute(statement.values(row)).rowcount != 1:
        raise OutOfDate(f"The text {changed.key} has changed since you saw it.")
    return Content(**{**vars(changed), "row_version": changed.row_version + 1})


_NEWEST = Order("contents", (contents.c.changed_at, contents.c.id), newest_first=True)


@dataclass(frozen=True, kw_only=True)
class ContentFilter:
    """Which texts are listed; None asks for all. `owners` are those whose texts one may see."""

    kind: ContentKind | None = None
    status: ContentStatus | None = None
    owners: Collection[UUID] | None = None


def list_contents(connection: Connection, wanted: ContentFilter, part: Slice) -> Page[Content]:
    """Versions of texts, the one that was changed last first."""
    statement = sa.select(*contents.c)
    if wanted.kind is not None:
        statement = statement.where(contents.c.kind == literal(wanted.kind))
    if wanted.status is not None:
        statement = statement.where(contents.c.status == literal(wanted.status))
    if wanted.owners is not None:
        statement = statement.where(contents.c.owner_id.in_(wanted.owners))
    return fetch_page(connection, statement, order=_NEWEST, part=part, decode=_content_of)


_DAY = sa.bindparam("day", type_=sa.Date)
_USER = sa.bindparam("user_id", type_=sa.Uuid())
_COUNTS = (
    contents.c.status == literal(ContentStatus.PUSHED),
    sa.or_(contents.c.from_day.is_(None), contents.c.from_day <= _DAY),
    sa.or_(contents.c.to_day.is_(None), contents.c.to_day >= _DAY),
)
_IS_READ = sa.exists().where(receipts.c.content_id == contents.c.id, receipts.c.user_id == _USER)
_UNREAD = PreparedQuery(
    sa.select(*contents.c)
    .where(*_COUNTS, contents.c.must_read, ~_IS_READ)
    .order_by(contents.c.pushed_at.desc(), contents.c.id.desc())
)
_BESIDE = PreparedQuery(
    sa.select(*contents.c)
    .where(
        *_COUNTS,
        contents.c.kind.in_([literal(ContentKind.SCRIPT), literal(ContentKind.HELP)]),
        sa.or_(
            contents.c.key == sa.bindparam("place", type_=contents.c.key.type),
            contents.c.key.startswith(sa.bindparam("begins", type_=contents.c.key.type)),
        ),
    )
    .order_by(contents.c.kind.desc(), contents.c.key)
)
_NEWS = (
    sa.select(*contents.c, _IS_READ.label("is_read"))
    .where(
        *_COUNTS,
        contents.c.kind.in_([literal(kind) for kind in ContentKind if kind.is_news]),
    )
    .order_by(contents.c.pushed_at.desc(), contents.c.id.desc())
)


def unread(connection: Connection, user_id: UUID, day: date) -> Sequence[Content]:
    """What must be read and the user has not, for whomever it is, the newest first."""
    rows = _UNREAD.rows(connection, {"user_id": user_id, "day": day})
    return [_content_of(row) for row in rows]


def beside(connection: Connection, place: str, day: date) -> Sequence[Content]:
    """Scripts and help texts of a place, scripts first, for whomever they are."""
    rows = _BESIDE.rows(connection, {"place": place, "begins": f"{place}.", "day": day})
    return [_content_of(row) for row in rows]


def news(connection: Connection, user_id: UUID, day: date) -> Sequence[tuple[Content, bool]]:
    """What is read for itself, with whether the user has confirmed it, for whomever it is; newest first."""
    rows = connection.execute(_NEWS, {"user_id": user_id, "day": day})
    return [(_content_of(row), bool(row.is_read)) for row in rows]


_RECEIVE = for_each_database(lambda insert: insert.on_conflict_do_nothing(), receipts)
_READERS = sa.select(receipts.c.user_id).where(receipts.c.content_id == _ID)


def add_receipt(connection: Connection, content_id: UUID, user_id: UUID, at: datetime) -> None:
    """Note that a user has read a text; the first time stays."""
    execute_for(connection, _RECEIVE, {"content_id": content_id, "user_id": user_id, "read_at": at})


def readers_of(connection: Connection, content_id: UUID) -> frozenset[UUID]:
    """Who has confirmed that they read it."""
    return frozenset(connection.execute(_READERS, {"id": content_id}).scalars())


def _row_of(content: Content) -> Values:
    row = {**vars(content), **vars(content.writing)}
    audience = content.writing.audience
    row.update(
        kind=content.kind.value,
        status=content.status.value,
        authors=[str(author) for author in content.authors],
        audience={
            "organisations": list(audience.organisations),
            "roles": sorted(audience.roles),
            "procedures": list(audience.procedures),
        },
    )
    del row["writing"]
    return row


_WRITTEN = ("title_el", "title_en", "text_el", "text_en", "from_day", "to_day", "must_read")


def _content_of(row: Row | Any) -> Content:
    found = dict(row._asdict())
    found.pop("is_read", None)
    kept = found.pop("audience")
    audience = Audience(
        organisations=tuple(kept["organisations"]),
        roles=frozenset(Role(role) for role in kept["roles"]),
        procedures=tuple(kept["procedures"]),
    )
    written = {name: found.pop(name) for name in _WRITTEN}
    found.update(
        kind=ContentKind(row.kind),
        status=ContentStatus(row.status),
        authors=tuple(UUID(author) for author in row.authors),
        writing=Writing(**written, audience=audience),
    )
    return Content(**found)
