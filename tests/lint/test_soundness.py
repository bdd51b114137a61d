"""Claims about the token game: which joins wait in vain, and that sound diagrams are left alone."""

import time

import pytest

from engine.lint import Finding, check
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
    simple,
    start,
    task,
    timer,
)

RULES = ("no-deadlock", "unreachable", "no-endless-loop")


def found(content: bytes) -> list[Finding]:
    return [finding for finding in check({"p.bpmn": content}).findings if finding.rule in RULES]


def gateway(kind: str, id_: str, **attributes: str) -> Element:
    return node(f"{kind}Gateway", id_, **attributes)


def branches(split: str, join: str, count: int = 2, length: int = 1) -> bytes:
    """A split, some branches of tasks, and a join."""
    rows = [[f"t{row}_{place}" for place in range(length)] for row in range(count)]
    decides = {"default": f"split-{rows[0][0]}"} if split != "parallel" else {}
    nodes = [task(id_) for row in rows for id_ in row]
    flows = [each for row in rows for each in path("split", *row, "join")]
    if split != "parallel":
        flows = [_decided(each, decides["default"]) for each in flows]
    return file(
        process(
            start(),
            gateway(split, "split", **decides),
            *nodes,
            gateway(join, "join"),
            end(),
            *path("begin", "split"),
            *path("join", "done"),
            *flows,
        )
    )


def _decided(each: Element, default: str) -> Element:
    if each.attributes["sourceRef"] != "split" or each.attributes["id"] == default:
        return each
    return flow("split", each.attributes["targetRef"], condition("x"))


@pytest.mark.parametrize(
    ("split", "join"),
    [
        ("parallel", "parallel"),
        ("parallel", "inclusive"),
        ("parallel", "exclusive"),
        ("inclusive", "inclusive"),
        ("exclusive", "exclusive"),
        ("exclusive", "inclusive"),
    ],
)
def test_a_join_that_fits_its_split_is_left_alone(split: str, join: str) -> None:
    assert found(branches(split, join)) == []


@pytest.mark.parametrize("split", ["exclusive", "inclusive"])
def test_a_parallel_join_behind_a_choice_waits_in_vain(split: str) -> None:
    (finding,) = found(branches(split, "parallel"))

    assert finding.rule == "no-deadlock"
    assert finding.element_id == "join"
    assert finding.path[0] == "begin"
    assert finding.path[-1] == "join"


def test_a_way_around_a_join_deadlocks_it() -> None:
    leaves = node("boundaryEvent", "late", timer(), attachedToRef="a")
    content = file(
        process(
            start(),
            gateway("parallel", "split"),
            task("a"),
            leaves,
            task("b"),
            gateway("parallel", "join"),
            end("gone"),
            end(),
            *path("begin", "split", "a", "join", "done"),
            *path("split", "b", "join"),
            flow("late", "gone"),
        )
    )

    (finding,) = found(content)

    assert (finding.path[:2], finding.path[-1]) == (("begin", "split"), "join")
    assert {"late", "gone"} <= set(finding.path)
    assert "a-join" in finding.message.en


def test_inclusive_joins_one_behind_the_other_get_all_that_they_wait_for() -> None:
    content = file(
        process(
            start(),
            gateway("inclusive", "outer", default="outer-c"),
            gateway("inclusive", "inner", default="inner-a"),
            task("a"),
            task("b"),
            task("c"),
            gateway("inclusive", "inner-join"),
            gateway("inclusive", "outer-join"),
            gateway("parallel", "split"),
            task("d"),
            gateway("parallel", "join"),
            end(),
            *path("begin", "split", "outer", "c", "outer-join", "join", "done"),
            *path("split", "d", "join"),
            flow("outer", "inner", condition("x")),
            *path("inner", "a", "inner-join", "outer-join"),
            flow("inner", "b", condition("y")),
            *path("b", "inner-join"),
        )
    )

    assert found(content) == []


def test_a_join_that_an_event_can_end_may_wait() -> None:
    sub = node(
        "subProcess",
        "sub",
        start("s"),
        gateway("exclusive", "choose", default="choose-b"),
        task("a"),
        task("b"),
        gateway("parallel", "join"),
        end("e"),
        *path("s", "choose", "b", "join", "e"),
        flow("choose", "a", condition("x")),
        *path("a", "join"),
    )
    stop = node("boundaryEvent", "stop", timer(), attachedToRef="sub")

    assert [each.rule for each in found(simple(sub))] == ["no-deadlock"]
    assert found(simple(sub, beside=(stop, end("out"), flow("stop", "out")))) == []


def handled(kind: str, *, interrupting: bool, ends: str = "") -> Element:
    """An event sub-process; `ends` is what its end throws."""
    trigger = timer() if kind == "timer" else definition(kind)
    return node(
        "subProcess",
        "handler",
        node("startEvent", "caught", trigger, isInterrupting=str(interrupting).lower()),
        end("handled", *((definition(ends),) if ends else ())),
        flow("caught", "handled"),
        triggeredByEvent="true",
    )


def starving(*beside: Element) -> bytes:
    """A process whose join can wait in vain, and what stands beside its flow."""
    return file(
        process(
            start(),
            gateway("exclusive", "choose", default="choose-b"),
            task("a"),
            task("b"),
            gateway("parallel", "join"),
            end(),
            *path("begin", "choose", "b", "join", "done"),
            flow("choose", "a", condition("x")),
            *path("a", "join"),
            *beside,
        )
    )


