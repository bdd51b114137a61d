"""Draws random diagrams of the whole dialect: blocks inside blocks, and tangles without any structure.

What is thrown stands, but for some, right behind a task, so that no other token is on the move when it is
thrown: where others are, BPMN leaves the order open, and both sides may be right.
"""

from random import Random

from tests.difference.drawing import Diagram, Scope
from tests.difference.generator import events, gateways
from tests.difference.generator.activities import activity, event_sub_processes
from tests.difference.generator.pen import ERRORS, LARGEST_VALUE, Draw, Pen, Place

__all__ = ["ERRORS", "LARGEST_VALUE", "draw"]

_BLOCKS: dict[Draw, int] = {
    activity: 14,
    events.catch: 3,
    events.throw: 4,
    events.way_out: 4,
    events.link: 1,
    events.race: 2,
    events.broadcast: 1,
    gateways.choice: 3,
    gateways.parallel: 4,
    gateways.inclusive: 3,
    gateways.several_flows: 2,
    gateways.repetition: 2,
    gateways.tangle: 1,
}
_WHERE_PATHS_MAY_END: dict[Draw, int] = {gateways.fork: 2, gateways.wild: 1}
_WHERE_MUCH_CAN_BE_UNDONE: dict[Draw, int] = {
    events.undoing: 4,
    events.undoing_inside: 2,
    events.cancelling: 2,
    events.compensate: 1,
}


def draw(seed: int) -> Diagram:
    """The diagram of that number, always the same."""
    key = f"d{seed}"
    pen = Pen(Random(seed), key=key, block=_block, process=_process)
    _process(pen, key, 0, ())
    return pen.diagram


def _process(pen: Pen, process_id: str, depth: int, errors: tuple[str, ...]) -> None:
    """A process: it gives its variables their first values, and then asks for one."""
    code = pen.random.choice(ERRORS) if pen.chance(0.1) else None
    scope = Scope(process_id)
    pen.diagram.processes.append(scope)
    caught = (*errors, *([code] if code is not None and code not in errors else []))
    place = Place(scope=scope, writes={}, errors=caught, depth=depth)
    start = pen.node(place, "start", "startEvent")
    begin = pen.after(place, start.id, "begin", "scriptTask")
    begin.sets = place.writes
    first = pen.decision(place, begin.id)
    pen.finish(place, pen.sequence(place, first.id))
    event_sub_processes(pen, place, code=code, most=pen.one_of({0: 6, 1: 3, 2: 1}))


def _block(pen: Pen, place: Place, before: str) -> str:
    blocks = dict(_BLOCKS)
    blocks |= _WHERE_PATHS_MAY_END if place.ends else {}
    blocks |= _WHERE_MUCH_CAN_BE_UNDONE if place.undoes else {}
    return pen.one_of(blocks)(pen, place, before)
