"""Draws activities: tasks, sub-processes, transactions, calls, repeated or not, and events on their edge."""

from collections.abc import Sequence
from dataclasses import replace

from tests.difference.drawing import Loop, Node, Scope, Trigger
from tests.difference.generator.pen import ERRORS, Pen, Place

MOST_CALLED = 2
DEEPEST = 3
REPEATED = 0.2
"""How often an activity is repeated."""


def activity(pen: Pen, place: Place, before: str) -> str:
    may_hold = place.depth < DEEPEST and pen.left > 3
    if may_hold and pen.chance(0.45):
        return _sub_process(pen, place, before)
    if may_hold and len(pen.diagram.processes) <= MOST_CALLED and pen.chance(0.12):
        return _call(pen, place, before)
    node = task(pen, place, before)
    if pen.chance(REPEATED):
        repeat(pen, place, node)
    if node.kind in {"scriptTask", "task"} or not pen.chance(0.35):
        return node.id
    kinds = ["timer", "message", "signal", "condition"]
    code = pen.random.choice([*ERRORS, ""]) if node.kind == "serviceTask" and pen.chance(0.7) else None
    return _edge(pen, place, node, kinds, code=code, most=2)


def task(pen: Pen, place: Place, before: str) -> Node:
    """A task of any kind, which perhaps writes a variable."""
    kinds = {"userTask": 6, "serviceTask": 3, "receiveTask": 1, "manualTask": 1, "scriptTask": 1, "task": 1}
    kind = pen.one_of(kinds)
    node = pen.after(place, before, kind[:4], kind)
    if kind == "receiveTask":
        node.trigger = Trigger(kind="message", name=node.id)
    if kind == "scriptTask" or (kind not in {"manualTask", "task"} and pen.chance(0.7)):
        pen.writer(place, node)
    return node


def on_the_side(pen: Pen, place: Place, before: str) -> str:
    """Perhaps a task, whose variable the rest does not see."""
    return task(pen, replace(place, visible=[*place.visible]), before).id if pen.chance(0.6) else before


def fill(pen: Pen, place: Place, size: int) -> None:
    """Draw the inside of a sub-process."""
    start = pen.node(place, "start", "startEvent")
    pen.finish(place, pen.sequence(place, start.id, size))


def event_sub_processes(pen: Pen, place: Place, *, code: str | None, most: int) -> None:
    """What may happen to a scope as a whole; `code` is that of an error."""
    kinds = ["timer", "message", "signal", "condition", "escalation"]
    chosen = pen.random.sample(kinds, pen.random.randint(0, most))
    for kind in [*(["error"] if code is not None else []), *chosen]:
        node = pen.node(place, "on", "subProcess")
        node.inner = Scope(node.id, by_event=True)
        errors = tuple(each for each in place.errors if each != code)
        inner = replace(
            place,
            scope=node.inner,
            visible=[],
            errors=errors,
            depth=place.depth + 1,
            ends=True,
            cancels=False,
            undoes=False,
        )
        fill(pen, inner, pen.random.randint(1, 4))
        start = node.inner.start()
        start.trigger = pen.caught(place, start, kind, code)
        start.interrupting = kind == "error" or pen.chance(0.4)
        if kind == "timer" and not start.interrupting and pen.chance(0.5):
            start.trigger = replace(start.trigger, times=2)


def _sub_process(pen: Pen, place: Place, before: str) -> str:
    kind = "transaction" if pen.chance(0.4) else "subProcess"
    node = pen.after(place, before, "sub" if kind == "subProcess" else "trans", kind)
    node.inner = Scope(node.id)
    if kind == "subProcess" and pen.chance(REPEATED):
        repeat(pen, place, node)
    cancels = kind == "transaction" and pen.chance(0.8)
    code, own = (pen.random.choice(ERRORS) if pen.chance(of) else None for of in (0.4, 0.15))
    caught = {*place.errors, *(each for each in (code, own) if each is not None)}
    inner = replace(
        place,
        scope=node.inner,
        visible=[*place.visible],
        errors=tuple(sorted(caught)),
        depth=place.depth + 1,
        ends=True,
        cancels=cancels,
    )
    fill(pen, inner, pen.random.randint(2, 9))
    event_sub_processes(pen, inner, code=own, most=pen.one_of({0: 5, 1: 3, 2: 1}))
    if place.undoes and pen.chance(0.15):
        _own_undoing(pen, inner)
    place.see(inner.visible)
    kinds = ["timer", "message", "signal", "condition", "escalation", "escalation"]
    return _edge(pen, place, node, kinds, cancels=cancels, code=code, most=2 if pen.chance(0.5) else 0)


