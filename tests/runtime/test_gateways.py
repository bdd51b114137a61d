"""Gateways: which ways are taken, which tokens are waited for, how variables come together."""

import pytest

from engine.runtime.contract import Phase
from tests.runtime.diagrams import (
    Run,
    chain,
    element,
    end,
    flow,
    message,
    on_message,
    service,
    simple,
    start,
    timer,
    user,
)


def exclusive(*, default: str = "") -> str:
    return element("exclusiveGateway", "decide", **({"default": default} if default else {}))


@pytest.mark.parametrize(("age", "way"), [(70, "old"), (30, "adult"), (3, "child")])
def test_an_exclusive_gateway_takes_the_first_way_that_holds_else_the_default(age: int, way: str) -> None:
    run = Run(
        simple(
            start(),
            exclusive(default="rest"),
            end("old"),
            end("adult"),
            end("child"),
            flow("start", "decide"),
            flow("decide", "old", "age > 65"),
            flow("decide", "adult", "=age >= 18"),
            flow("decide", "child", flow_id="rest"),
        ),
        {"age": age},
    )

    assert run.step.outcome == way


def test_no_way_and_no_default_is_an_incident() -> None:
    run = Run(
        simple(
            start(),
            exclusive(),
            end("a"),
            end("b"),
            flow("start", "decide"),
            flow("decide", "a", "n = 1"),
            flow("decide", "b", "n = 2"),
        ),
        {"n": 3},
    )

    assert run.step.phase is Phase.STUCK
    assert run.step.incident is not None
    assert (run.step.incident.code, run.step.incident.element_id) == ("no_flow_chosen", "decide")


def chosen(condition: str, **variables: object) -> Run:
    """A gateway with one condition and a default flow."""
    return Run(
        simple(
            start(),
            exclusive(default="rest"),
            end("a"),
            end("b"),
            flow("start", "decide"),
            flow("decide", "a", condition),
            flow("decide", "b", flow_id="rest"),
        ),
        variables,
    )


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("foo(1) = 2", "there is no 'foo' here"),
        ('contain(name, "a") = true', "there is no 'contain' here"),
        ("contains(name) = true", "expected contains(string: string, match: string)"),
        ("ag = 18", "the variable ag is missing"),
        ("count(children[agee > 3]) > 0", "there is no 'agee' here"),
        ('(if age > "18" then 1 else 2) = 1', "cannot compare number with string"),
    ],
)
def test_a_problem_while_deciding_is_an_incident_that_names_it_and_never_false(
    condition: str, reason: str
) -> None:
    run = chosen(condition, age=20, name="Άννα", children=[{"age": 4}])

    assert run.step.incident is not None
    assert (run.step.incident.code, run.step.incident.element_id) == ("undecidable_expression", "decide_to_a")
    assert reason in run.step.incident.message


@pytest.mark.parametrize("condition", ["email != null", "email != null and string length(email) > 3"])
def test_a_condition_may_handle_what_is_missing_itself(condition: str) -> None:
    assert chosen(condition).step.phase is Phase.COMPLETED


def test_a_condition_that_becomes_null_is_an_incident_that_names_the_missing_variable() -> None:
    run = Run(
        simple(
            start(),
            exclusive(default="rest"),
            end("a"),
            end("b"),
            flow("start", "decide"),
            flow("decide", "a", "age > 18"),
            flow("decide", "b", flow_id="rest"),
        )
    )

    assert run.step.incident is not None
    assert (run.step.incident.code, run.step.incident.variable) == ("undecidable_expression", "age")
    assert "age is missing" in run.step.incident.message


def forked(*branches: str, gateway: str = "parallelGateway", after: str = "sum") -> tuple[str, ...]:
    """A process that forks into these elements and joins them again before the user task `after`."""
    flows = [part for branch in branches for part in (flow("fork", branch), flow(branch, "join"))]
    return (
        start(),
        element(gateway, "fork"),
        element(gateway, "join"),
        user(after),
        end(),
        flow("start", "fork"),
        *flows,
        chain("join", after, "end"),
    )


def test_a_parallel_join_takes_one_token_from_each_flow_and_leaves_the_others() -> None:
    parts = (
        start(),
        element("parallelGateway", "fork"),
        element("exclusiveGateway", "merge"),
        user("slow"),
        element("task", "a"),
        element("task", "b"),
        element("parallelGateway", "join"),
        user("last"),
        end(),
        chain("start", "fork", "a", "merge", "join", "last", "end"),
        chain("fork", "b", "merge"),
        chain("fork", "slow", "join"),
    )
    run = Run(simple(*parts))

    step = run.complete("slow")

    assert [task.element_id for task in step.opened_tasks] == ["last"]
    step = run.complete("last")
    assert step.phase is Phase.STUCK
    assert step.incident is not None
    assert (step.incident.code, step.incident.element_id) == ("nothing_waits", "join")


