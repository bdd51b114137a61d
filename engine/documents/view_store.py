"""Copies of documents for the screen in the database, and which documents have none yet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.engine import Connection

from engine.documents.model import Document, Scan, View
from engine.documents.store import document_of, documents
from engine.storage.columns import metadata
from engine.storage.statements import literal
from engine.storage.types import PlainText

document_views = Table(
    "document_views",
    metadata,
    Column("document_id", sa.Uuid, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("size", sa.Integer, nullable=False),
    Column("sha256", PlainText(), nullable=False),
    Column("salt", sa.LargeBinary),
)

document_view_parts = Table(
    "document_view_parts",
    metadata,
    Column("document_id", sa.Uuid, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("number", sa.Integer, primary_key=True, autoincrement=False),
    Column("content", sa.LargeBinary, nullable=False),
)
"""Parts of copies: sealed where there is a salt, else in the clear, as the document itself is."""

_ID = sa.bindparam("id_", type_=sa.Uuid())
_UNVIEWED = (
    sa.select(*documents.c)
    .where(
        documents.c.view == literal(View.PENDING),
        documents.c.scan.in_([literal(Scan.UNSCANNED), literal(Scan.CLEAN)]),
    )
    .order_by(documents.c.id.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_SETTLE = (
    documents.update()
    .where(documents.c.id == _ID, documents.c.view == literal(View.PENDING))
    .values(view=sa.bindparam("view_", type_=documents.c.view.type))
)
_UNSETTLE = (
    documents.update()
    .where(documents.c.id == _ID, documents.c.view == literal(View.SHOWN))
    .values(view=literal(View.PENDING))
)
_ONE = sa.select(document_views.c.size, document_views.c.sha256, document_views.c.salt).where(
    document_views.c.document_id == _ID
)
_PARTS = (
    sa.select(document_view_parts.c.content)
    .where(
        document_view_parts.c.document_id == _ID,
        document_view_parts.c.number >= sa.bindparam("first", type_=sa.Integer),
        document_view_parts.c.number < sa.bindparam("end", type_=sa.Integer),
    )
    .order_by(document_view_parts.c.number)
)
_DROP = [table.delete().where(table.c.document_id == _ID) for table in (document_views, document_view_parts)]


@dataclass(frozen=True, kw_only=True)
class KeptView:
    """What is known of a copy: its size in bytes and its SHA-256, in hexadecimal.

    `salt` makes its key of that of the document; None for one that is kept in the clear.
    """

    size: int
    sha256: str
    salt: bytes | None


def unviewed_documents(connection: Connection, limit: int) -> Sequence[Document]:
    """Up to `limit` documents that may be read and have no copy yet, the newest first."""
    return [document_of(row) for row in connection.execute(_UNVIEWED, {"limit": limit}).mappings()]


def settle_view(connection: Connection, document_id: UUID, view: View) -> bool:
    """Write what became of the copy of a document that waits for one; whether it did wait."""
    return connection.execute(_SETTLE, {"id_": document_id, "view_": view.value}).rowcount > 0


def add_view(connection: Connection, document_id: UUID, view: KeptView, parts: Iterable[bytes]) -> None:
    """Write a copy, part by part as they come, in the place of an earlier one."""
    _drop(connection, document_id)
    connection.execute(document_views.insert(), {"document_id": document_id, **view.__dict__})
    for number, content in enumerate(parts):
        row = {"document_id": document_id, "number": number, "content": content}
        connection.execute(document_view_parts.insert(), row)


def view_of(connection: Connection, document_id: UUID) -> KeptView | None:
    """What is known of the copy of a document; None if it has none."""
    row = connection.execute(_ONE, {"id_": document_id}).mappings().one_or_none()
    return KeptView(**row) if row else None


def view_parts(connection: Connection, document_id: UUID, numbers: range) -> Iterator[bytes]:
    """The parts of a copy with those numbers, in order, read as they are wanted."""
    values = {"id_": document_id, "first": numbers.start, "end": numbers.stop}
    return (bytes(content) for content in connection.execute(_PARTS, values).scalars())


def discard_view(connection: Connection, document_id: UUID) -> None:
    """Drop the copy of a document, which waits for another one then."""
    _drop(connection, document_id)
    connection.execute(_UNSETTLE, {"id_": document_id})


def _drop(connection: Connection, document_id: UUID) -> None:
    for statement in _DROP:
        connection.execute(statement, {"id_": document_id})
