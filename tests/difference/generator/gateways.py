"""Draws what parts and joins: gateways, several flows out of an activity, loops of flows, and tangles."""

from dataclasses import replace

from tests.difference.generator.activities import task
from tests.difference.generator.pen import Pen, Place


def choice(pen: Pen, place: Place, before: str) -> str:
    return _branches(pen, place, before, "exclusiveGateway")


def parallel(pen: Pen, place: Place, before: str) -> str:
    return _branches(pen, place, before, "parallelGateway")


def inclusive(pen: Pen, place: Place, before: str) -> str:
    return _branches(pen, place, before, "inclusiveGateway")


def _branches(pen: Pen, place: Place, before: str, kind: str) -> str:
    """A gateway, branches, and a gateway of the same kind that joins them."""
    split = pen.after(place, before, "split", kind)
    join = pen.node(place, "join", kind)
    begun = [*place.visible]
    for index in range(pen.random.randint(2, 3)):
        first = pen.node(place, "none", "task")
        seen = replace(place, visible=[*begun])
        decides = kind != "parallelGateway"
        flow = pen.flow(place, split.id, first.id, pen.condition(seen) if decides and index else None)
        if decides and not index:
            split.default = flow.id
        last = _branch(pen, place, seen, first.id, joins=kind != "exclusiveGateway")
        pen.flow(place, last, join.id)
    return join.id


def _branch(pen: Pen, place: Place, seen: Place, before: str, *, joins: bool) -> str:
    """One branch, which sees what `seen` does; afterwards the place sees what it has written."""
    inner = replace(seen, ends=place.ends and not joins)
    last = pen.sequence(inner, before, pen.random.randint(1, 5))
    if last == before:
        last = task(pen, inner, before).id
    place.see(inner.visible)
    return last


def several_flows(pen: Pen, place: Place, before: str) -> str:
    """Several flows out of an activity, some with conditions, to an inclusive join."""
    decided = pen.decision(place, before)
    join = pen.node(place, "join", "inclusiveGateway")
    kinds = ["condition", *pen.random.sample(["condition", "always", "default"], pen.random.randint(1, 2))]
    if not {"always", "default"} & {*kinds}:
        kinds.append("default")
    for kind in kinds:
        first = task(pen, replace(place, visible=[*place.visible]), decided.id)
        flow = place.scope.flows[-1]
        if kind == "condition":
            flow.condition = pen.condition(place, decided.id)
        elif kind == "default":
            decided.default = flow.id
        pen.flow(place, first.id, join.id)
    return join.id


def fork(pen: Pen, place: Place, before: str) -> str:
    """Branches that never join: one ends, or both go on one after the other."""
    split = pen.after(place, before, "split", "parallelGateway")
    begun = [*place.visible]
    ends = []
    for _ in range(2):
        first = pen.after(place, split.id, "none", "task")
        ends.append(_branch(pen, place, replace(place, visible=[*begun]), first.id, joins=False))
    if pen.chance(0.6):
        pen.finish(place, ends[1])
        return ends[0]
    merge = pen.after(place, ends[0], "merge", pen.random.choice(["exclusiveGateway", "userTask"]))
    pen.flow(place, ends[1], merge.id)
    return merge.id


def repetition(pen: Pen, place: Place, before: str) -> str:
    """A loop of flows, with a task that decides whether it goes on."""
    merge = pen.after(place, before, "again", "exclusiveGateway")
    last = pen.sequence(place, merge.id, pen.random.randint(0, 4))
    decided = pen.decision(place, last)
    gateway = pen.after(place, decided.id, "more", "exclusiveGateway")
    pen.flow(place, gateway.id, merge.id, pen.condition(place, decided.id))
    out = pen.node(place, "none", "task")
    gateway.default = pen.flow(place, gateway.id, out.id).id
    return out.id


def tangle(pen: Pen, place: Place, before: str) -> str:
    """Tasks that lead to each other in every direction, each by the choice of its own answer."""
    tasks = [pen.writer(place, pen.node(place, "user", "userTask")) for _ in range(pen.random.randint(2, 4))]
    pen.flow(place, before, tasks[0].id)
    out = pen.node(place, "none", "task")
    for decided, following in zip(tasks, [*tasks[1:], out], strict=True):
        gateway = pen.after(place, decided.id, "which", "exclusiveGateway")
        gateway.default = pen.flow(place, gateway.id, following.id).id
        for target in pen.random.sample([*tasks, out], pen.random.randint(1, 2)):
            pen.flow(place, gateway.id, target.id, pen.condition(place, decided.id))
    return out.id


def wild(pen: Pen, place: Place, before: str) -> str:
    """Gateways and tasks in any order, forwards only; the linter says whether that is sound."""
    kinds = {"userTask": 2, "exclusiveGateway": 1, "inclusiveGateway": 2, "parallelGateway": 1}
    nodes = [pen.node(place, "wild", pen.one_of(kinds)) for _ in range(pen.random.randint(3, 6))]
    out = pen.node(place, "wild", pen.random.choice(["inclusiveGateway", "exclusiveGateway", "userTask"]))
    pen.flow(place, before, nodes[0].id)
    reached = {nodes[0].id: 1}
    for index, node in enumerate(nodes):
        ahead = [*nodes[index + 1 :], out]
        targets = pen.random.sample(ahead, min(len(ahead), 1 if pen.chance(0.4) else 2))
        if ahead[0].id not in reached and ahead[0] not in targets:
            targets[0] = ahead[0]
        if len(targets) == 1 and reached[node.id] == 1:
            node.kind = "userTask"  # A gateway with one way in and one way out is refused.
        decides = node.kind in {"exclusiveGateway", "inclusiveGateway"} and len(targets) > 1
        for number, target in enumerate(targets):
            flow = pen.flow(place, node.id, target.id)
            reached[target.id] = reached.get(target.id, 0) + 1
            if decides and number:
                flow.condition = pen.condition(place)
            elif decides:
                node.default = flow.id
    if reached[out.id] == 1:
        out.kind = "userTask"
    return out.id
