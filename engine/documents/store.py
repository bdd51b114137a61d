"""Documents in a database."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.documents.model import Document
from engine.documents.tables import document_contents, documents

_OF_CASE = (
    sa.select(*documents.c)
    .where(documents.c.case_id == sa.bindparam("case_id", type_=sa.Uuid()))
    .order_by(documents.c.added_at, documents.c.id)
)
_ONE = sa.select(*documents.c).where(documents.c.id == sa.bindparam("id", type_=sa.Uuid()))
_CONTENT = sa.select(document_contents.c.content).where(
    document_contents.c.document_id == sa.bindparam("id", type_=sa.Uuid())
)


class SqlDocuments:
    """Fills the ports `DocumentWork` and `DocumentReads` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, document: Document, content: bytes) -> None:
        """Write a new document with its content."""
        self._connection.execute(documents.insert(), document.__dict__)
        self._connection.execute(document_contents.insert(), {"document_id": document.id, "content": content})

    def documents(self, case_id: UUID) -> Sequence[Document]:
        """The documents of a case, oldest first."""
        rows = self._connection.execute(_OF_CASE, {"case_id": case_id}).mappings()
        return [Document(**row) for row in rows]

    def document(self, document_id: UUID) -> Document | None:
        """One document."""
        row = self._connection.execute(_ONE, {"id": document_id}).mappings().one_or_none()
        return Document(**row) if row else None

    def content(self, document_id: UUID) -> bytes:
        """The content of a document that is there."""
        return bytes(self._connection.execute(_CONTENT, {"id": document_id}).scalar_one())
