"""What a virus scanner makes of documents: what waits for it, and what came of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset
from engine.context import Command, QueryContext, Transaction
from engine.documents import store as documents_store
from engine.documents.content import read_content
from engine.documents.model import Document, Scan
from engine.kernel.actor import ActorKind, Role
from engine.kernel.permission import require_role
from engine.kernel.refusal import NotFound, NotPermitted
from engine.sealing.parts import Span


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a scanner says of a file: `CLEAN`, `INFECTED` or `FAILED`.

    `detail` is the name of what was found in it, or why the scanner could not say.
    """

    scan: Scan
    detail: str = ""


Scanner = Callable[[Iterable[bytes]], Verdict]
"""Looks at a file, given piece by piece; raises `Unavailable` if the scanner cannot be reached."""


@dataclass(frozen=True, kw_only=True)
class ListPending:
    """Up to `limit` documents that wait for the scanner."""

    limit: int

    def answer(self, context: QueryContext) -> Sequence[Document]:
        """The oldest first; for the worker alone."""
        require_system(context)
        return documents_store.pending_documents(context.connection, self.limit)


@dataclass(frozen=True, kw_only=True)
class ReadForScan:
    """Bytes of a document that nobody may read yet."""

    document: Document
    span: Span

    def answer(self, context: QueryContext) -> bytes:
        """The bytes in the span, which is cut to the document's size; for the worker alone."""
        require_system(context)
        return read_content(context, self.document, self.span)


@dataclass(frozen=True, kw_only=True)
class RecordScan(Command[None]):
    """Say what the scanner makes of a document."""

    document_id: UUID
    verdict: Verdict


def record_scan(command: RecordScan, transaction: Transaction) -> None:
    """Write it, and in the journal what is not clean; nothing if another worker has said so already."""
    require_role(transaction.actor, Role.OPERATOR)
    document = documents_store.document(transaction.connection, command.document_id)
    locked = changeset_store.lock_case(transaction.connection, document.case_id) if document else None
    if document is None or locked is None:
        raise NotFound.of("document", command.document_id)
    verdict = command.verdict
    if not documents_store.settle_scan(transaction.connection, document.id, verdict.scan):
        return
    if verdict.scan is not Scan.CLEAN:
        changeset = CaseChangeset(transaction, locked)
        detail = {"document": str(document.id), "sha256": document.sha256, "detail": verdict.detail}
        changeset.record(f"document_{verdict.scan}", detail)
        changeset.save()


@dataclass(frozen=True, kw_only=True)
class ScanAgain(Command[int]):
    """Have the scanner look once more at all documents of these states; nobody reads them meanwhile."""

    scans: frozenset[Scan]


def scan_again(command: ScanAgain, transaction: Transaction) -> int:
    """How many documents wait for it now."""
    require_role(transaction.actor, Role.OPERATOR)
    return documents_store.set_pending(transaction.connection, command.scans)


@dataclass(frozen=True, kw_only=True)
class CountScans:
    """How many documents there are of each state."""

    def answer(self, context: QueryContext) -> Mapping[Scan, int]:
        """The numbers; states without a document are left out."""
        require_role(context.actor, Role.OPERATOR)
        return documents_store.count_scans(context.connection)


def require_system(context: QueryContext) -> None:
    """Refuse everybody but the worker."""
    if context.actor.kind is not ActorKind.SYSTEM:
        raise NotPermitted("Only the worker reads what the virus scanner has not seen.")
