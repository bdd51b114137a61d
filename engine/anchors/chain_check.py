"""Whether a chain is what it was: its lines follow one another, are keyed, and were anchored so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engine.anchors import Break, Finding
from engine.sealing.chain import GENESIS, ChainedLine
from engine.sealing.journal_keys import JournalKeys


@dataclass(frozen=True, kw_only=True)
class AnchoredHead:
    """A leaf, and of which anchor it is; `name` is what the leaf calls the case or version."""

    anchor: int
    takes_unkeyed: bool
    name: str
    length: int
    hash: str


class Told(Protocol):
    """Makes a finding of a line of the chain, or of the whole of it."""

    def __call__(self, what: Break, line: int | None, found: str) -> Finding: ...


@dataclass(kw_only=True)
class ChainCheck:
    """Follows one chain line by line; keeps nothing of a line but what the end needs.

    `leaves` are those of the chain, shortest first. With `must_be_keyed` only the lines that an anchor has
    accepted may have no key. `owner` is what the chain is of, in sentences.
    """

    owner: str
    told: Told
    keys: JournalKeys
    leaves: Sequence[AnchoredHead]
    must_be_keyed: bool
    length: int = 0
    hash: str = GENESIS
    unkeyed: int = 0
    _is_rewritten: bool = False
    _missing_keys: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._leaves_at: dict[int, list[AnchoredHead]] = {}
        for leaf in self.leaves:
            self._leaves_at.setdefault(leaf.length, []).append(leaf)

    def follow(self, line: ChainedLine) -> tuple[Finding, ...]:
        """What is wrong with the next line."""
        found = tuple(self._wrong_with(line))
        self.length, self.hash = line.number, line.hash
        return found

    def end(self, length: int, last_hash: str) -> Iterator[Finding]:
        """What is wrong with the chain as a whole, where its owner says that it has so many lines."""
        anchored = self.leaves[-1] if self.leaves else None
        if anchored is not None and anchored.length > self.length:
            covers = f": anchor {anchored.anchor} covers {anchored.length}"
            yield self._missing(self.length + 1, anchored.length, covers)
        elif length > self.length:
            covers = f": the {self.owner} says that there are {length}"
            yield self._missing(self.length + 1, length, covers)
        elif length < self.length:
            found = f"the {self.owner} knows of {length} lines only, there are {self.length}"
            yield self.told(Break.LINES_UNKNOWN, length + 1, found)
        elif last_hash != self.hash:
            found = f"the {self.owner} knows another last line than this"
            yield self.told(Break.LINE_CHANGED, self.length, found)

    @property
    def is_ahead(self) -> bool:
        """Whether there are lines that no anchor covers."""
        return not self.leaves or self.leaves[-1].length < self.length

    def _wrong_with(self, line: ChainedLine) -> Iterator[Finding]:
        if line.number > self.length + 1:
            yield self._missing(self.length + 1, line.number - 1)
        elif line.previous_hash != self.hash:
            found = "does not follow from the one before: one of the two was replaced"
            yield self.told(Break.LINE_CHANGED, line.number, found)
        yield from self._authenticity(line)
        if line.number in self._leaves_at and not self._is_rewritten:
            yield from self._leaf(line)

    def _authenticity(self, line: ChainedLine) -> Iterator[Finding]:
        if line.key_name is None:
            self.unkeyed += 1
            if self.must_be_keyed and line.number > self._accepted_without_key:
                found = "has no key, though there was one when it was written"
                yield self.told(Break.UNKEYED, line.number, found)
            key = None
        elif (key := self.keys.named(line.key_name)) is None:
            if line.key_name not in self._missing_keys:
                self._missing_keys.add(line.key_name)
                found = f"cannot be verified: its key {line.key_name} is not at hand"
                yield self.told(Break.KEY_MISSING, line.number, found)
            return
        if line.hash != line.computed_hash(key):
            found = "was changed: its hash is not that of what it says"
            yield self.told(Break.LINE_CHANGED, line.number, found)

    @property
    def _accepted_without_key(self) -> int:
        return max((leaf.length for leaf in self.leaves if leaf.takes_unkeyed), default=0)

    def _leaf(self, line: ChainedLine) -> Iterator[Finding]:
        """The first leaf that is another line's ends the comparison: what follows is another chain."""
        other = next((leaf for leaf in self._leaves_at[line.number] if leaf.hash != line.hash), None)
        if other is not None:
            self._is_rewritten = True
            found = f"is not the line that anchor {other.anchor} covers: the journal was rewritten up to it"
            yield self.told(Break.REWRITTEN, line.number, found)

    def _missing(self, first: int, last: int, why: str = "") -> Finding:
        lines = f"line {first} is missing" if first == last else f"lines {first} to {last} are missing"
        return self.told(Break.LINES_MISSING, first, f"{lines}{why}")
