"""The tables of documents: what is known of each, and apart from it what it holds, which no list touches."""

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table

from engine.sql_tables import metadata
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
    CheckConstraint("size > 0", name="size"),
)
Index("ix_documents_case_id", documents.c.case_id, documents.c.added_at, documents.c.id)

document_contents = Table(
    "document_contents",
    metadata,
    Column("document_id", sa.Uuid, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("content", sa.LargeBinary, nullable=False),
)
