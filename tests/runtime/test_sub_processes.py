"""Sub-processes and called processes: which variables go in, and which come out."""

import pytest

from engine.runtime.contract import Phase
from tests.runtime.diagrams import (
    Run,
    boundary,
    chain,
    definition,
    diagram,
    element,
    end,
    flow,
    mapping,
    process,
    script,
    simple,
    start,
    timer,
    user,
)


def around(inside: str) -> tuple[str, ...]:
    return (start(), inside, user("after"), end(), chain("start", "inside", "after", "end"))


def sub_process(*parts: str, extensions: str = "") -> str:
    return element("subProcess", "inside", start("s"), *parts, end("e"), extensions=extensions)


def test_a_sub_process_writes_the_variables_around_it() -> None:
    run = Run(simple(*around(sub_process(user("inner"), chain("s", "inner", "e")))), {"n": 1})

    run.complete("inner", n=2, m=3)

    assert run.waiting == ["after"]
    assert run.variables == {"n": 2, "m": 3}
    assert run.log == ["start", "s", "inner", "e", "inside"]


def test_variables_of_its_input_mapping_stay_inside() -> None:
    inside = sub_process(
        user("inner"), chain("s", "inner", "e"), extensions=mapping(inputs={"local": "n + 1"})
    )
    run = Run(simple(*around(inside)), {"n": 1})

    run.complete("inner", local=9, m=3)

    assert run.variables == {"n": 1, "m": 3}


def test_with_an_output_mapping_only_that_leaves_a_sub_process() -> None:
    inside = sub_process(
        user("inner"), chain("s", "inner", "e"), extensions=mapping(outputs={"result": "m * 2"})
    )
    run = Run(simple(*around(inside)))

    run.complete("inner", m=3)

    assert run.variables == {"result": 6}


def test_an_interrupting_timer_keeps_what_the_sub_process_has_written_so_far() -> None:
    inside = sub_process(user("inner"), user("more"), chain("s", "inner", "more", "e"))
    late = (
        boundary("late", "inside", timer(duration="PT1H")),
        user("handle"),
        end("x"),
        chain("late", "handle", "x"),
    )
    run = Run(simple(*around(inside), *late), {"n": 1})
    run.complete("inner", papers=["a"])

    run.later(hours=1)

    assert run.waiting == ["handle"]
    assert run.variables == {"n": 1, "papers": ["a"]}


def test_the_variables_of_a_running_sub_process_are_seen() -> None:
    inside = sub_process(user("inner"), user("more"), chain("s", "inner", "more", "e"))
    run = Run(simple(*around(inside)))

    run.complete("inner", papers=["a"])

    assert run.variables == {"papers": ["a"]}


def called(*, attributes: str = "", extensions: str = "") -> bytes:
    call = element(
        "callActivity",
        "call",
        extensions=f'<zeebe:calledElement processId="round_trip"{attributes}/>' + extensions,
    )
    return diagram(process(start(), call, user("after"), end(), chain("start", "call", "after", "end")))


ROUND_TRIP = diagram(
    process(start("s2"), user("inner"), end("e2"), chain("s2", "inner", "e2"), process_id="round_trip")
)


def test_a_called_process_gets_everything_and_gives_back_what_it_changed() -> None:
    run = Run(definition(called(), ROUND_TRIP), {"n": 1})
    (task,) = run.step.opened_tasks
    assert task.variables == {"n": 1}

    run.complete("inner", m=2)

    assert run.waiting == ["after"]
    assert run.variables == {"n": 1, "m": 2}


def test_a_called_process_gets_only_its_input_mapping_when_the_diagram_says_so() -> None:
    what = definition(
        called(attributes=' propagateAllParentVariables="false"', extensions=mapping(inputs={"x": "n"})),
        ROUND_TRIP,
    )

    (task,) = Run(what, {"n": 1, "secret": 2}).step.opened_tasks

    assert task.variables == {"x": 1}


@pytest.mark.parametrize(
    ("attributes", "extensions", "left"),
    [
        (' propagateAllChildVariables="false"', "", {"n": 1}),
        (' propagateAllChildVariables="false"', mapping(outputs={"result": "m"}), {"n": 1, "result": 2}),
        ("", mapping(outputs={"result": "m"}), {"n": 1, "result": 2}),
    ],
)
def test_a_called_process_gives_back_only_what_the_diagram_says(
    attributes: str, extensions: str, left: dict[str, int]
) -> None:
    run = Run(definition(called(attributes=attributes, extensions=extensions), ROUND_TRIP), {"n": 1})

    run.complete("inner", m=2)

    assert run.variables == left


def test_a_process_may_be_called_by_an_expression() -> None:
    call = element("callActivity", "call", extensions='<zeebe:calledElement processId="=next"/>')
    what = definition(diagram(process(start(), call, end(), chain("start", "call", "end"))), ROUND_TRIP)

    assert Run(what, {"next": "round_trip"}).waiting == ["inner"]
    unknown = Run(what, {"next": "nowhere"})
    assert unknown.step.incident is not None
    assert unknown.step.incident.code == "unknown_process"


def test_calls_nested_without_end_are_stopped() -> None:
    call = element("callActivity", "call", extensions='<zeebe:calledElement processId="=next"/>')
    what = definition(diagram(process(start(), call, end(), chain("start", "call", "end"))))

    run = Run(what, {"next": "procedure"})

    assert run.step.incident is not None
    assert run.step.incident.code == "limit_passed"


def test_several_cases_of_a_sub_process_at_once_keep_their_own_variables() -> None:
    fork = element("parallelGateway", "fork")
    one = element(
        "subProcess",
        "one",
        start("s1"),
        user("u1"),
        end("e1"),
        chain("s1", "u1", "e1"),
        extensions=mapping(inputs={"k": "1"}),
    )
    two = element(
        "subProcess",
        "two",
        start("s2"),
        user("u2"),
        end("e2"),
        chain("s2", "u2", "e2"),
        extensions=mapping(inputs={"k": "2"}),
    )
    run = Run(
        simple(
            start(), fork, one, two, end(), chain("start", "fork", "one", "end"), chain("fork", "two", "end")
        )
    )

    variables = {task.element_id: task.variables for task in run.step.opened_tasks}

    assert variables == {"u1": {"k": 1}, "u2": {"k": 2}}


def test_a_sub_process_without_a_start_event_begins_with_what_nothing_leads_to() -> None:
    inside = element("subProcess", "inside", user("a"), user("b"))
    run = Run(simple(*around(inside)))
    assert run.waiting == ["a", "b"]

    run.complete("a")
    run.complete("b")

    assert run.waiting == ["after"]


def test_marks_show_what_is_done_and_what_is_open() -> None:
    inside = sub_process(script("set", "1", "n"), user("inner"), chain("s", "set", "inner", "e"))
    run = Run(simple(*around(inside)))

    marks = run.engine.marks(run.definition, run.step.snapshot)

    assert marks.completed == ("start", "s", "set")
    assert sorted(marks.active) == ["inner", "inside"]


def test_a_terminate_end_inside_a_sub_process_ends_only_that() -> None:
    inside = element(
        "subProcess",
        "inside",
        start("s"),
        element("parallelGateway", "fork"),
        user("a"),
        user("b"),
        end("stop", "<terminateEventDefinition/>"),
        chain("s", "fork", "a", "stop"),
        chain("fork", "b"),
        flow("b", "stop"),
    )
    run = Run(simple(*around(inside)))

    run.complete("a")

    assert run.waiting == ["after"]
    assert run.step.phase is Phase.RUNNING
