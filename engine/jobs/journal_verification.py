"""The verification of all journals, part by part: anchors, the file of anchors, then case after case.

Each part is one look at the database, and afterwards there is a `Progress` from which it can go on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from engine.anchors import Break, Finding
from engine.anchors.model import Anchor, Leaf, MerkleTree, NotHandedOver
from engine.anchors.verify import (
    AnchorsPart,
    CompareLeaves,
    LastCopyAt,
    ShowAnchors,
    VerifyAnchors,
    VerifyJournals,
    anchor_findings,
)
from engine.dispatch import Engine
from engine.jobs.anchor_places.file import AnchorFile
from engine.jobs.anchor_places.time_stamp import TimeStampAuthority
from engine.kernel.actor import SYSTEM

_AT_A_TIME = 500
"""Leaves that are compared, and anchors that are read, in one look at the database."""


class Stage(StrEnum):
    ANCHORS = "anchors"
    FILE = "file"
    JOURNALS = "journals"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a verification has come, and what it has seen.

    It goes on after the anchor `anchor`, at the byte `file_at` of the file, whose last whole anchor so far is
    `file_anchor`, or after the case `case`. `unsound` are anchors in the database that say something else
    than was signed, or lack leaves.
    """

    stage: Stage = Stage.ANCHORS
    anchor: int = 0
    file_at: int = 0
    file_anchor: int = 0
    case: UUID | None = None
    unsound: tuple[int, ...] = ()
    anchors: int = 0
    leaves: int = 0
    cases: int = 0
    lines: int = 0
    documents: int = 0
    unkeyed: int = 0
    ahead: int = 0

    @classmethod
    def at_case(cls, case_id: UUID) -> "Progress":
        """Where the verification of journals begins with that case."""
        return cls(stage=Stage.JOURNALS, case=UUID(int=case_id.int - 1) if case_id.int else None)

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> "Progress":
        """What `as_json` made; `TypeError`, `KeyError` or `ValueError` for anything else."""
        case = UUID(kept["case"]) if kept["case"] else None
        return cls(
            **{
                **kept,
                "stage": Stage(kept["stage"]),
                "case": case,
                "unsound": tuple(int(number) for number in kept["unsound"]),
            }
        )

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "case": str(self.case) if self.case else None}