@pytest.mark.parametrize(
    ("beside", "is_freed"),
    [
        (handled("timer", interrupting=True), True),
        (handled("timer", interrupting=False), False),
        (handled("error", interrupting=True), False),
        (handled("escalation", interrupting=True), False),
    ],
)
def test_only_an_event_from_outside_that_interrupts_frees_a_join(beside: Element, is_freed: bool) -> None:
    rules = [finding.rule for finding in found(starving(beside))]

    assert rules == ([] if is_freed else ["no-deadlock"])


def test_a_join_may_be_freed_by_what_an_event_beside_it_throws() -> None:
    inner = node("subProcess", "catcher", *CATCHING, triggeredByEvent="true")

    content = starving(handled("timer", interrupting=False, ends="error"), inner)

    assert "no-deadlock" not in [finding.rule for finding in found(content)]


CATCHING = (
    node("startEvent", "failed", definition("error"), isInterrupting="true"),
    end("over"),
    flow("failed", "over"),
)


def test_a_terminating_end_leaves_no_token_behind() -> None:
    content = file(
        process(
            start(),
            gateway("parallel", "split"),
            gateway("exclusive", "choose", default="choose-join"),
            task("b"),
            gateway("parallel", "join"),
            end("stop", definition("terminate")),
            end(),
            *path("begin", "split", "choose", "join", "done"),
            *path("split", "b", "join"),
            flow("choose", "stop", condition("x")),
        )
    )

    assert found(content) == []


def test_a_loop_back_into_a_parallel_join_deadlocks_at_once() -> None:
    content = file(
        process(
            start(),
            gateway("parallel", "again"),
            gateway("exclusive", "more", default="more-done"),
            end(),
            *path("begin", "again", "more", "done"),
            flow("more", "again", condition("x")),
        )
    )

    (finding,) = found(content)

    assert finding.path == ("begin", "again")


def test_a_task_that_needs_two_tokens_waits_for_them() -> None:
    two = task("both", startQuantity="2")
    content = file(
        process(
            start(),
            task("a"),
            task("b"),
            two,
            end(),
            *path("begin", "a", "both", "done"),
            *path("begin", "b", "both"),
        )
    )
    starved = simple(task("both", startQuantity="2"))

    assert found(content) == []
    assert [finding.element_id for finding in found(starved)] == ["both"]


def test_links_are_followed() -> None:
    content = file(
        process(
            start(),
            node("intermediateThrowEvent", "leap", definition("link", name="A")),
            node("intermediateCatchEvent", "land", definition("link", name="A")),
            end(),
            *path("begin", "leap"),
            *path("land", "done"),
        )
    )

    assert found(content) == []


def test_what_only_a_lost_part_leads_to_is_unreachable() -> None:
    content = file(
        process(
            start(),
            task("a"),
            task("b"),
            end(),
            *path("begin", "done"),
            *path("a", "b", "a"),
            *path("b", "done"),
        )
    )

    assert {finding.element_id for finding in found(content)} == {"a", "b"}


def test_a_loop_inside_what_an_event_can_end_may_go_on() -> None:
    spin = node("subProcess", "spin", start("s"), task("a"), task("b"), end("e"), *path("s", "a", "b", "a"))
    stop = node("boundaryEvent", "stop", timer(), attachedToRef="spin")
    content = simple(spin, beside=(stop, end("out"), flow("stop", "out")))

    assert [finding.rule for finding in found(content)] == []


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(simple(*(task(f"t{number}") for number in range(5_000))), id="a chain of 5,000 tasks"),
        pytest.param(branches("parallel", "parallel", count=100, length=10), id="100 branches of 10 tasks"),
        pytest.param(branches("inclusive", "inclusive", count=30, length=5), id="30 inclusive branches"),
        pytest.param(branches("exclusive", "parallel", count=60), id="60 ways into a deadlock"),
        pytest.param(file(process(*(task("same") for _ in range(10_000)))), id="10,000 repeated ids"),
        pytest.param(
            file(
                process(*(node("callActivity", f"c{number}", calledElement="p") for number in range(5_000)))
            ),
            id="5,000 calls",
        ),
    ],
)
def test_a_large_diagram_is_checked_in_seconds(content: bytes) -> None:
    began = time.process_time()

    check({"p.bpmn": content})

    # Half a second on an idle machine; every pair of elements would take minutes.
    assert time.process_time() - began < 5


def test_tokens_without_bound_end_the_search_and_not_the_check() -> None:
    content = file(
        process(
            start(),
            gateway("exclusive", "again"),
            gateway("parallel", "double"),
            gateway("parallel", "join"),
            task("a"),
            end(),
            *path("begin", "again", "double", "a", "again"),
            *path("double", "join", "done"),
            flow("double", "join", id="second"),
            element("association", id="note", sourceRef="a", targetRef="a"),
        )
    )

    assert [finding.rule for finding in found(content)] == []


def test_a_run_begins_at_a_start_event_or_at_a_receive_task_that_instantiates_never_at_both() -> None:
    get = node("receiveTask", "get", instantiate="true", messageRef="m")
    flows = (*path("begin", "join", "done"), flow("get", "join"))
    letter = element("message", id="m", name="m")

    waits = found(file(process(start(), get, gateway("parallel", "join"), end(), *flows), letter))
    goes_on = found(file(process(start(), get, gateway("exclusive", "join"), end(), *flows), letter))

    assert [(finding.rule, finding.element_id) for finding in waits] == [("no-deadlock", "join")]
    assert goes_on == []
