"""Copies of documents for the screen: what waits for one, and what came of making it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.context import Command, QueryContext, Transaction
from engine.documents import store as documents_store
from engine.documents import view_store
from engine.documents.content import keep_view
from engine.documents.model import Content, Document, View
from engine.documents.scan import require_system
from engine.kernel.actor import Role
from engine.kernel.permission import require_role
from engine.kernel.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class ListUnviewed:
    """Up to `limit` documents that wait for a copy, and that may be read."""

    limit: int

    def answer(self, context: QueryContext) -> Sequence[Document]:
        """The newest first, so that none waits for those of years before; for the worker alone."""
        require_system(context)
        return view_store.unviewed_documents(context.connection, self.limit)


@dataclass(frozen=True, kw_only=True)
class RecordView(Command[bool]):
    """Keep the copy of a document; `copied` is None where `view` says why there is none."""

    document_id: UUID
    view: View
    copied: Content | None = None


def record_view(command: RecordView, transaction: Transaction) -> bool:
    """Whether it was kept: False if another worker was faster. The document itself stays as it is."""
    require_role(transaction.actor, Role.OPERATOR)
    document = documents_store.document(transaction.connection, command.document_id)
    if document is None:
        raise NotFound.of("document", command.document_id)
    if not view_store.settle_view(transaction.connection, document.id, command.view):
        return False
    if command.copied is not None:
        keep_view(transaction, document, command.copied)
    return True