Step = tuple[Progress, Sequence[Finding]]


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What is verified: the journals of an engine, against its anchors and their copies outside.

    `file` may be a copy that somebody keeps; only with `file_is_whole` must it have every anchor. Without
    `documents` their contents are not read.
    """

    engine: Engine
    file: AnchorFile | None = None
    file_is_whole: bool = True
    authority: TimeStampAuthority | None = None
    documents: bool = True

    def steps(self, progress: Progress) -> Iterator[Step]:
        """Go on from there to the end; each step gives what was found since the one before."""
        for stage in (self._in_anchors, self._in_file, self._in_journals):
            reached = progress
            for reached, findings in stage(progress):
                yield reached, findings
            progress = reached

    def _in_anchors(self, progress: Progress) -> Iterator[Step]:
        while progress.stage is Stage.ANCHORS:
            part = self.engine.ask(VerifyAnchors(after=progress.anchor), actor=SYSTEM)
            if not part.anchors:
                yield replace(progress, stage=Stage.FILE), ()
                return
            progress = replace(
                progress,
                anchor=part.anchors[-1].number,
                anchors=progress.anchors + len(part.anchors),
                leaves=progress.leaves + part.leaves,
                unsound=(*progress.unsound, *sorted(part.unsound)),
            )
            yield progress, (*part.findings, *self._in_stamps(part))

    def _in_stamps(self, part: AnchorsPart) -> Iterator[Finding]:
        authority = self.authority
        anchors = {anchor.number: anchor for anchor in part.anchors}
        for copy in part.copies:
            if authority is None or copy.place != authority.name or copy.anchor not in anchors:
                continue
            try:
                authority.stamped_at(copy.receipt or b"", anchors[copy.anchor])
            except NotHandedOver as problem:
                found = f"its time stamp does not vouch for it: {problem}"
                yield Finding(what=Break.ANCHOR_CHANGED, anchor=copy.anchor, found=found)

    def _in_file(self, progress: Progress) -> Iterator[Step]:
        if progress.stage is not Stage.FILE:
            return
        if self.file is not None:
            reading = _FileReading(self.engine, progress)
            try:
                for at, record in self.file.records(after=progress.file_at):
                    if isinstance(record, Leaf):
                        reading.add(record)
                        continue
                    findings = reading.end_block()
                    if reading.is_whole:
                        progress = replace(progress, file_at=at, file_anchor=reading.last)
                    yield progress, findings
                    reading.begin_block(record)
            except FileNotFoundError:
                reading.is_there = False
            yield progress, (*reading.end_block(), *reading.end(is_whole=self.file_is_whole))
        yield replace(progress, stage=Stage.JOURNALS), ()

    def _in_journals(self, progress: Progress) -> Iterator[Step]:
        while progress.stage is Stage.JOURNALS:
            question = VerifyJournals(after=progress.case, documents=self.documents)
            part = self.engine.ask(question, actor=SYSTEM)
            progress = replace(
                progress,
                stage=Stage.JOURNALS if part.last else Stage.DONE,
                case=part.last,
                cases=progress.cases + part.cases,
                lines=progress.lines + part.lines,
                documents=progress.documents + part.documents,
                unkeyed=progress.unkeyed + part.unkeyed,
                ahead=progress.ahead + part.ahead,
            )
            yield progress, part.findings


class _FileReading:
    """Takes in the file of anchors, block by block: an anchor, then its leaves.

    A block with other leaves than its anchor has was interrupted, if a whole one of the same number follows.
    """

    def __init__(self, engine: Engine, progress: Progress) -> None:
        self.last = progress.file_anchor
        self.is_there = True
        self._engine = engine
        self._keys = engine.journal_keys
        self._unsound = frozenset(progress.unsound)
        self._known: dict[int, Anchor] = {}
        self._before: Anchor | None = None
        self._anchor: Anchor | None = None
        self._tree = MerkleTree()
        self._to_compare: list[Leaf] = []
        self._findings: list[Finding] = []
        self._broken: dict[int, Finding] = {}

    @property
    def is_whole(self) -> bool:
        """Whether nothing of what was read so far must come again."""
        return not self._broken

    def begin_block(self, anchor: Anchor) -> None:
        self._anchor, self._tree = anchor, MerkleTree()
        self._findings.extend(
            _in_the_file(finding)
            for finding in anchor_findings(anchor, self._keys, before=self._before, expected=self.last + 1)
        )
        known = self._in_database(anchor.number)
        self._compares = known != anchor or anchor.number in self._unsound
        if known is None:
            found = "is in the file of anchors, but not in the database"
            self._findings.append(Finding(what=Break.ANCHOR_REMOVED, anchor=anchor.number, found=found))
        elif known != anchor:
            found = "is another one in the database than in the file of anchors"
            self._findings.append(Finding(what=Break.ANCHOR_CHANGED, anchor=anchor.number, found=found))

    def add(self, leaf: Leaf) -> None:
        if self._anchor is None:
            return
        self._tree.add(leaf.content())
        if self._compares:
            self._to_compare.append(leaf)
            if len(self._to_compare) >= _AT_A_TIME:
                self._compare(self._anchor.number)

    def end_block(self) -> tuple[Finding, ...]:
        """What was found since the last time; the block is over."""
        anchor = self._anchor
        if anchor is not None:
            self._compare(anchor.number)
            if (self._tree.size, self._tree.root) == (anchor.leaf_count, anchor.root):
                self._broken.pop(anchor.number, None)
                if anchor.number > self.last:
                    self.last, self._before = anchor.number, anchor
            else:
                found = f"has other leaves in the file of anchors than the {anchor.leaf_count} that it covers"
                self._broken[anchor.number] = Finding(
                    what=Break.COPY_LACKS_ANCHOR, anchor=anchor.number, found=found
                )
        findings, self._findings, self._anchor = tuple(self._findings), [], None
        return findings

    def end(self, *, is_whole: bool) -> Iterator[Finding]:
        """What is wrong with the file as a whole."""
        yield from self._broken.values()
        given = self._engine.ask(LastCopyAt(place="file"), actor=SYSTEM)
        if is_whole and given > max(self.last, *self._broken, 0):
            found = f"the file of anchors was given {given} anchors, and has {self.last}"
            if not self.is_there:
                found = f"the file of anchors is gone; it was given {given} anchors"
            yield Finding(what=Break.COPY_LACKS_ANCHOR, anchor=self.last + 1, found=found)

    def _compare(self, anchor: int) -> None:
        if self._to_compare:
            question = CompareLeaves(anchor=anchor, leaves=tuple(self._to_compare))
            self._findings.extend(self._engine.ask(question, actor=SYSTEM))
            self._to_compare.clear()

    def _in_database(self, number: int) -> Anchor | None:
        if number not in self._known:
            following = self._engine.ask(ShowAnchors(after=number - 1, limit=_AT_A_TIME), actor=SYSTEM)
            self._known = {anchor.number: anchor for anchor in following}
        return self._known.get(number)


def _in_the_file(finding: Finding) -> Finding:
    return replace(finding, found=f"{finding.found} (in the file of anchors)")
