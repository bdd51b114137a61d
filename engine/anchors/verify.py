"""Questions that verify a part of all journals or of all anchors, each in one look at the database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from engine.anchors import Break, Finding, verification_store
from engine.anchors import store as anchors_store
from engine.anchors.case_check import CaseCheck, StoredCase, document_findings
from engine.anchors.chain_check import AnchoredHead
from engine.anchors.model import Anchor, Copy, Leaf, MerkleTree
from engine.cases.journal import JournalEntry
from engine.context import QueryContext
from engine.documents.content import digest_of_content
from engine.documents.model import Document
from engine.kernel.refusal import Unavailable
from engine.sealing.chain import GENESIS
from engine.sealing.journal_keys import JournalKeys
from engine.sealing.parts import DAMAGED

_MOST_OF_A_CASE = 20
"""How many breaks of one case are told: whoever finds so many knows enough."""


@dataclass(frozen=True, kw_only=True)
class JournalsPart:
    """What was found in the journals of some cases; `last` is the last of them, None at the end of all.

    `unkeyed` lines have no key; `ahead` cases have lines that no anchor covers yet.
    """

    findings: tuple[Finding, ...]
    last: UUID | None
    cases: int
    lines: int
    documents: int
    unkeyed: int
    ahead: int


@dataclass(frozen=True, kw_only=True)
class VerifyJournals:
    """The next `limit` cases after a case, by id: with their journals, leaves and, if wanted, documents."""

    after: UUID | None = None
    limit: int = 500
    documents: bool = True

    def answer(self, context: QueryContext) -> JournalsPart:
        return _Journals(self, context).verified()


class _Journals:
    """One look at some cases; the lines are read one after the other, whatever their number."""

    def __init__(self, question: VerifyJournals, context: QueryContext) -> None:
        connection = context.connection
        self._question = question
        self._context = context
        self._connection = connection
        self._keys = context.journal_keys
        cases = verification_store.stored_cases(connection, question.after, question.limit)
        # The last part goes on to the end, so that what belongs to no case is seen too.
        self._last = cases[-1].id if len(cases) == question.limit else None
        self._cases = {case.id: case for case in cases}
        self._range = (question.after, self._last)
        self._leaves = verification_store.anchored_heads(connection, *self._range)
        self._must_be_keyed = self._keys.newest is not None and anchors_store.any_takes_unkeyed(connection)
        self._lines = self._documents = self._unkeyed = self._ahead = 0

    def verified(self) -> JournalsPart:
        findings = tuple(self._findings())
        return JournalsPart(
            findings=findings,
            last=self._last,
            cases=len(self._cases),
            lines=self._lines,
            documents=self._documents,
            unkeyed=self._unkeyed,
            ahead=self._ahead,
        )

    def _findings(self) -> Iterator[Finding]:
        bare = dict(self._cases)
        unseen = dict(self._leaves)
        checks: dict[UUID, CaseCheck] = {}
        lines = verification_store.lines_between(self._connection, *self._range)
        for case_id, of_case in groupby(lines, lambda line: line.case_id):
            case, leaves = bare.pop(case_id, None), unseen.pop(case_id, [])
            check = self._check(case_id, case, leaves)
            yield from self._followed(check, case, of_case)
            if check.documents:
                checks[case_id] = check
        for case in bare.values():
            unseen.pop(case.id, None)
            found = f"the whole journal is gone; the case says that it has {case.journal.length} lines"
            yield Finding(what=Break.JOURNAL_REMOVED, case=case.number, line=1, found=found)
        for leaves in unseen.values():
            leaf = leaves[-1]
            found = f"the case is gone with its journal; anchor {leaf.anchor} covers {leaf.length} lines"
            yield Finding(what=Break.CASE_REMOVED, case=leaf.name, line=leaf.length, found=found)
        if self._question.documents:
            yield from self._in_documents(checks)

    def _check(self, case_id: UUID, case: StoredCase | None, leaves: Sequence[AnchoredHead]) -> CaseCheck:
        name = case.number if case else leaves[-1].name if leaves else str(case_id)
        return CaseCheck(case_name=name, keys=self._keys, leaves=leaves, must_be_keyed=self._must_be_keyed)

    def _followed(
        self, check: CaseCheck, case: StoredCase | None, lines: Iterator[JournalEntry]
    ) -> list[Finding]:
        told: list[Finding] = []
        for line in lines:
            wrong = check.follow(line)
            told.extend(wrong[: max(0, _MOST_OF_A_CASE - len(told))])
        self._lines += check.chain.length
        self._unkeyed += check.chain.unkeyed
        if case is None:
            found = f"the case is gone; {check.chain.length} lines of its journal are there"
            told.append(Finding(what=Break.CASE_REMOVED, case=check.case_name, line=1, found=found))
        else:
            told.extend(check.end(case))
            self._ahead += check.chain.is_ahead
        return told

    def _in_documents(self, checks: Mapping[UUID, CaseCheck]) -> Iterator[Finding]:
        kept = verification_store.documents_between(self._connection, *self._range)
        remaining = dict(checks)
        self._documents = len(kept)
        for case_id, of_case in groupby(kept, lambda document: document.case_id):
            check, case = remaining.pop(case_id, None), self._cases.get(case_id)
            name = check.case_name if check else case.number if case else str(case_id)
            digests = ((str(one.id), one.sha256, self._digest(one)) for one in of_case)
            yield from document_findings(name, check.documents if check else {}, digests)
        for check in remaining.values():
            yield from document_findings(check.case_name, check.documents, ())

    def _digest(self, document: Document) -> str | Break | None:
        try:
            return digest_of_content(self._context, document)
        except Unavailable as unreadable:
            return Break.DOCUMENT_CHANGED if unreadable.code == DAMAGED else Break.KEY_MISSING


@dataclass(frozen=True, kw_only=True)
class AnchorsPart:
    """What was found in some anchors; `unsound` ones say something else than was signed, or lack leaves."""

    findings: tuple[Finding, ...]
    anchors: tuple[Anchor, ...]
    copies: tuple[Copy, ...]
    leaves: int
    unsound: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class VerifyAnchors:
    """The next `limit` anchors after one, each against the one before, its signature and its leaves."""

    after: int = 0
    limit: int = 200

    def answer(self, context: QueryContext) -> AnchorsPart:
        connection = context.connection
        known = list(anchors_store.anchors_after(connection, self.after - 1, self.limit + 1))
        before = known.pop(0) if known and known[0].number == self.after else None
        anchors = known[: self.limit]
        if not anchors:
            return AnchorsPart(findings=(), anchors=(), copies=(), leaves=0, unsound=frozenset())
        first, last = anchors[0].number, anchors[-1].number
        trees = _trees(anchors_store.leaves_of(connection, first, last))
        findings: list[Finding] = []
        number, leaves = self.after, 0
        unsound = set()
        for anchor in anchors:
            tree = trees.pop(anchor.number, MerkleTree())
            wrong = [
                *anchor_findings(anchor, context.journal_keys, before=before, expected=number + 1),
                *_in_tree(anchor, tree),
            ]
            if any(finding.what is not Break.KEY_MISSING for finding in wrong):
                unsound.add(anchor.number)
            findings.extend(wrong)
            before, number, leaves = anchor, anchor.number, leaves + tree.size
        return AnchorsPart(
            findings=tuple(findings),
            anchors=tuple(anchors),
            copies=tuple(anchors_store.copies(connection, first, last)),
            leaves=leaves,
            unsound=frozenset(unsound),
        )


def anchor_findings(
    anchor: Anchor, keys: JournalKeys, *, before: Anchor | None, expected: int
) -> Iterator[Finding]:
    """What is wrong with an anchor by itself and after the one `before`, if that is known.

    `expected` is the number that it should have; a lower one is that of an anchor that comes again.
    """
    if anchor.number > expected:
        gone = f"anchors {expected} to {anchor.number - 1} are gone"
        yield Finding(what=Break.ANCHOR_REMOVED, anchor=expected, found=gone)
    elif anchor.number == expected and anchor.previous_hash != _hash_before(anchor, before):
        found = "does not follow from the one before: one of the two was replaced"
        yield Finding(what=Break.ANCHOR_CHANGED, anchor=anchor.number, found=found)
    if anchor.key_name is None:
        if before is not None and before.key_name is not None and keys.newest is not None:
            found = "is not signed, though the one before is"
            yield Finding(what=Break.ANCHOR_CHANGED, anchor=anchor.number, found=found)
        return
    key = keys.named(anchor.key_name)
    if key is None:
        found = f"cannot be verified: its key {anchor.key_name} is not at hand"
        yield Finding(what=Break.KEY_MISSING, anchor=anchor.number, found=found)
    elif not anchor.is_signed_by(key):
        found = "was changed: its signature is not over what it says"
        yield Finding(what=Break.ANCHOR_CHANGED, anchor=anchor.number, found=found)


def _hash_before(anchor: Anchor, before: Anchor | None) -> str:
    """The hash that it should name; where the one before is not known, the one that it does."""
    if before is not None:
        return before.hash
    return GENESIS if anchor.number == 1 else anchor.previous_hash


def _in_tree(anchor: Anchor, tree: MerkleTree) -> Iterator[Finding]:
    if (tree.size, tree.root) != (anchor.leaf_count, anchor.root):
        found = f"covers {anchor.leaf_count} other leaves than the {tree.size} that are there"
        yield Finding(what=Break.ANCHOR_CHANGED, anchor=anchor.number, found=found)


def _trees(leaves: Iterator[tuple[int, Leaf]]) -> dict[int, MerkleTree]:
    trees: dict[int, MerkleTree] = {}
    for number, leaf in leaves:
        trees.setdefault(number, MerkleTree()).add(leaf.content())
    return trees


@dataclass(frozen=True, kw_only=True)
class ShowAnchors:
    """Up to `limit` anchors after one, lowest number first, without their leaves."""

    after: int = 0
    limit: int = 200

    def answer(self, context: QueryContext) -> Sequence[Anchor]:
        return anchors_store.anchors_after(context.connection, self.after, self.limit)


@dataclass(frozen=True, kw_only=True)
class ShowCopies:
    """Where the anchors `first` to `last` are."""

    first: int
    last: int

    def answer(self, context: QueryContext) -> Sequence[Copy]:
        return anchors_store.copies(context.connection, self.first, self.last)


@dataclass(frozen=True, kw_only=True)
class LastCopyAt:
    """The highest anchor that a place has."""

    place: str

    def answer(self, context: QueryContext) -> int:
        """Its number; 0 if the place has none."""
        return anchors_store.last_copy_at(context.connection, self.place)


@dataclass(frozen=True, kw_only=True)
class CompareLeaves:
    """Leaves of an anchor from a place outside, with the journals as they are."""

    anchor: int
    leaves: tuple[Leaf, ...]

    def answer(self, context: QueryContext) -> tuple[Finding, ...]:
        """What is wrong with their cases: gone, shorter than the leaf says, or rewritten."""
        hashes = verification_store.hashes_at(context.connection, self.leaves)
        there = verification_store.there(context.connection, [leaf.case_id for leaf in self.leaves])
        findings = []
        for leaf in self.leaves:
            found = hashes.get(leaf.case_id)
            if leaf.case_id not in there:
                findings.append(self._finding(leaf, Break.CASE_REMOVED, "the case is gone"))
            elif found is None:
                findings.append(self._finding(leaf, Break.LINES_MISSING, "the line is missing"))
            elif found != leaf.hash:
                findings.append(self._finding(leaf, Break.REWRITTEN, "another line was there"))
        return tuple(findings)

    def _finding(self, leaf: Leaf, what: Break, found: str) -> Finding:
        return Finding(
            what=what,
            case=leaf.case_number,
            line=leaf.length,
            anchor=self.anchor,
            found=f"{found}: anchor {self.anchor} in the file covers {leaf.length} lines",
        )