def _own_undoing(pen: Pen, place: Place) -> None:
    """An event sub-process that undoes the sub-process in its own way, and perhaps what is in it too."""
    node = pen.node(place, "on", "subProcess")
    node.inner = Scope(node.id, by_event=True)
    inner = replace(place, scope=node.inner, visible=[])
    start = pen.node(inner, "start", "startEvent", trigger=Trigger(kind="compensation"))
    last = pen.after(inner, start.id, "user", "userTask")
    if pen.chance(0.5):
        last = pen.after(
            inner, last.id, "undo", "intermediateThrowEvent", trigger=Trigger(kind="compensation")
        )
    pen.finish(inner, last.id)


def _call(pen: Pen, place: Place, before: str) -> str:
    """A call of a process of its own, with variables of its own."""
    node = pen.after(place, before, "call", "callActivity")
    if pen.chance(REPEATED):
        repeat(pen, place, node)
    code = pen.random.choice(ERRORS) if pen.chance(0.4) else None
    node.calls = f"{pen.key}-{node.id}"
    size = min(pen.left, pen.random.randint(3, 8))
    rest, pen.left = pen.left - size, size
    pen.process(pen, node.calls, place.depth + 1, tuple({*place.errors, *([code] if code else [])}))
    pen.left += rest
    kinds = ["timer", "message", "signal", "escalation"]
    return _edge(pen, place, node, kinds, code=code, most=1 if pen.chance(0.4) else 0)


def repeat(pen: Pen, place: Place, node: Node) -> None:
    """Let an activity be done several times."""
    kind = pen.random.choice(["parallel", "sequential", "standard"])
    number = pen.random.randint(1, 3)
    loop = Loop(kind=kind, count=number)
    if kind == "standard":
        before = pen.chance(0.3)
        name = node.writes if node.writes and not before else None
        loop = replace(loop, condition=pen.condition(place, name), tested_before=before)
    elif pen.chance(0.3):
        loop = replace(loop, enough=pen.random.randint(1, number))
    if kind != "standard" and node.kind == "userTask" and pen.chance(0.3):
        if node.writes is not None:
            del place.writes[node.writes]
            place.visible.remove(node.writes)
            node.writes = None
        loop = replace(loop, collects=f"all_{node.id}")
    node.loop = loop


def _edge(
    pen: Pen,
    place: Place,
    node: Node,
    kinds: Sequence[str],
    *,
    cancels: bool = False,
    code: str | None = None,
    most: int = 0,
) -> str:
    """Boundary events. One that interrupts comes back behind the activity, or ends; another one ends."""
    chosen = [("cancel", None)] if cancels else []
    chosen += [("error", code)] if code is not None else []
    chosen += [("error", "")] if code and pen.chance(0.3) else []  # For every other code.
    drawn = pen.random.sample(kinds, pen.random.randint(1, most)) if most else []
    chosen += [(kind, None) for kind in dict.fromkeys(drawn)]
    merge = None
    for kind, own in pen.random.sample(chosen, len(chosen)):
        event = pen.node(place, "edge", "boundaryEvent")
        event.attached_to = node.id
        event.trigger = pen.caught(place, event, kind, own)
        comes_back = not place.ends or pen.chance(0.7)
        event.interrupting = kind in {"error", "cancel"} or pen.chance(0.5)
        if kind == "timer" and not event.interrupting and pen.chance(0.5):
            event.trigger = replace(event.trigger, times=pen.random.randint(2, 3))
        last = on_the_side(pen, place, event.id)
        if event.interrupting and comes_back:
            merge = merge or pen.after(place, node.id, "merge", "exclusiveGateway")
            pen.flow(place, last, merge.id)
        else:
            pen.finish(place, last)
    return merge.id if merge is not None else node.id
