"""Places outside of the database that get every anchor, one module each; and making and handing over one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from engine.anchors.anchoring import AnchorJournals, AnchorsMissingAt, NoteCopy, ReadLeaves
from engine.anchors.model import Anchor, AnchorPlace, Leaf, NotHandedOver
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM


@dataclass(frozen=True, kw_only=True)
class Anchored:
    """What came of it: the new anchor, if there is one, and why places did not take theirs, by place."""

    anchor: Anchor | None
    refused: Mapping[str, str]


def anchor_and_hand_over(
    engine: Engine, places: Sequence[AnchorPlace], *, not_within: timedelta, takes_unkeyed: bool = False
) -> Anchored:
    """Make an anchor if one is due, and give every place what it lacks; no transaction is open meanwhile.

    A place that does not take an anchor gets it the next time, and the ones after it not before.
    """
    command = AnchorJournals(not_within=not_within, takes_unkeyed=takes_unkeyed)
    made = engine.carry_out(command, actor=SYSTEM)
    refused = {}
    for place in places:
        try:
            _hand_over(engine, place)
        except NotHandedOver as problem:
            refused[place.name] = str(problem)
    return Anchored(anchor=made, refused=refused)


def _hand_over(engine: Engine, place: AnchorPlace) -> None:
    while missing := engine.ask(AnchorsMissingAt(place=place.name), actor=SYSTEM):
        for anchor in missing:
            receipt = place.hand_over(anchor, partial(leaves_of, engine, anchor.number))
            copy = NoteCopy(anchor=anchor.number, place=place.name, receipt=receipt)
            engine.carry_out(copy, actor=SYSTEM)


def leaves_of(engine: Engine, anchor: int) -> Iterator[Leaf]:
    """The leaves of an anchor in the order of its tree, read in parts."""
    after = None
    while part := engine.ask(ReadLeaves(anchor=anchor, after=after), actor=SYSTEM):
        yield from part
        after = part[-1].case_id
