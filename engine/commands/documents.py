"""Documents of a case: a clerk brings a file in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.commands.command import Command, Transaction
from engine.commands.lookup import case_file
from engine.domain.document import Document, document_of
from engine.domain.permission import require_works_case
from engine.domain.refusal import Conflict


@dataclass(frozen=True, kw_only=True)
class AddDocument(Command[Document]):
    """Put a file into a case that is not closed. `name` is what its sender calls it."""

    case_id: UUID
    name: str
    content: bytes


def add_document(command: AddDocument, transaction: Transaction) -> Document:
    """The document. The journal has its digest, and not its name, which may tell who it is about."""
    file = case_file(transaction, command.case_id)
    require_works_case(transaction.actor, file.case)
    if file.case.status.is_final:
        raise Conflict(
            f"Expected case {file.case.number} to be under way, but it is {file.case.status}.",
            code=f"case_{file.case.status}",
        )
    document = document_of(
        command.content,
        document_id=transaction.new_id(),
        case_id=command.case_id,
        name=command.name,
        at=transaction.now,
        by=transaction.actor.name,
    )
    transaction.work.documents.add(document, command.content)
    file.note("document_added", told_document(document))
    file.save()
    return document


def told_document(document: Document) -> dict[str, Any]:
    """What is told of a document without its name: id, media type, size in bytes, digest."""
    return {
        "document": str(document.id),
        "media_type": document.media_type,
        "size": document.size,
        "sha256": document.sha256,
    }
