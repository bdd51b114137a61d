"""What the engine needs from storage to keep the documents of cases."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from engine.documents.model import Document


class DocumentWork(Protocol):
    """Documents in a unit of work."""

    def add(self, document: Document, content: bytes) -> None:
        """Write a new document with its content, which never changes."""

    def documents(self, case_id: UUID) -> Sequence[Document]:
        """The documents of a case, oldest first; reads no content."""

    def document(self, document_id: UUID) -> Document | None:
        """One document; reads no content."""


class DocumentReads(Protocol):
    """Questions about documents."""

    def documents(self, case_id: UUID) -> Sequence[Document]:
        """The documents of a case, oldest first; reads no content."""

    def document(self, document_id: UUID) -> Document | None:
        """One document; reads no content."""

    def content(self, document_id: UUID) -> bytes:
        """The content of a document that is there."""
