"""An anchor: the heads of changed journals under one root, bound to the anchor before, and signed."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from engine.sealing.chain import GENESIS
from engine.sealing.journal_keys import JournalKey, is_signed

OF_VERSION = "version "
"""Begins the name of a procedure version in a leaf, as no number of a case does."""


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """Where the journal of one case stood: how many lines it had, and the hash of the last.

    The records of procedure versions have leaves too, by the id of the version and its name.
    """

    case_id: UUID
    case_number: str
    length: int
    hash: str

    def content(self) -> bytes:
        """What the tree is made over."""
        return _canonical([str(self.case_id), self.case_number, self.length, self.hash])


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """One anchor without its leaves; anchors are numbered from 1 without gaps.

    `root` is that of the tree over its leaves, in the order of their case ids. `previous_hash` is the hash of
    the anchor before. With `takes_unkeyed`, lines without a key that its leaves cover are accepted as they
    are: those of before there was a key. Where there was no key it is not signed.
    """

    number: int
    at: datetime
    previous_hash: str = GENESIS
    leaf_count: int
    root: str
    takes_unkeyed: bool = False
    key_name: str | None = None
    public_key: str | None = None
    signature: str | None = None

    def statement(self) -> bytes:
        """What is signed: canonical JSON of everything but the signature."""
        return _canonical(
            {
                "number": self.number,
                "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
                "previous": self.previous_hash,
                "leaves": self.leaf_count,
                "root": self.root,
                "takes_unkeyed": self.takes_unkeyed,
                "key": self.key_name,
                "public_key": self.public_key,
            }
        )

    @property
    def hash(self) -> str:
        """SHA-256 of the statement, by which the next anchor knows this one."""
        return hashlib.sha256(self.statement()).hexdigest()

    def is_signed_by(self, key: JournalKey) -> bool:
        """Whether that key signed it."""
        return self.signature is not None and is_signed(
            self.statement(), signature=self.signature, public_key=key.public_key
        )


def anchor_of_statement(statement: bytes | str, signature: str | None) -> Anchor:
    """The anchor that a statement is of; `ValueError` if it is none."""
    try:
        fields: dict[str, Any] = json.loads(statement)
        return Anchor(
            number=fields["number"],
            at=datetime.fromisoformat(fields["at"]),
            previous_hash=fields["previous"],
            leaf_count=fields["leaves"],
            root=fields["root"],
            takes_unkeyed=fields["takes_unkeyed"],
            key_name=fields["key"],
            public_key=fields["public_key"],
            signature=signature,
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"Expected the statement of an anchor, found {type(error).__name__}.") from error


@dataclass
class MerkleTree:
    """The root of a tree that grows leaf by leaf (RFC 6962, section 2.1); keeps one hash for each level."""

    size: int = 0
    _subtrees: list[tuple[int, bytes]] = field(default_factory=list)

    def add(self, content: bytes) -> None:
        """The next leaf; leaves and inner nodes are hashed with different first bytes."""
        height, subtree = 0, hashlib.sha256(b"\x00" + content).digest()
        while self._subtrees and self._subtrees[-1][0] == height:
            _, left = self._subtrees.pop()
            height, subtree = height + 1, _node(left, subtree)
        self._subtrees.append((height, subtree))
        self.size += 1

    @property
    def root(self) -> str:
        """The root over all leaves so far, in hexadecimal; that of no leaf is the hash of nothing."""
        if not self._subtrees:
            return hashlib.sha256().hexdigest()
        *lefts, (_, root) = self._subtrees
        for _, left in reversed(lefts):
            root = _node(left, root)
        return root.hex()


@dataclass(frozen=True, kw_only=True)
class Copy:
    """That a place outside has an anchor. `receipt` is what it gave in return, such as a time stamp."""

    anchor: int
    place: str
    at: datetime
    receipt: bytes | None = None


class NotHandedOver(Exception):
    """A place did not take an anchor; the message says why, without secrets."""


class AnchorPlace(Protocol):
    """A place outside of the database that is given every anchor. Called with no transaction open."""

    @property
    def name(self) -> str:
        """By which copies at this place are known."""

    def hand_over(self, anchor: Anchor, leaves: Callable[[], Iterable[Leaf]]) -> bytes | None:
        """Give it an anchor, perhaps once more, and get its receipt; `NotHandedOver` if it does not take it.

        `leaves` reads the leaves of the anchor, in the order of the tree.
        """


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
