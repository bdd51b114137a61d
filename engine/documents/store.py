"""Documents in the database: what is known of each, and apart from it what it holds."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection, RowMapping

from engine.documents.model import Document, Scan, View
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.prepared import PreparedQuery
from engine.storage.sealed_column import SealedColumn
from engine.storage.statements import literal
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
    Column("scan", PlainText(), nullable=False, server_default=Scan.UNSCANNED.value),
    Column("view", PlainText(), nullable=False, server_default=View.PENDING.value),
    CheckConstraint("size > 0", name="size"),
)
Index("ix_documents_case_id", documents.c.case_id, documents.c.added_at, documents.c.id)

columns.partial_index("ix_documents_pending", [documents.c.id], "scan = 'pending'")
columns.partial_index("ix_documents_unviewed", [documents.c.id], "view = 'pending'")

document_contents = Table(
    "document_contents",
    metadata,
    Column("document_id", sa.Uuid, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("content", sa.LargeBinary, nullable=False),
)
"""Whole files in the clear: of before files were sealed, and of an installation without a key."""

document_keys = Table(
    "document_keys",
    metadata,
    Column("document_id", sa.Uuid, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("sealed", sa.LargeBinary, nullable=False),
)
"""The key with which the parts of a file are sealed, itself sealed with the key of the installation."""

SEALED_KEYS = SealedColumn(document_keys.c.document_id, document_keys.c.sealed)

document_parts = Table(
    "document_parts",
    metadata,
    Column("document_id", sa.Uuid, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("number", sa.Integer, primary_key=True, autoincrement=False),
    Column("sealed", sa.LargeBinary, nullable=False),
)


_OF_CASE = PreparedQuery(
    sa.select(*documents.c)
    .where(documents.c.case_id == sa.bindparam("case_id", type_=sa.Uuid()))
    .order_by(documents.c.added_at, documents.c.id)
)
_ONE = sa.select(*documents.c).where(documents.c.id == sa.bindparam("id", type_=sa.Uuid()))
_FROM, _COUNT = (sa.bindparam(name, type_=sa.Integer) for name in ("from_", "count"))


_PLAIN = sa.select(sa.func.substr(document_contents.c.content, _FROM, _COUNT, type_=sa.LargeBinary)).where(
    document_contents.c.document_id == sa.bindparam("id", type_=sa.Uuid())
)
_PARTS = (
    sa.select(document_parts.c.sealed)
    .where(
        document_parts.c.document_id == sa.bindparam("id", type_=sa.Uuid()),
        document_parts.c.number >= sa.bindparam("first", type_=sa.Integer),
        document_parts.c.number < sa.bindparam("end", type_=sa.Integer),
    )
    .order_by(document_parts.c.number)
)
_HAS_CONTENT = sa.select(
    sa.or_(
        *(
            sa.exists().where(kept.c.document_id == sa.bindparam("id", type_=sa.Uuid()))
            for kept in (document_contents, document_parts)
        )
    )
)
_LOCKED_PLAIN = (
    sa.select(*documents.c)
    .join(document_contents, document_contents.c.document_id == documents.c.id)
    .where(documents.c.id > sa.bindparam("after", type_=sa.Uuid()))
    .order_by(documents.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .with_for_update(of=document_contents)
)
_DROP_PLAIN = document_contents.delete().where(
    document_contents.c.document_id == sa.bindparam("id", type_=sa.Uuid())
)


_PENDING = (
    sa.select(*documents.c)
    .where(documents.c.scan == literal(Scan.PENDING))
    .order_by(documents.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_SETTLE_SCAN = (
    documents.update()
    .where(documents.c.id == sa.bindparam("id_", type_=sa.Uuid()), documents.c.scan == literal(Scan.PENDING))
    .values(scan=sa.bindparam("scan_", type_=documents.c.scan.type))
)


def add_document(connection: Connection, document: Document) -> None:
    """Write a new document; its content, which never changes, is written apart."""
    states = {"scan": document.scan.value, "view": document.view.value}
    connection.execute(documents.insert(), {**document.__dict__, **states})


def add_plain_content(connection: Connection, document_id: UUID, content: bytes) -> None:
    """Write the content of a new document in the clear."""
    connection.execute(document_contents.insert(), {"document_id": document_id, "content": content})


def add_sealed_content(
    connection: Connection, document_id: UUID, *, sealed_key: bytes, parts: Iterable[bytes]
) -> None:
    """Write the content of a document, part by part as they come, and the sealed key that opens them."""
    connection.execute(document_keys.insert(), {"document_id": document_id, "sealed": sealed_key})
    for number, sealed in enumerate(parts):
        row = {"document_id": document_id, "number": number, "sealed": sealed}
        connection.execute(document_parts.insert(), row)


def documents_of(connection: Connection, case_id: UUID) -> Sequence[Document]:
    """The documents of a case, oldest first; reads no content."""
    rows = _OF_CASE.rows(connection, {"case_id": case_id})
    return [document_of(row._asdict()) for row in rows]


def is_filed(connection: Connection, case_id: UUID, reference: str) -> bool:
    """Whether a text is the id of a document of the case."""
    return any(str(document.id) == reference for document in documents_of(connection, case_id))


def document(connection: Connection, document_id: UUID) -> Document | None:
    """One document; reads no content."""
    row = connection.execute(_ONE, {"id": document_id}).mappings().one_or_none()
    return document_of(row) if row else None


def plain_bytes(connection: Connection, document_id: UUID, *, start: int, end: int) -> bytes:
    """Bytes of a document that is kept in the clear, from `start` up to and without `end`."""
    values = {"id": document_id, "from_": start + 1, "count": end - start}
    return bytes(connection.execute(_PLAIN, values).scalar_one())


def sealed_parts(connection: Connection, document_id: UUID, numbers: range) -> Iterator[bytes]:
    """The parts of a document with those numbers, in order, read as they are wanted."""
    values = {"id": document_id, "first": numbers.start, "end": numbers.stop}
    return (bytes(sealed) for sealed in connection.execute(_PARTS, values).scalars())


def has_content(connection: Connection, document_id: UUID) -> bool:
    """Whether anything is kept of what a document holds, sealed or in the clear."""
    return bool(connection.execute(_HAS_CONTENT, {"id": document_id}).scalar_one())


def lock_plain_documents(connection: Connection, *, after: UUID, limit: int) -> Sequence[Document]:
    """Up to `limit` documents that are kept in the clear, whose ids come after `after`; locked."""
    rows = connection.execute(_LOCKED_PLAIN, {"after": after, "limit": limit}).mappings()
    return [document_of(row) for row in rows]


def count_plain_documents(connection: Connection) -> int:
    """How many documents are kept in the clear."""
    counted = connection.execute(sa.select(sa.func.count()).select_from(document_contents))
    return int(counted.scalar_one())


def pending_documents(connection: Connection, limit: int) -> Sequence[Document]:
    """Up to `limit` documents that wait for the scanner, the oldest first."""
    return [document_of(row) for row in connection.execute(_PENDING, {"limit": limit}).mappings()]


def settle_scan(connection: Connection, document_id: UUID, scan: Scan) -> bool:
    """Write what a scanner says of a document that waits for it; whether it did wait."""
    return connection.execute(_SETTLE_SCAN, {"id_": document_id, "scan_": scan.value}).rowcount > 0


def set_pending(connection: Connection, scans: Collection[Scan]) -> int:
    """Let all documents of these states wait for the scanner; how many they are."""
    wanted = documents.c.scan.in_([scan.value for scan in scans])
    changed = documents.update().where(wanted).values(scan=Scan.PENDING.value)
    return connection.execute(changed).rowcount


def count_scans(connection: Connection) -> Mapping[Scan, int]:
    """How many documents there are of each state."""
    counted = sa.select(documents.c.scan, sa.func.count().label("number")).group_by(documents.c.scan)
    return {Scan(row.scan): row.number for row in connection.execute(counted)}


def document_of(row: RowMapping) -> Document:
    """The document of a row of `documents`."""
    return Document(**{**row, "scan": Scan(row["scan"]), "view": View(row["view"])})


def drop_plain_content(connection: Connection, document_id: UUID) -> None:
    """Delete the content of a document that was kept in the clear, and has been sealed."""
    connection.execute(_DROP_PLAIN, {"id": document_id})
