"""Draws events in the flow: caught, thrown, raced for, linked, ending a path, and those that undo."""

from collections.abc import Sequence
from dataclasses import replace

from tests.difference.drawing import Node, Scope, Trigger
from tests.difference.generator.activities import on_the_side, repeat, task
from tests.difference.generator.pen import SIGNALS, Pen, Place

AT_ONCE = 0.15
"""How often something is thrown by a token that others may move beside, in an order that BPMN leaves open."""


def catch(pen: Pen, place: Place, before: str) -> str:
    node = pen.after(place, before, "catch", "intermediateCatchEvent")
    node.trigger = pen.caught(
        place, node, pen.one_of({"message": 2, "timer": 1, "condition": 1, "signal": 1})
    )
    if node.writes is not None:
        place.see([node.writes])
    return node.id


def throw(pen: Pen, place: Place, before: str) -> str:
    kind = pen.one_of({"signal": 2, "escalation": 2, "message": 1, "none": 1})
    before = before if pen.chance(AT_ONCE) else pen.decision(place, before).id
    node = pen.after(place, before, "throw", "intermediateThrowEvent")
    node.trigger = pen.thrown(place, node, kind)
    return node.id


def way_out(pen: Pen, place: Place, before: str) -> str:
    """A decision that may end the path, or the scope."""
    kinds = {"terminate": 1, "error": 3 * bool(place.errors), "cancel": 6 * place.cancels}
    if place.ends:
        kinds |= {"none": 1, "signal": 1, "escalation": 1, "message": 1, "compensation": int(place.undoes)}
    at_once = bool(place.visible) and pen.chance(AT_ONCE)
    decided = None if at_once else pen.decision(place, before).id
    gateway = pen.after(place, decided or before, "out", "exclusiveGateway")
    end = pen.node(place, "end", "endEvent")
    end.trigger = pen.thrown(place, end, pen.one_of(kinds))
    pen.flow(place, gateway.id, end.id, pen.condition(place, decided))
    last = pen.node(place, "none", "task")
    gateway.default = pen.flow(place, gateway.id, last.id).id
    return last.id


def link(pen: Pen, place: Place, before: str) -> str:
    """Two ways to leap to the same place."""
    trigger = Trigger(kind="link", name=pen.new("link"))
    land = pen.node(place, "land", "intermediateCatchEvent", trigger=trigger)
    decided = pen.decision(place, before)
    gateway = pen.after(place, decided.id, "either", "exclusiveGateway")
    for condition in (None, pen.condition(place, decided.id)):
        leap = pen.node(place, "leap", "intermediateThrowEvent", trigger=trigger)
        flow = pen.flow(place, gateway.id, leap.id, condition)
        gateway.default = gateway.default or flow.id
    return land.id


def race(pen: Pen, place: Place, before: str) -> str:
    """An event-based gateway."""
    gateway = pen.after(place, before, "race", "eventBasedGateway")
    merge = pen.node(place, "merge", "exclusiveGateway")
    message = pen.random.choice(["message", "receive"])  # BPMN allows one of the two only.
    for kind in pen.random.sample(["timer", message, "signal", "condition"], pen.random.randint(2, 3)):
        element = "receiveTask" if kind == "receive" else "intermediateCatchEvent"
        node = pen.after(place, gateway.id, "catch", element)
        node.trigger = pen.caught(place, node, "message" if kind == "receive" else kind)
        pen.flow(place, on_the_side(pen, place, node.id), merge.id)
    return merge.id


def undoing(pen: Pen, place: Place, before: str) -> str:
    """Activities that can be undone, and perhaps an event that does so."""
    undone = [_undoable(pen, place, before)]
    if pen.chance(0.5):
        undone.append(_undoable(pen, place, undone[0].id))
    before = pen.sequence(place, undone[-1].id, pen.random.randint(0, 4))
    return compensate(pen, place, before, undone) if pen.chance(0.6) else before


