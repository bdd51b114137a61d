"""Variables of a scope: every branch sees at once what another writes, and the later of two values stays."""

from decimal import Decimal
from uuid import UUID

from engine.runtime.contract import Phase, Step
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
    message,
    on_error,
    on_message,
    process,
    script,
    service,
    several,
    simple,
    start,
    user,
)


def beside(*branches: tuple[str, ...], after: str = "after") -> tuple[str, ...]:
    """A process that forks into these chains of elements and joins them before the user task `after`."""
    ways = [chain("fork", *branch, "join") for branch in branches]
    return (
        start(),
        element("parallelGateway", "fork"),
        element("parallelGateway", "join"),
        user(after),
        end(),
        chain("start", "fork"),
        *ways,
        chain("join", after, "end"),
    )


def answers(run: Run, token: UUID, **variables: object) -> Step:
    return run._take(
        run.engine.complete(
            run.definition,
            run.step.snapshot,
            token=token,
            variables=variables,
            surroundings=run.surroundings,
        )
    )


def test_a_branch_sees_at_once_what_another_has_written() -> None:
    run = Run(
        simple(
            *beside(("left",), ("right", "double")),
            user("left"),
            user("right"),
            script("double", "fee * 2", "twice"),
        ),
        {"fee": 1},
    )

    run.complete("left", fee=5)
    run.complete("right")

    assert run.variables == {"fee": 5, "twice": Decimal(10)}


def test_of_two_values_for_one_variable_the_one_written_later_stays() -> None:
    parts = (*beside(("left",), ("right",)), user("left"), user("right"))
    one, other = Run(simple(*parts)), Run(simple(*parts))

    one.complete("left", fee=1)
    one.complete("right", fee=2)
    other.complete("right", fee=2)
    other.complete("left", fee=1)

    assert (one.waiting, one.variables) == (["after"], {"fee": 2})
    assert (other.waiting, other.variables) == (["after"], {"fee": 1})


def test_a_whole_context_is_one_value_and_an_entry_of_it_is_written_by_an_output_mapping() -> None:
    whole = Run(
        simple(*beside(("left",), ("right",)), user("left"), user("right")), {"both": {"x": 0, "y": 0}}
    )
    entries = Run(
        simple(
            *beside(("left",), ("right",)),
            service("left", extensions=mapping(outputs={"both.x": "answer"})),
            service("right", extensions=mapping(outputs={"both.y": "answer"})),
        )
    )

    whole.complete("left", both={"x": 1, "y": 0})
    whole.complete("right", both={"x": 0, "y": 2})
    entries.complete("left", answer=1)
    entries.complete("right", answer=2)

    assert whole.variables == {"both": {"x": 0, "y": 2}}
    assert entries.variables == {"both": {"x": 1, "y": 2}}


def test_an_inclusive_join_goes_on_with_the_later_value_too() -> None:
    run = Run(
        simple(
            start(),
            element("inclusiveGateway", "fork"),
            element("inclusiveGateway", "join"),
            user("left"),
            user("right"),
            end(),
            flow("start", "fork"),
            flow("fork", "left", "true"),
            flow("fork", "right", "true"),
            chain("left", "join", "end"),
            chain("right", "join"),
        )
    )
    run.complete("left", fee=1)

    step = run.complete("right", fee=2)

    assert (step.phase, step.variables) == (Phase.COMPLETED, {"fee": 2})


def test_a_terminate_end_keeps_what_other_branches_have_written() -> None:
    run = Run(
        simple(
            start(),
            element("parallelGateway", "fork"),
            user("a"),
            user("b"),
            user("c"),
            end("stop", "<terminateEventDefinition/>"),
            end(),
            chain("start", "fork", "a", "stop"),
            chain("fork", "b", "c", "end"),
        )
    )
    run.complete("b", opinion="yes")

    step = run.complete("a", result=1)

    assert (step.phase, step.outcome) == (Phase.COMPLETED, "stop")
    assert step.variables == {"opinion": "yes", "result": 1}


def test_a_terminate_end_inside_a_sub_process_and_an_error_end_keep_it_too() -> None:
    def inside(ending: str) -> str:
        return element(
            "subProcess",
            "inside",
            start("s"),
            element("parallelGateway", "fork"),
            user("a"),
            user("b"),
            user("c"),
            end("stop", ending),
            end("e"),
            chain("s", "fork", "a", "stop"),
            chain("fork", "b", "c", "e"),
        )

    def run(ending: str) -> Run:
        parts = (
            start(),
            inside(ending),
            boundary("wrong", "inside", on_error()),
            user("after"),
            end(),
            chain("start", "inside", "after", "end"),
            chain("wrong", "after"),
        )
        case = Run(simple(*parts, declares='<error id="bad" errorCode="BAD"/>'))
        case.complete("b", opinion="yes")
        case.complete("a", result=1)
        return case

    terminated, failed = run("<terminateEventDefinition/>"), run(on_error("bad"))

    assert terminated.waiting == failed.waiting == ["after"]
    assert terminated.variables == failed.variables == {"opinion": "yes", "result": 1}


