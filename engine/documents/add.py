"""Documents of a case: a clerk brings a file in, or an agency that was asked."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.cases.changeset import CaseChangeset, case_file, waiting_service_task
from engine.context import Command, Transaction
from engine.documents.content import first_scan, keep_document
from engine.documents.model import Content, Document, document_of
from engine.kernel.permission import require_answers, require_works_case
from engine.kernel.refusal import Conflict


@dataclass(frozen=True, kw_only=True)
class AddDocument(Command[Document]):
    """Put a file into a case that is not closed. `name` is what its sender calls it."""

    case_id: UUID
    name: str
    content: Content


def add_document(command: AddDocument, transaction: Transaction) -> Document:
    """The document. The journal has its digest, and not its name, which may tell who it is about."""
    changeset = case_file(transaction, command.case_id)
    require_works_case(transaction.actor, changeset.case)
    return _kept(changeset, command.name, command.content, transaction)


@dataclass(frozen=True, kw_only=True)
class AddRequestDocument(Command[Document]):
    """Put a file into the case that an open service task is about, to go with its answer."""

    service_task_id: UUID
    name: str
    content: Content


def add_request_document(command: AddRequestDocument, transaction: Transaction) -> Document:
    """The document, for whoever may answer the service task."""
    changeset, task = waiting_service_task(transaction, command.service_task_id)
    require_answers(transaction.actor, task)
    task.require_open()
    return _kept(changeset, command.name, command.content, transaction, asked_by=task.id)


def document_detail(document: Document) -> dict[str, Any]:
    """What is told of a document without its name: id, media type, size in bytes, digest."""
    return {
        "document": str(document.id),
        "media_type": document.media_type,
        "size": document.size,
        "sha256": document.sha256,
    }


def _kept(
    changeset: CaseChangeset,
    name: str,
    content: Content,
    transaction: Transaction,
    *,
    asked_by: UUID | None = None,
) -> Document:
    if changeset.case.status.is_final:
        raise Conflict(
            f"Expected case {changeset.case.number} to be under way, but it is {changeset.case.status}.",
            code=f"case_{changeset.case.status}",
        )
    document = document_of(
        content,
        document_id=transaction.new_id(),
        case_id=changeset.case.id,
        name=name,
        at=transaction.now,
        by=transaction.actor.name,
        scan=first_scan(transaction),
        service_task_id=asked_by,
    )
    keep_document(transaction, document, content)
    changeset.record("document_added", document_detail(document))
    changeset.save()
    return document