def undoing_inside(pen: Pen, place: Place, before: str) -> str:
    """A sub-process, perhaps repeated, in which something can be undone, and an event that undoes it."""
    node = pen.after(place, before, "sub", "subProcess")
    node.inner = Scope(node.id)
    inner = replace(place, scope=node.inner, visible=[*place.visible], depth=place.depth + 1)
    undone = _undoable(pen, inner, pen.node(inner, "start", "startEvent").id)
    if pen.chance(0.3):
        undone = _undoable(pen, inner, undone.id)
    pen.finish(inner, undone.id)
    if pen.chance(0.5):
        repeat(pen, place, node)
    return compensate(pen, place, node.id, [node])


def cancelling(pen: Pen, place: Place, before: str) -> str:
    """A transaction in which something can be undone, and which a decision cancels or not."""
    node = pen.after(place, before, "trans", "transaction")
    node.inner = Scope(node.id)
    inner = replace(place, scope=node.inner, visible=[*place.visible], depth=place.depth + 1)
    undone = _undoable(pen, inner, pen.node(inner, "start", "startEvent").id)
    decided = pen.decision(inner, undone.id)
    gateway = pen.after(inner, decided.id, "out", "exclusiveGateway")
    cancel = pen.node(inner, "end", "endEvent", trigger=Trigger(kind="cancel"))
    pen.flow(inner, gateway.id, cancel.id, pen.condition(inner, decided.id))
    end = pen.node(inner, "end", "endEvent")
    gateway.default = pen.flow(inner, gateway.id, end.id).id
    event = pen.node(place, "edge", "boundaryEvent", trigger=Trigger(kind="cancel"))
    event.attached_to = node.id
    merge = pen.after(place, node.id, "merge", "exclusiveGateway")
    pen.flow(place, on_the_side(pen, place, event.id), merge.id)
    return merge.id


def broadcast(pen: Pen, place: Place, before: str) -> str:
    """A signal that several branches wait for, thrown by one beside them."""
    split = pen.after(place, before, "split", "parallelGateway")
    join = pen.node(place, "join", "parallelGateway")
    trigger = Trigger(kind="signal", name=pen.random.choice(SIGNALS))
    for _ in range(2):
        catch = pen.after(place, split.id, "catch", "intermediateCatchEvent", trigger=trigger)
        pen.flow(place, on_the_side(pen, place, catch.id), join.id)
    decided = pen.decision(place, split.id)
    throw = pen.after(place, decided.id, "throw", "intermediateThrowEvent", trigger=trigger)
    pen.flow(place, throw.id, join.id)
    return join.id


def compensate(pen: Pen, place: Place, before: str, undone: Sequence[Node] = ()) -> str:
    """An event that undoes one of these activities, or all that can be undone."""
    activity = pen.random.choice(undone).id if undone and pen.chance(0.5) else None
    trigger = Trigger(kind="compensation", activity=activity)
    decided = pen.decision(place, before)
    return pen.after(place, decided.id, "undo", "intermediateThrowEvent", trigger=trigger).id


def _undoable(pen: Pen, place: Place, before: str) -> Node:
    node = task(pen, place, before)
    event = pen.node(place, "edge", "boundaryEvent", trigger=Trigger(kind="compensation"))
    handler = pen.node(place, "handle", pen.random.choice(["userTask", "serviceTask", "subProcess", "task"]))
    event.attached_to, event.handler, handler.undoes = node.id, handler.id, True
    if handler.kind in {"userTask", "serviceTask"}:
        pen.writes_unseen(place, handler)
    elif handler.kind == "subProcess":
        handler.inner = Scope(handler.id)
        inner = Place(scope=handler.inner, writes=place.writes)
        start = pen.node(inner, "start", "startEvent")
        pen.finish(inner, pen.after(inner, start.id, "user", "userTask").id)
    return node