def test_of_parallel_instances_without_a_collection_the_last_write_in_time_stays() -> None:
    run = Run(
        simple(
            start(),
            user("each", several("items", "item")),
            user("after"),
            end(),
            chain("start", "each", "after", "end"),
        ),
        {"items": [1, 2, 3]},
    )
    first, second, third = (task.token for task in run.step.opened_tasks)

    answers(run, third, opinion="third")
    answers(run, first, opinion="first")
    answers(run, second, opinion="second")

    assert (run.waiting, run.variables["opinion"]) == (["after"], "second")


def test_of_parallel_sub_processes_the_last_write_stays_and_not_the_last_end() -> None:
    each = element(
        "subProcess",
        "each",
        several("items", "item"),
        start("s"),
        user("write"),
        user("finish"),
        end("e"),
        chain("s", "write", "finish", "e"),
    )
    run = Run(
        simple(start(), each, user("after"), end(), chain("start", "each", "after", "end")), {"items": [1, 2]}
    )
    first, second = (task.token for task in run.step.opened_tasks)

    (finish_first,) = answers(run, first, opinion="first").opened_tasks
    (finish_second,) = answers(run, second, opinion="second").opened_tasks
    answers(run, finish_second.token)
    answers(run, finish_first.token)

    assert (run.waiting, run.variables["opinion"]) == (["after"], "second")


def test_instances_whose_results_are_collected_see_nothing_of_each_other() -> None:
    each = element(
        "subProcess",
        "each",
        several("items", "item", output=("opinion", "opinions")),
        start("s"),
        user("write"),
        user("finish"),
        end("e"),
        chain("s", "write", "finish", "e"),
    )
    run = Run(simple(start(), each, end(), chain("start", "each", "end")), {"items": [1, 2]})
    first, second = (task.token for task in run.step.opened_tasks)

    (finish_first,) = answers(run, first, opinion="first").opened_tasks
    (finish_second,) = answers(run, second, opinion="second").opened_tasks
    answers(run, finish_second.token)
    answers(run, finish_first.token)

    assert finish_first.variables["opinion"] == "first"
    assert run.variables == {"items": [1, 2], "opinions": ["first", "second"]}


def test_the_variables_of_an_input_mapping_are_the_elements_own() -> None:
    inside = element(
        "subProcess",
        "inside",
        start("s"),
        user("inner"),
        script("look", "local", "seen"),
        end("e"),
        chain("s", "inner", "look", "e"),
        extensions=mapping(inputs={"local": "n"}),
    )
    run = Run(simple(*beside(("inside",), ("outer",)), inside, user("outer")), {"n": 1})

    run.complete("outer", local=7)
    run.complete("inner", local=5)

    assert run.variables == {"n": 1, "local": 7, "seen": 5}


def test_a_called_process_gives_back_what_it_wrote_and_nothing_that_changed_meanwhile() -> None:
    call = element("callActivity", "call", extensions='<zeebe:calledElement processId="other"/>')
    other = diagram(
        process(start("s"), user("inner"), end("e"), chain("s", "inner", "e"), process_id="other")
    )
    run = Run(
        definition(diagram(process(*beside(("call",), ("outer",)), call, user("outer"))), other), {"fee": 1}
    )

    run.complete("outer", fee=2)
    run.complete("inner", paid=True)

    assert run.variables == {"fee": 2, "paid": True}


def test_an_event_sub_process_and_what_it_runs_beside_see_each_other() -> None:
    correction = element(
        "subProcess",
        "correction",
        start("said", on_message("m"), isInterrupting="false"),
        user("note"),
        end("noted"),
        chain("said", "note", "noted"),
        triggeredByEvent="true",
    )
    run = Run(
        simple(
            start(),
            user("work"),
            script("look", "noted", "seen"),
            user("last"),
            end(),
            chain("start", "work", "look", "last", "end"),
            correction,
            declares=message("m", "Corrected"),
        )
    )

    run.deliver("said", text="right")
    run.complete("note", noted=True)
    run.complete("work")

    assert run.variables == {"text": "right", "noted": True, "seen": True}


def test_open_tasks_are_told_again_what_another_branch_has_written() -> None:
    run = Run(
        simple(
            *beside(("left",), ("right",), ("mapped",)),
            user("left"),
            user("right"),
            user("mapped", extensions=mapping(inputs={"sum": "fee"})),
        ),
        {"fee": 1},
    )

    step = run.complete("left", fee=5)

    assert {task.element_id: dict(task.variables) for task in step.refreshed_tasks} == {"right": {"fee": 5}}


def test_a_step_that_writes_nothing_tells_nothing_again() -> None:
    run = Run(simple(*beside(("left",), ("right",)), user("left"), user("right")), {"fee": 1})

    assert run.complete("left").refreshed_tasks == ()