def test_a_parallel_join_waits_for_all() -> None:
    run = Run(simple(*forked("left", "right"), user("left"), user("right")), {"kept": 1})

    run.complete("left", one=1)
    assert run.waiting == ["right"]
    run.complete("right", other=2)

    assert run.waiting == ["sum"]
    assert run.variables == {"kept": 1, "one": 1, "other": 2}


@pytest.mark.parametrize(("chosen", "opened"), [("ab", ["a", "b"]), ("a", ["a"]), ("none", ["c"])])
def test_an_inclusive_gateway_takes_every_way_that_holds_and_joins_only_those(
    chosen: str, opened: list[str]
) -> None:
    parts = (
        start(),
        element("inclusiveGateway", "fork", default="rest"),
        element("inclusiveGateway", "join"),
        user("a"),
        user("b"),
        user("c"),
        user("sum"),
        end(),
        flow("start", "fork"),
        flow("fork", "a", 'contains(way, "a")'),
        flow("fork", "b", 'contains(way, "b")'),
        flow("fork", "c", flow_id="rest"),
        flow("a", "join"),
        flow("b", "join"),
        flow("c", "join"),
        chain("join", "sum", "end"),
    )
    run = Run(simple(*parts), {"way": chosen})
    assert run.waiting == opened

    for branch in opened:
        run.complete(branch, **{branch: True})

    assert run.waiting == ["sum"]
    assert run.variables == {"way": chosen, **dict.fromkeys(opened, True)}


def test_an_inclusive_join_does_not_wait_for_what_can_no_longer_come() -> None:
    parts = (
        start(),
        element("parallelGateway", "fork"),
        element("exclusiveGateway", "way"),
        user("ask"),
        user("b"),
        end("away"),
        element("inclusiveGateway", "join"),
        user("sum"),
        end(),
        chain("start", "fork", "ask", "way"),
        chain("fork", "b", "join", "sum", "end"),
        flow("way", "join", "stay"),
        flow("way", "away", "not(stay)"),
    )
    run = Run(simple(*parts))

    run.complete("b")
    assert run.waiting == ["ask"]
    run.complete("ask", stay=False)

    assert run.waiting == ["sum"]


def event_gateway(*events: str) -> tuple[str, ...]:
    return (start(), element("eventBasedGateway", "race"), flow("start", "race"), *events)


def test_the_first_event_behind_an_event_based_gateway_closes_the_others() -> None:
    events = (
        element("intermediateCatchEvent", "heard", on_message("told")),
        element("intermediateCatchEvent", "late", timer(duration="PT1H")),
        end("ok"),
        end("too_late"),
        chain("race", "heard", "ok"),
        chain("race", "late", "too_late"),
    )
    run = Run(simple(*event_gateway(*events), declares=message("told", "Told")))

    step = run.deliver("heard")

    assert (step.phase, step.outcome, step.next_timer_at) == (Phase.COMPLETED, "ok", None)


def test_flows_out_of_an_activity_fork_and_their_conditions_choose() -> None:
    parts = (
        start(),
        service("ask"),
        end("always"),
        end("big"),
        end("small"),
        flow("start", "ask"),
        flow("ask", "always"),
        flow("ask", "big", "n > 10"),
        flow("ask", "small", "n < 5"),
    )
    run = Run(simple(*parts))

    run.complete("ask", n=11)

    assert run.log == ["start", "ask", "always", "big"]


def test_a_step_tells_the_flows_that_were_taken_and_no_others() -> None:
    run = Run(
        simple(
            start(),
            exclusive(default="rest"),
            end("old"),
            end("adult"),
            flow("start", "decide", flow_id="in"),
            flow("decide", "old", "age > 65", flow_id="over"),
            flow("decide", "adult", flow_id="rest"),
        ),
        {"age": 70},
    )

    assert [taken.flow_id for taken in run.step.flows] == ["in", "over"]
    assert {taken.file for taken in run.step.flows} == {"diagram0.bpmn"}


def test_behind_an_event_based_gateway_the_flow_to_what_happened_is_taken() -> None:
    run = Run(
        simple(
            start(),
            element("eventBasedGateway", "wait"),
            element("intermediateCatchEvent", "soon", timer(duration="PT1H")),
            element("intermediateCatchEvent", "late", timer(duration="PT2H")),
            end("a"),
            end("b"),
            flow("start", "wait", flow_id="in"),
            flow("wait", "soon", flow_id="to_soon"),
            flow("wait", "late", flow_id="to_late"),
            flow("soon", "a", flow_id="out"),
            flow("late", "b"),
        )
    )
    opened = [taken.flow_id for taken in run.step.flows]

    run.later(hours=1)

    assert opened == ["in"]
    assert {taken.flow_id for taken in run.step.flows} == {"to_soon", "out"}
