"""Claims about the token game, some against a plain search of every order of moves, on random diagrams."""

import random
from collections.abc import Iterator

import pytest

from engine.bpmn.diagram import Diagram, DrawnFlow, DrawnNode, DrawnScope
from engine.kernel.xml import XmlLimits
from engine.lint import check, tokens
from engine.lint.firing import Firing
from tests.lint.drawing import (
    Element,
    condition,
    definition,
    element,
    end,
    file,
    flow,
    node,
    path,
    process,
    start,
    task,
    timer,
)

State = tuple[tuple[DrawnFlow, int], ...]
MOST_STATES = 4_000


def stuck_by_plain_search(scope: DrawnScope) -> bool | None:
    """Whether some order of moves ends with tokens that nothing moves; None for too many states."""
    firing = Firing(scope)
    (begin,) = scope.of("startEvent")
    order = {each: at for at, each in enumerate(scope.flows)}

    def state_of(counts: dict[DrawnFlow, int]) -> State:
        return tuple(sorted(((f, n) for f, n in counts.items() if n), key=lambda entry: order[entry[0]]))

    first = state_of(dict.fromkeys(scope.outgoing(begin), 1))
    seen, ahead = {first}, [first]
    while ahead:
        state = ahead.pop()
        moves = list(moved(scope, firing, dict(state)))
        if state and not moves:
            return True
        for counts in moves:
            following = state_of(counts)
            if following not in seen:
                seen.add(following)
                ahead.append(following)
        if len(seen) > MOST_STATES:
            return None
    return False


def moved(scope: DrawnScope, firing: Firing, counts: dict[DrawnFlow, int]) -> Iterator[dict[DrawnFlow, int]]:
    """Every state that one move of any node leads to."""
    for target in {each.target for each in counts if each.target is not None}:
        for taken in takings(scope, firing, target, counts):
            if firing.clears(target):
                yield {}
                continue
            left = dict(counts)
            for each in taken:
                left[each] -= 1
            for way in firing.ways(target):
                following = dict(left)
                for given in way.gives:
                    following[given] = following.get(given, 0) + 1
                yield {each: number for each, number in following.items() if number}


def takings(
    scope: DrawnScope, firing: Firing, target: DrawnNode, counts: dict[DrawnFlow, int]
) -> list[list[DrawnFlow]]:
    """What a node can take to go on, if it can."""
    incoming = scope.incoming(target)
    present = [each for each in incoming for _ in range(counts.get(each, 0))]
    if target.kind == "parallelGateway":
        return [list(incoming)] if all(counts.get(each) for each in incoming) else []
    needed = firing.needs(target)
    if needed > 1:
        return [present[:needed]] if len(present) >= needed else []
    return [[each] for each in dict.fromkeys(present)]


def made_up(chance: random.Random) -> bytes:
    """A process of a few nodes that lead to one another by chance."""
    kinds = ("task", "task", "exclusiveGateway", "parallelGateway", "parallelGateway", "end")
    names = [f"n{at}" for at in range(chance.randint(3, 7))]
    nodes: list[Element] = []
    flows = [flow("begin", "n0")]
    for at, name in enumerate(names):
        kind = chance.choice(kinds) if at else chance.choice(kinds[:5])
        if kind == "end":
            nodes.append(end(name, *([definition("terminate")] if chance.random() < 0.2 else [])))
            continue
        quantities = {}
        if kind == "task" and chance.random() < 0.3:
            quantities = {chance.choice(("startQuantity", "completionQuantity")): str(chance.randint(2, 6))}
        nodes.append(node(kind, name, **quantities))
        ahead = names[at + 1 :] if chance.random() < 0.85 else names
        leaving = min(len(ahead), 1 if kind == "task" else chance.randint(1, 3))
        flows += [flow(name, target) for target in chance.sample(ahead, leaving)]
        if kind == "task" and chance.random() < 0.3 and names[at + 1 :]:
            cancels = {"cancelActivity": chance.choice(("true", "false"))}
            nodes.append(node("boundaryEvent", f"b{at}", timer(), attachedToRef=name, **cancels))
            flows.append(flow(f"b{at}", chance.choice(names[at + 1 :])))
    return file(process(start(), *nodes, *flows))


