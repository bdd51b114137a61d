"""Repairs: what a person corrects and moves in a case, and what stays as it was when that leads nowhere."""

from typing import Any

import pytest

from engine.runtime import RuntimeLimits, SpiffWorkflowEngine
from engine.runtime.contract import Phase, Step, StepRefused
from tests.runtime.diagrams import (
    Run,
    boundary,
    chain,
    element,
    end,
    flow,
    mapping,
    script,
    several,
    simple,
    start,
    timer,
    user,
)

LARGER = simple(
    start(),
    user("measure"),
    element("exclusiveGateway", "size"),
    user("inspect"),
    end(),
    chain("start", "measure", "size"),
    flow("size", "inspect", "=area > 100"),
    flow("size", "end", "=area <= 100"),
    chain("inspect", "end"),
)


def corrects(run: Run, path: str, value: Any) -> Step:
    return run._take(
        run.engine.correct(
            run.definition,
            run.step.snapshot,
            path=tuple(path.split(".")),
            value=value,
            surroundings=run.surroundings,
        )
    )


def moves(run: Run, source: str, target: str) -> Step:
    return run._take(
        run.engine.move(
            run.definition,
            run.step.snapshot,
            source=source,
            target=target,
            surroundings=run.surroundings,
        )
    )


def variables(run: Run) -> dict[str, Any]:
    return dict(run.engine.variables(run.definition, run.step.snapshot))


def test_a_case_that_is_stuck_for_want_of_a_variable_goes_on_once_it_is_there() -> None:
    run = Run(LARGER)
    stuck = run.complete("measure")

    corrects(run, "area", 140)
    run.complete("measure")

    assert stuck.phase is Phase.STUCK
    assert stuck.incident is not None
    assert (stuck.incident.code, stuck.incident.variable) == ("undecidable_expression", "area")
    assert run.waiting == ["inspect"]
    assert run.variables["area"] == 140


def test_an_entry_of_a_context_is_corrected_and_its_neighbours_stay() -> None:
    run = Run(LARGER, {"applicant": {"afm": "0", "name": "Ελένη"}})

    corrects(run, "applicant.afm", "094014201")
    corrects(run, "address.street", "Πατησίων")

    assert variables(run) == {
        "applicant": {"afm": "094014201", "name": "Ελένη"},
        "address": {"street": "Πατησίων"},
    }


def test_what_waits_is_told_again_as_it_is_seen_now() -> None:
    run = Run(
        simple(
            start(),
            user("check", extensions=mapping(inputs={"afm": "applicant.afm"})),
            user("read"),
            end(),
            element("parallelGateway", "fork"),
            chain("start", "fork"),
            flow("fork", "check"),
            flow("fork", "read"),
            chain("check", "end"),
            flow("read", "end"),
        ),
        {"applicant": {"afm": "0"}},
    )

    step = corrects(run, "applicant.afm", "094014201")

    seen = {task.element_id: dict(task.variables) for task in step.refreshed_tasks}
    assert seen["read"] == {"applicant": {"afm": "094014201"}}
    assert set(seen) == {"check", "read"}
    assert step.opened_tasks == step.closed == ()


def test_a_correction_holds_on_every_branch() -> None:
    run = Run(
        simple(
            start(),
            element("parallelGateway", "fork"),
            user("left"),
            user("right"),
            element("parallelGateway", "join"),
            user("after"),
            end(),
            chain("start", "fork", "left", "join", "after", "end"),
            chain("fork", "right", "join"),
        ),
        {"fee": 10, "paid": {"cents": 0}},
    )
    run.complete("left", paid={"cents": 5})

    corrects(run, "fee", 12)
    corrects(run, "paid.cents", 7)
    run.complete("right")

    assert run.waiting == ["after"]
    assert variables(run) == {"fee": 12, "paid": {"cents": 7}}


def test_a_correction_reaches_into_open_sub_processes_and_loops() -> None:
    inner = element(
        "subProcess", "visit", start("arrived"), user("look"), end("left"), chain("arrived", "look", "left")
    )
    run = Run(
        simple(
            start(),
            inner,
            user("each", several("items", "item", output=("item", "seen"))),
            element("parallelGateway", "fork"),
            end(),
            chain("start", "fork", "visit", "end"),
            chain("fork", "each", "end"),
        ),
        {"items": [1], "fee": 10},
    )

    corrects(run, "fee", 12)
    run.complete("look")
    run.complete("each")

    assert run.step.phase is Phase.COMPLETED
    assert run.variables["fee"] == 12


