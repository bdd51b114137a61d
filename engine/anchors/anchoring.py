"""Making an anchor over every journal that has grown, and noting which place outside has it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from engine.anchors import store as anchors_store
from engine.anchors.model import Anchor, Copy, Leaf, MerkleTree
from engine.context import Command, QueryContext, Transaction
from engine.sealing.chain import GENESIS

LONGEST_TRANSACTION = timedelta(minutes=15)
"""How long before it became visible a change may have been dated: a transaction that took long, a clock that
is late. So far before the last anchor the next one looks for changes."""

_LOOKS_AT_ALL_EVERY = 144
"""Once in so many anchors every journal is looked at: a clock may be wrong by more than that. At one in ten
minutes it is once a day."""
_AT_A_TIME = 1_000


@dataclass(frozen=True, kw_only=True)
class AnchorJournals(Command[Anchor | None]):
    """Put the head of every journal that has grown under a new anchor.

    Nothing is done within `not_within` of the last one. With `takes_unkeyed` the lines without a key that
    are there are accepted; the first anchor with a key always accepts them.
    """

    not_within: timedelta = timedelta(0)
    takes_unkeyed: bool = False


def anchor_journals(command: AnchorJournals, transaction: Transaction) -> Anchor | None:
    """The anchor; None if nothing has changed, it is too early, or somebody else is making one."""
    connection, key = transaction.connection, transaction.journal_keys.newest
    if not anchors_store.only_here(connection):
        return None
    last = anchors_store.last_anchor(connection)
    if last is not None and transaction.now - last.at < command.not_within:
        return None
    takes_unkeyed = key is not None and (
        command.takes_unkeyed or not anchors_store.any_takes_unkeyed(connection)
    )
    number = last.number + 1 if last else 1
    # Whoever accepts what is there must accept all of it, and not what changed lately.
    looks_at_all = last is None or takes_unkeyed or number % _LOOKS_AT_ALL_EVERY == 0
    since = last.at - LONGEST_TRANSACTION if last is not None and not looks_at_all else None
    tree = _written(transaction, number, since=since, all_cases=takes_unkeyed)
    if not tree.size:
        return None
    anchor = Anchor(
        number=number,
        at=transaction.now,
        previous_hash=last.hash if last else GENESIS,
        leaf_count=tree.size,
        root=tree.root,
        takes_unkeyed=takes_unkeyed,
        key_name=key.name if key else None,
        public_key=key.public_key if key else None,
    )
    signed = replace(anchor, signature=key.signed(anchor.statement())) if key else anchor
    anchors_store.add_anchor(connection, signed)
    return signed


def _written(transaction: Transaction, number: int, *, since: datetime | None, all_cases: bool) -> MerkleTree:
    """The tree over the heads, each of which has been written as a leaf."""
    tree = MerkleTree()
    heads = anchors_store.heads(transaction.connection, since=since, grown=not all_cases)
    for leaves in _chunks(heads):
        anchors_store.add_leaves(transaction.connection, number, leaves)
        for leaf in leaves:
            tree.add(leaf.content())
    return tree


def _chunks(leaves: Iterator[Leaf]) -> Iterator[list[Leaf]]:
    while chunk := list(islice(leaves, _AT_A_TIME)):
        yield chunk


@dataclass(frozen=True, kw_only=True)
class NoteCopy(Command[None]):
    """Note that a place outside has an anchor, and what it gave in return."""

    anchor: int
    place: str
    receipt: bytes | None = None


def note_copy(command: NoteCopy, transaction: Transaction) -> None:
    """Once; a second copy at the same place is not noted."""
    copy = Copy(anchor=command.anchor, place=command.place, at=transaction.now, receipt=command.receipt)
    anchors_store.add_copy(transaction.connection, copy)


@dataclass(frozen=True, kw_only=True)
class AnchorsMissingAt:
    """Anchors that a place has no copy of."""

    place: str
    limit: int = 100

    def answer(self, context: QueryContext) -> Sequence[Anchor]:
        """The first of them, lowest number first."""
        return anchors_store.missing_at(context.connection, self.place, self.limit)


@dataclass(frozen=True, kw_only=True)
class ReadLeaves:
    """Leaves of an anchor in the order of its tree, the first ones or those after the case `after`."""

    anchor: int
    after: UUID | None = None

    def answer(self, context: QueryContext) -> Sequence[Leaf]:
        """A part of them; an empty one ends them."""
        return anchors_store.leaves_after(context.connection, self.anchor, self.after)


@dataclass(frozen=True, kw_only=True)
class AnchorState:
    """How anchoring stands. `changed_at` is when a journal grew last, `missing` counts by place."""

    last: Anchor | None
    changed_at: datetime | None
    missing: dict[str, int]
    unguarded: tuple[str, ...]

    @property
    def waits_since(self) -> datetime | None:
        """Since when a journal waits: the last anchor, or its change if there is none; None if none waits."""
        if self.changed_at is None or (self.last is not None and self.changed_at <= self.last.at):
            return None
        return self.last.at if self.last is not None else self.changed_at


@dataclass(frozen=True, kw_only=True)
class ShowAnchorState:
    """How anchoring stands, and what its places lack."""

    places: Sequence[str]

    def answer(self, context: QueryContext) -> AnchorState:
        """The state; `unguarded` are tables whose rows our own role of the database could change."""
        connection = context.connection
        return AnchorState(
            last=anchors_store.last_anchor(connection),
            changed_at=anchors_store.last_change(connection),
            missing={place: anchors_store.count_missing_at(connection, place) for place in self.places},
            unguarded=anchors_store.unguarded_tables(connection),
        )
