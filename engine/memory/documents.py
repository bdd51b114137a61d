"""Documents in the in-memory tables."""

from collections.abc import Sequence
from uuid import UUID

from engine.documents.model import Document
from engine.memory.tables import Tables


class MemoryDocuments:
    """Fills the ports `DocumentWork` and `DocumentReads`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add(self, document: Document, content: bytes) -> None:
        """Write a new document with its content."""
        self._tables.documents[document.id] = document
        self._tables.contents[document.id] = content

    def documents(self, case_id: UUID) -> Sequence[Document]:
        """The documents of a case, oldest first."""
        found = (document for document in self._tables.documents.values() if document.case_id == case_id)
        return sorted(found, key=lambda document: (document.added_at, document.id))

    def document(self, document_id: UUID) -> Document | None:
        """One document."""
        return self._tables.documents.get(document_id)

    def content(self, document_id: UUID) -> bytes:
        """The content of a document that is there."""
        return self._tables.contents[document_id]
