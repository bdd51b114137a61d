"""Whether a case and its journal are what they were: chain, keys, anchors, outcome and documents."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from engine.anchors import Break, Finding
from engine.anchors.chain_check import AnchoredHead, ChainCheck
from engine.cases.journal import JournalEntry, JournalHead
from engine.kernel.vocabulary import CaseStatus
from engine.sealing.journal_keys import JournalKeys

_CLOSES = {f"case_{status}": status for status in CaseStatus if status.is_final}
_SUSPENDS = {"case_suspended": CaseStatus.SUSPENDED, "case_resumed": CaseStatus.OPEN}


@dataclass(frozen=True, kw_only=True)
class StoredCase:
    """What a case says of itself, apart from its journal."""

    id: UUID
    number: str
    status: CaseStatus
    outcome: str | None
    journal: JournalHead


@dataclass(frozen=True, kw_only=True)
class DocumentLine:
    """That a document came in, as the journal has it."""

    line: int
    sha256: str


@dataclass(kw_only=True)
class CaseCheck:
    """Follows the journal of one case line by line, and what it says of its outcome and its documents."""

    case_name: str
    keys: JournalKeys
    leaves: Sequence[AnchoredHead]
    must_be_keyed: bool
    documents: dict[str, DocumentLine] = field(default_factory=dict)
    _status: CaseStatus = CaseStatus.OPEN
    _outcome: str | None = None
    _decided_at: int | None = None

    def __post_init__(self) -> None:
        self.chain = ChainCheck(
            owner="case",
            told=self._finding,
            keys=self.keys,
            leaves=self.leaves,
            must_be_keyed=self.must_be_keyed,
        )

    def follow(self, line: JournalEntry) -> tuple[Finding, ...]:
        """What is wrong with the next line."""
        found = self.chain.follow(line)
        self._note(line)
        return found

    def end(self, case: StoredCase) -> Iterator[Finding]:
        """What is wrong with the journal as a whole, and with what the case says of itself."""
        yield from self.chain.end(case.journal.length, case.journal.hash)
        if (case.status, case.outcome) != (self._status, self._outcome):
            yield self._finding(
                Break.OUTCOME_CHANGED,
                self._decided_at,
                f"the case says {_said(case.status, case.outcome)}, "
                f"its journal {_said(self._status, self._outcome)}",
            )

    def _note(self, line: JournalEntry) -> None:
        action = line.action
        if not isinstance(line.detail, dict):
            return
        if action in _CLOSES:
            self._status, self._outcome = _CLOSES[action], line.detail.get("outcome")
            self._decided_at = line.number
        elif action in _SUSPENDS:
            self._status, self._decided_at = _SUSPENDS[action], line.number
        elif action == "document_added":
            told = DocumentLine(line=line.number, sha256=str(line.detail.get("sha256")))
            self.documents[str(line.detail.get("document"))] = told

    def _finding(self, what: Break, line: int | None, found: str) -> Finding:
        return Finding(what=what, case=self.case_name, line=line, found=found)


def document_findings(
    case_name: str, told: dict[str, DocumentLine], kept: Iterable[tuple[str, str, str | Break | None]]
) -> Iterator[Finding]:
    """What is wrong with the documents of a case.

    `told` is what the journal has of them; it is emptied. `kept` gives each document's id, its digest as the
    case has it, and the digest of its content; None if the content is gone, a `Break` if it does not open.
    """
    for document_id, stated, found in kept:
        line = told.pop(document_id, None)
        if line is None:
            yield Finding(
                what=Break.DOCUMENT_UNKNOWN,
                case=case_name,
                found=f"the journal knows nothing of document {document_id}",
            )
        elif found is None:
            yield _removed(case_name, document_id, line)
        elif found is Break.KEY_MISSING:
            yield Finding(
                what=Break.KEY_MISSING,
                case=case_name,
                line=line.line,
                found=f"document {document_id} cannot be verified: its key is not at hand, or was changed",
            )
        elif not line.sha256 == stated == found:
            yield Finding(
                what=Break.DOCUMENT_CHANGED,
                case=case_name,
                line=line.line,
                found=f"document {document_id} is not the one that came in",
            )
    yield from (_removed(case_name, document_id, line) for document_id, line in told.items())
    told.clear()


def _removed(case_name: str, document_id: str, line: DocumentLine) -> Finding:
    found = f"document {document_id} is gone"
    return Finding(what=Break.DOCUMENT_REMOVED, case=case_name, line=line.line, found=found)


def _said(status: CaseStatus, outcome: str | None) -> str:
    return f"{status} with outcome {outcome}" if outcome else str(status)
