"""Activities done several times: for each item of a collection, or while a condition holds."""

from decimal import Decimal

from engine.runtime.contract import Phase
from tests.runtime.diagrams import (
    Run,
    boundary,
    chain,
    element,
    end,
    flow,
    mapping,
    on_error,
    script,
    service,
    several,
    simple,
    start,
    timer,
    user,
)


def repeated(activity: str, *more: str, declares: str = "") -> Run:
    return Run(
        simple(
            start(),
            activity,
            user("after"),
            end(),
            chain("start", "work", "after", "end"),
            *more,
            declares=declares,
        ),
        {"agencies": ["fire", "health", "region"]},
    )


def test_each_item_gets_its_own_instance_at_once() -> None:
    run = repeated(user("work", several("agencies", "agency")))

    variables = [task.variables for task in run.step.opened_tasks]

    assert run.waiting == ["work", "work", "work"]
    assert [each["agency"] for each in variables] == ["fire", "health", "region"]
    assert [each["loopCounter"] for each in variables] == [1, 2, 3]


def test_results_are_collected_in_the_order_of_the_items_and_only_they_leave() -> None:
    run = repeated(service("work", several("agencies", "agency", output=("opinion", "opinions"))))
    first, second, third = run.step.opened_service_tasks

    for task in (third, first, second):
        number = (first, second, third).index(task)
        run._take(
            run.engine.complete(
                run.definition,
                run.step.snapshot,
                token=task.token,
                variables={"opinion": number},
                surroundings=run.surroundings,
            )
        )

    assert run.waiting == ["after"]
    assert run.variables == {"agencies": ["fire", "health", "region"], "opinions": [0, 1, 2]}


def test_a_sequential_loop_does_one_after_the_other() -> None:
    run = repeated(user("work", several("agencies", "agency", sequential=True)))

    seen = []
    for _ in range(3):
        (task,) = run.step.opened_tasks
        seen.append(task.variables["agency"])
        run.complete("work", last=task.variables["agency"])

    assert seen == ["fire", "health", "region"]
    assert run.waiting == ["after"]
    assert run.variables["last"] == "region"


def test_an_empty_collection_is_passed() -> None:
    work = user("work", several("[]", "agency", output=("x", "results")))
    run = Run(simple(start(), work, end(), chain("start", "work", "end")))

    assert run.step.phase is Phase.COMPLETED
    assert run.variables == {"results": []}


def test_a_completion_condition_ends_the_loop_early() -> None:
    run = repeated(user("work", several("agencies", "agency", completion="numberOfCompletedInstances >= 2")))

    run.complete("work")
    step = run.complete("work")

    assert run.waiting == ["after"]
    assert len(step.closed) == 2


def test_a_collection_that_is_no_list_is_an_incident() -> None:
    run = Run(
        simple(start(), user("work", several("agencies", "agency")), end(), chain("start", "work", "end")),
        {"agencies": "fire"},
    )

    assert run.step.incident is not None
    assert (run.step.incident.code, run.step.incident.element_id) == ("undecidable_expression", "work")


def test_an_error_in_one_instance_interrupts_them_all() -> None:
    more = (boundary("event", "work", on_error("bad")), end("failed"), flow("event", "failed"))
    run = repeated(
        service("work", several("agencies", "agency")), *more, declares='<error id="bad" errorCode="BAD"/>'
    )

    step = run.fail("work", "BAD")

    assert (step.phase, step.outcome) == (Phase.COMPLETED, "failed")
    assert run.waiting == []


def test_instances_of_a_sub_process_keep_their_own_item() -> None:
    inside = element(
        "subProcess",
        "work",
        several("agencies", "agency", output=("answer", "answers")),
        start("s"),
        script("ask", 'agency + "!"', "answer"),
        end("e"),
        chain("s", "ask", "e"),
    )
    run = repeated(inside)

    assert run.variables["answers"] == ["fire!", "health!", "region!"]


def test_an_input_mapping_is_applied_to_each_instance() -> None:
    run = repeated(
        service(
            "work", several("agencies", "agency"), extensions=mapping(inputs={"to": "upper case(agency)"})
        )
    )

    assert [task.variables for task in run.step.opened_service_tasks] == [
        {"to": "FIRE"},
        {"to": "HEALTH"},
        {"to": "REGION"},
    ]


def test_a_standard_loop_goes_on_while_its_condition_holds() -> None:
    loop = (
        "<standardLoopCharacteristics><loopCondition>=n &lt; 3</loopCondition></standardLoopCharacteristics>"
    )
    run = Run(
        simple(start(), script("work", "n + 1", "n", loop), end(), chain("start", "work", "end")), {"n": 0}
    )

    assert run.variables == {"n": Decimal(3)}


def test_a_standard_loop_stops_at_its_maximum() -> None:
    loop = '<standardLoopCharacteristics loopMaximum="2"/>'
    run = Run(simple(start(), user("work", loop), end(), chain("start", "work", "end")))

    run.complete("work")
    run.complete("work")

    assert run.step.phase is Phase.COMPLETED


def test_a_loop_that_tests_before_may_not_run_at_all() -> None:
    condition = "<loopCondition>=false</loopCondition>"
    loop = f'<standardLoopCharacteristics testBefore="true">{condition}</standardLoopCharacteristics>'
    run = Run(simple(start(), user("work", loop), end(), chain("start", "work", "end")))

    assert run.step.phase is Phase.COMPLETED


def test_an_interrupted_loop_keeps_what_its_instances_have_written() -> None:
    more = (
        boundary("late", "work", timer(duration="PT1H")),
        user("handle"),
        end("x"),
        chain("late", "handle", "x"),
    )
    run = repeated(user("work", several("agencies", "agency")), *more)
    run.complete("work", note="fire agrees")

    run.later(hours=1)

    assert run.waiting == ["handle"]
    assert run.variables["note"] == "fire agrees"
