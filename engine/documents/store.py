"""Documents in the database: what is known of each, and apart from it what it holds."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.documents.model import Document
from engine.storage.columns import metadata
from engine.storage.types import PlainText, UtcDateTime

documents = Table(
    "documents",
    metadata,
    Column("id", sa.Uuid, primary_key=True),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("name", PlainText(), nullable=False),
    Column("media_type", PlainText(), nullable=False),
    Column("size", sa.Integer, nullable=False),
    Column("sha256", PlainText(), nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("added_by", PlainText(), nullable=False),
    Column("service_task_id", sa.Uuid),
    CheckConstraint("size > 0", name="size"),
)
Index("ix_documents_case_id", documents.c.case_id, documents.c.added_at, documents.c.id)

document_contents = Table(
    "document_contents",
    metadata,
    Column("document_id", sa.Uuid, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("content", sa.LargeBinary, nullable=False),
)


_OF_CASE = (
    sa.select(*documents.c)
    .where(documents.c.case_id == sa.bindparam("case_id", type_=sa.Uuid()))
    .order_by(documents.c.added_at, documents.c.id)
)
_ONE = sa.select(*documents.c).where(documents.c.id == sa.bindparam("id", type_=sa.Uuid()))
_CONTENT = sa.select(document_contents.c.content).where(
    document_contents.c.document_id == sa.bindparam("id", type_=sa.Uuid())
)


def add_document(connection: Connection, document: Document, content: bytes) -> None:
    """Write a new document with its content, which never changes."""
    connection.execute(documents.insert(), document.__dict__)
    connection.execute(document_contents.insert(), {"document_id": document.id, "content": content})


def documents_of(connection: Connection, case_id: UUID) -> Sequence[Document]:
    """The documents of a case, oldest first; reads no content."""
    rows = connection.execute(_OF_CASE, {"case_id": case_id}).mappings()
    return [Document(**row) for row in rows]


def is_filed(connection: Connection, case_id: UUID, reference: str) -> bool:
    """Whether a text is the id of a document of the case."""
    return any(str(document.id) == reference for document in documents_of(connection, case_id))


def document(connection: Connection, document_id: UUID) -> Document | None:
    """One document; reads no content."""
    row = connection.execute(_ONE, {"id": document_id}).mappings().one_or_none()
    return Document(**row) if row else None


def content_of(connection: Connection, document_id: UUID) -> bytes:
    """The content of a document that is there."""
    return bytes(connection.execute(_CONTENT, {"id": document_id}).scalar_one())
