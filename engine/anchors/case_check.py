"""Whether a case and its journal are what they were: chain, keys, anchors, outcome and documents."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from engine.anchors import Break, Finding
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
class AnchoredHead:
    """A leaf, and of which anchor it is."""

    anchor: int
    takes_unkeyed: bool
    case_number: str
    length: int
    hash: str


@dataclass(frozen=True, kw_only=True)
class DocumentLine:
    """That a document came in, as the journal has it."""

    line: int
    sha256: str


@dataclass(kw_only=True)
class CaseCheck:
    """Follows the journal of one case line by line; keeps nothing of a line but what the end needs.

    `leaves` are those of the case, shortest first. With `must_be_keyed` only the lines that an anchor has
    accepted may have no key.
    """

    case_name: str
    keys: JournalKeys
    leaves: Sequence[AnchoredHead]
    must_be_keyed: bool
    documents: dict[str, DocumentLine] = field(default_factory=dict)
    head: JournalHead = field(default_factory=JournalHead)
    unkeyed: int = 0
    _status: CaseStatus = CaseStatus.OPEN
    _outcome: str | None = None
    _decided_at: int | None = None
    _is_rewritten: bool = False
    _missing_keys: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._leaves_at: dict[int, list[AnchoredHead]] = {}
        for leaf in self.leaves:
            self._leaves_at.setdefault(leaf.length, []).append(leaf)

    def follow(self, line: JournalEntry) -> tuple[Finding, ...]:
        """What is wrong with the next line."""
        found = tuple(self._wrong_with(line))
        self.head = JournalHead(length=line.number, hash=line.hash)
        self._note(line)
        return found

    def _wrong_with(self, line: JournalEntry) -> Iterator[Finding]:
        if line.number > self.head.length + 1:
            yield self._missing(self.head.length + 1, line.number - 1)
        elif line.previous_hash != self.head.hash:
            found = "does not follow from the one before: one of the two was replaced"
            yield self._at(line, Break.LINE_CHANGED, found)
        yield from self._authenticity(line)
        if line.number in self._leaves_at and not self._is_rewritten:
            yield from self._leaf(line)

    def end(self, case: StoredCase) -> Iterator[Finding]:
        """What is wrong with the journal as a whole, and with what the case says of itself."""
        anchored = self.leaves[-1] if self.leaves else None
        length = self.head.length
        if anchored is not None and anchored.length > length:
            covers = f": anchor {anchored.anchor} covers {anchored.length}"
            yield self._missing(length + 1, anchored.length, covers)
        elif case.journal.length > length:
            covers = f": the case says that there are {case.journal.length}"
            yield self._missing(length + 1, case.journal.length, covers)
        elif case.journal.length < length:
            found = f"the case knows of {case.journal.length} lines only, the journal has {length}"
            yield self._finding(Break.LINES_UNKNOWN, case.journal.length + 1, found)
        elif case.journal.hash != self.head.hash:
            yield self._finding(Break.LINE_CHANGED, length, "the case knows another last line than this")
        if (case.status, case.outcome) != (self._status, self._outcome):
            yield self._finding(
                Break.OUTCOME_CHANGED,
                self._decided_at,
                f"the case says {_said(case.status, case.outcome)}, "
                f"its journal {_said(self._status, self._outcome)}",
            )

    def _authenticity(self, line: JournalEntry) -> Iterator[Finding]:
        if line.key_name is None:
            self.unkeyed += 1
            if self.must_be_keyed and line.number > self._accepted_without_key:
                found = "has no key, though there was one when it was written"
                yield self._at(line, Break.UNKEYED, found)
            key = None
        elif (key := self.keys.named(line.key_name)) is None:
            if line.key_name not in self._missing_keys:
                self._missing_keys.add(line.key_name)
                found = f"cannot be verified: its key {line.key_name} is not at hand"
                yield self._at(line, Break.KEY_MISSING, found)
            return
        if line.hash != line.computed_hash(key):
            yield self._at(line, Break.LINE_CHANGED, "was changed: its hash is not that of what it says")

    @property
    def _accepted_without_key(self) -> int:
        return max((leaf.length for leaf in self.leaves if leaf.takes_unkeyed), default=0)

    def _leaf(self, line: JournalEntry) -> Iterator[Finding]:
        """The first leaf that is another line's ends the comparison: what follows is another journal."""
        other = next((leaf for leaf in self._leaves_at[line.number] if leaf.hash != line.hash), None)
        if other is not None:
            self._is_rewritten = True
            found = f"is not the line that anchor {other.anchor} covers: the journal was rewritten up to it"
            yield self._at(line, Break.REWRITTEN, found)

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

    def _missing(self, first: int, last: int, why: str = "") -> Finding:
        lines = f"line {first} is missing" if first == last else f"lines {first} to {last} are missing"
        return self._finding(Break.LINES_MISSING, first, f"{lines}{why}")

    def _at(self, line: JournalEntry, what: Break, found: str) -> Finding:
        return self._finding(what, line.number, found)

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