def test_a_condition_that_a_correction_makes_true_happens() -> None:
    waits = "<conditionalEventDefinition><condition>=ready = true</condition></conditionalEventDefinition>"
    run = Run(
        simple(
            start(),
            element("intermediateCatchEvent", "wait", waits),
            user("go"),
            end(),
            chain("start", "wait", "go", "end"),
        ),
        {"ready": False},
    )

    step = corrects(run, "ready", True)

    assert [task.element_id for task in step.opened_tasks] == ["go"]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("name.first", "Ελένη", "Expected name to be a context, found a str"),
        ("", 1, "found an empty one"),
        ("a..b", 1, "found an empty one"),
        ("fee", object(), "Expected a JSON or FEEL value"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(path: str, value: Any, said: str) -> None:
    run = Run(LARGER, {"name": "Ελένη"})

    with pytest.raises(StepRefused, match=said):
        corrects(run, path, value)


def test_a_correction_that_would_leave_the_case_stuck_is_not_made() -> None:
    waits = "<conditionalEventDefinition><condition>=ready</condition></conditionalEventDefinition>"
    run = Run(
        simple(
            start(),
            element("intermediateCatchEvent", "wait", waits),
            end(),
            chain("start", "wait", "end"),
        ),
        {"ready": False},
    )
    before = run.step.snapshot

    step = corrects(run, "ready", "yes")

    assert step.phase is Phase.STUCK
    assert step.snapshot == before


def test_a_moved_token_goes_on_elsewhere_with_its_variables() -> None:
    run = Run(LARGER, {"area": 90})

    step = moves(run, "measure", "inspect")

    assert run.waiting == ["inspect"]
    assert variables(run) == {"area": 90}
    assert len(step.closed) == 1
    run.complete("inspect")
    assert run.step.phase is Phase.COMPLETED


def test_a_token_that_is_moved_back_does_its_work_again() -> None:
    run = Run(LARGER, {"area": 140})
    run.complete("measure")

    moves(run, "inspect", "measure")

    assert run.waiting == ["measure"]


def test_what_is_on_the_edge_and_inside_of_the_element_goes_with_the_token() -> None:
    inner = element(
        "subProcess", "visit", start("arrived"), user("look"), end("left"), chain("arrived", "look", "left")
    )
    run = Run(
        simple(
            start(),
            inner,
            boundary("late", "visit", timer(duration="P1D")),
            user("call"),
            end(),
            chain("start", "visit", "call", "end"),
            chain("late", "end"),
        )
    )

    step = moves(run, "visit", "call")

    assert run.waiting == ["call"]
    assert step.next_timer_at is None


def test_the_target_of_a_move_opens_what_is_on_its_edge() -> None:
    run = Run(
        simple(
            start(),
            user("first"),
            user("second"),
            boundary("late", "second", timer(duration="P1D")),
            end(),
            chain("start", "first", "second", "end"),
            chain("late", "end"),
        )
    )

    step = moves(run, "first", "second")

    assert run.waiting == ["second"]
    assert step.next_timer_at is not None


def test_a_loop_is_moved_as_a_whole_with_what_it_has_gathered() -> None:
    run = Run(
        simple(
            start(),
            user("each", several("items", "item", output=("item", "seen"), sequential=True)),
            user("after"),
            end(),
            chain("start", "each", "after", "end"),
        ),
        {"items": [1, 2], "fee": 1},
    )
    run.complete("each", fee=2)

    moves(run, "each", "after")

    assert run.waiting == ["after"]


def test_a_move_out_of_an_event_gateway_closes_every_event_of_it() -> None:
    def waits(name: str, days: int) -> str:
        return element("intermediateCatchEvent", name, timer(duration=f"P{days}D"))

    run = Run(
        simple(
            start(),
            element("eventBasedGateway", "either"),
            waits("one", 1),
            waits("two", 2),
            user("after"),
            end(),
            chain("start", "either", "one", "after", "end"),
            chain("either", "two", "after"),
        )
    )

    step = moves(run, "one", "after")

    assert run.waiting == ["after"]
    assert step.next_timer_at is None


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("inspect", "measure", "Expected one token to stand at inspect, found none"),
        ("measure", "nowhere", "Expected an element beside the one that is left, found 'nowhere'"),
        ("measure", "late", "Expected an element that flows lead to, found the boundaryEvent late"),
        ("measure", "join", "Expected an element that one token can begin, found the join join"),
        ("measure", "look", "Expected an element beside the one that is left"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(source: str, target: str, said: str) -> None:
    inner = element(
        "subProcess", "visit", start("arrived"), user("look"), end("left"), chain("arrived", "look", "left")
    )
    run = Run(
        simple(
            start(),
            user("measure"),
            user("inspect"),
            inner,
            element("parallelGateway", "join"),
            boundary("late", "inspect", timer(duration="P1D")),
            end(),
            chain("start", "measure", "inspect", "join", "visit", "end"),
            chain("late", "join"),
        )
    )

    with pytest.raises(StepRefused, match=said):
        moves(run, source, target)


def test_a_move_to_where_the_case_would_be_stuck_is_not_made() -> None:
    run = Run(LARGER)
    before = run.step.snapshot

    step = moves(run, "measure", "size")

    assert step.phase is Phase.STUCK
    assert step.snapshot == before
    assert run.waiting == ["measure"]


def test_too_many_moves_in_one_step_are_an_incident_and_the_case_is_as_before() -> None:
    run = Run(
        simple(
            start(),
            user("begin"),
            script("count", "n + 1", "n"),
            element("exclusiveGateway", "again"),
            end(),
            chain("start", "begin", "count", "again"),
            flow("again", "count", "=n > 0"),
            flow("again", "end", "=n < 0"),
        ),
        {"n": 0},
        engine=SpiffWorkflowEngine(RuntimeLimits(moves=50)),
    )

    assert_stopped(run, run.complete("begin"), "More than 50 moves")


def test_too_many_tokens_at_once_are_an_incident_and_the_case_is_as_before() -> None:
    run = Run(
        simple(
            start(),
            user("begin"),
            user("each", several("items", "item")),
            end(),
            chain("start", "begin", "each", "end"),
        ),
        engine=SpiffWorkflowEngine(RuntimeLimits(tokens=20)),
    )

    assert_stopped(run, run.complete("begin", items=list(range(40))), "More than 20 tokens")


def test_too_much_nesting_is_an_incident_and_the_case_is_as_before() -> None:
    called = "<zeebe:calledElement processId='=target'/>"
    run = Run(
        simple(
            start(),
            user("begin"),
            element("callActivity", "call", extensions=called),
            end(),
            chain("start", "begin", "call", "end"),
        ),
        {"target": "procedure"},
        engine=SpiffWorkflowEngine(RuntimeLimits(call_depth=3)),
    )
    run.complete("begin")
    run.complete("begin")
    run.complete("begin")

    assert_stopped(run, run.complete("begin"), "More than 3 processes")


def test_a_case_that_grows_too_large_is_an_incident_and_as_before() -> None:
    run = Run(LARGER, {"area": 140}, engine=SpiffWorkflowEngine(RuntimeLimits(snapshot_bytes=5_000)))

    assert_stopped(run, run.complete("measure", notes="x" * 6_000), "at most 5,000 are kept")


def assert_stopped(run: Run, step: Step, said: str) -> None:
    assert step.phase is Phase.STUCK
    assert step.incident is not None
    assert step.incident.code == "limit_passed"
    assert said in step.incident.message
    assert step.snapshot == run.steps[-2].snapshot


def ways(run: Run) -> dict[str, tuple[str, ...]]:
    return dict(run.engine.ways(run.definition, run.step.snapshot))


def test_the_ways_of_a_token_are_where_it_stands_and_what_can_be_begun_there() -> None:
    run = Run(LARGER)

    (places,) = ways(run).values()

    assert list(ways(run)) == ["measure"]
    assert set(places) == {"start", "measure", "size", "inspect", "end"}


def test_every_way_that_is_told_is_no_refused_move() -> None:
    timed = boundary("late", "left", timer(duration="P1D"))
    run = Run(
        simple(
            start(),
            element("parallelGateway", "fork"),
            user("left"),
            timed,
            user("right"),
            element("parallelGateway", "join"),
            element(
                "subProcess",
                "visit",
                start("arrived"),
                user("look"),
                end("gone"),
                chain("arrived", "look", "gone"),
            ),
            end(),
            chain("start", "fork", "left", "join", "visit", "end"),
            chain("fork", "right", "join"),
            flow("late", "visit"),
        )
    )
    told = ways(run)

    assert set(told) == {"left", "right"}
    assert "join" not in told["left"]
    assert "late" not in told["left"]
    assert "look" not in told["left"]
    before = run.step.snapshot
    for target in told["left"]:
        run.engine.move(run.definition, before, source="left", target=target, surroundings=run.surroundings)