@pytest.mark.parametrize("seed", range(6))
def test_the_game_finds_a_deadlock_exactly_where_a_plain_search_does(seed: int) -> None:
    chance = random.Random(seed)
    judged = 0

    for _ in range(120):
        content = made_up(chance)
        (scope,) = Diagram.read("p.bpmn", content, XmlLimits()).processes
        expected = stuck_by_plain_search(scope)
        if expected is None:
            continue
        judged += 1

        assert any(tokens.deadlocks(scope, tokens.Budget())) == expected, content.decode()

    assert judged > 90


@pytest.mark.parametrize(("gives", "needs"), [(5, 4), (5, 6), (7, 3), (30, 7), (60, 61)])
def test_many_tokens_on_one_flow_are_counted(gives: int, needs: int) -> None:
    content = file(
        process(
            start(),
            task("give", completionQuantity=str(gives)),
            task("take", startQuantity=str(needs)),
            end(),
            *path("begin", "give", "take", "done"),
        )
    )

    (finding,) = (each for each in check({"p.bpmn": content}).findings if each.rule == "no-deadlock")

    assert finding.element_id == "take"


def test_quantities_that_fit_leave_nothing_waiting() -> None:
    content = file(
        process(
            start(),
            task("give", completionQuantity="60"),
            task("take", startQuantity="20"),
            end(),
            *path("begin", "give", "take", "done"),
        )
    )

    assert check({"p.bpmn": content}).errors == ()


def test_a_quantity_too_large_to_follow_is_no_finding() -> None:
    content = file(
        process(
            start(),
            task("give", completionQuantity="5000"),
            task("take", startQuantity="5000"),
            end(),
            *path("begin", "give", "take", "done"),
        )
    )

    assert check({"p.bpmn": content}).errors == ()


def test_five_branches_into_one_flow_starve_a_join() -> None:
    branches = [task(f"t{at}") for at in range(5)]
    content = file(
        process(
            start(),
            node("parallelGateway", "split"),
            *branches,
            node("exclusiveGateway", "merge"),
            task("other"),
            node("parallelGateway", "join"),
            end(),
            *path("begin", "split", "other", "join", "done"),
            *path("merge", "join"),
            *(each for at in range(5) for each in path("split", f"t{at}", "merge")),
        )
    )

    assert [each.element_id for each in check({"p.bpmn": content}).errors if each.rule == "no-deadlock"] == [
        "join"
    ]


def undoable() -> tuple[Element, ...]:
    """A task with a compensation event and its handler."""
    return (
        task("book"),
        node("boundaryEvent", "undo", definition("compensate"), attachedToRef="book"),
        task("cancel", isForCompensation="true"),
        element("association", id="tie", sourceRef="undo", targetRef="cancel", associationDirection="One"),
    )


def test_a_compensation_event_interrupts_nothing() -> None:
    content = file(
        process(
            start(),
            node("parallelGateway", "split"),
            *undoable(),
            task("pay"),
            node("parallelGateway", "join"),
            end(),
            *path("begin", "split", "book", "join", "done"),
            *path("split", "pay", "join"),
        )
    )

    assert check({"p.bpmn": content}).errors == ()


def test_a_compensation_event_does_not_free_a_sub_process_that_waits() -> None:
    inside = (
        start("s"),
        node("exclusiveGateway", "choose", default="choose-b"),
        task("a"),
        task("b"),
        node("parallelGateway", "join"),
        end("e"),
        *path("s", "choose", "b", "join", "e"),
        flow("choose", "a", condition("x")),
        *path("a", "join"),
    )
    _, undo, *rest = undoable()
    content = file(
        process(
            start(), node("subProcess", "book", *inside), undo, *rest, end(), *path("begin", "book", "done")
        )
    )

    assert [each.element_id for each in check({"p.bpmn": content}).errors if each.rule == "no-deadlock"] == [
        "join"
    ]
