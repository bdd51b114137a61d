"""Listeners: service tasks before and after an element, in the order of the dialect and within its scope."""

import pytest

from engine.lint import check
from engine.runtime import SpiffWorkflowEngine
from engine.runtime.contract import DefinitionRefused, Phase
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
    on_message,
    script,
    service,
    several,
    simple,
    start,
    timer,
    user,
)


def listeners(kind: str, *of: tuple[str, str], retries: str = "3") -> str:
    """Listeners of a kind: their events with their topics."""
    inside = "".join(
        f'<zeebe:{kind}Listener eventType="{event}" type="{topic}" retries="{retries}"/>'
        for event, topic in of
    )
    return f"<zeebe:{kind}Listeners>{inside}</zeebe:{kind}Listeners>"


def executions(*of: tuple[str, str]) -> str:
    return listeners("execution", *of)


AROUND = executions(("end", "last"), ("start", "first"), ("start", "second"))


def opened(run: Run) -> list[tuple[str, str]]:
    """What the last step opened for systems: the element and the topic."""
    return [(task.element_id, task.topic) for task in run.step.opened_service_tasks]


def test_listeners_are_service_tasks_around_the_element_in_order() -> None:
    run = Run(
        simple(start(), service("work", extensions=AROUND), end(), chain("start", "work", "end")), {"n": 1}
    )

    assert opened(run) == [("work (start listener 1)", "first")]
    run.complete("work (start listener 1)")
    assert opened(run) == [("work (start listener 2)", "second")]
    run.complete("work (start listener 2)")
    assert opened(run) == [("work", "register")]
    run.complete("work", answer=2)
    assert opened(run) == [("work (end listener 1)", "last")]
    run.complete("work (end listener 1)", told=True)

    assert run.step.phase is Phase.COMPLETED
    assert run.log == ["start", "work", "end"]
    assert run.variables == {"n": 1, "answer": 2, "told": True}


def test_a_listener_before_writes_the_elements_own_variables_and_sees_its_input_mapping() -> None:
    work = service(
        "work",
        extensions=executions(("start", "first")) + mapping(inputs={"sum": "n + 1"}, outputs={"m": "sum"}),
    )
    run = Run(simple(start(), work, end(), chain("start", "work", "end")), {"n": 1})
    (asked,) = run.step.opened_service_tasks

    step = run.complete("work (start listener 1)", sum=10)

    assert asked.variables == {"sum": 2}
    assert [task.variables for task in step.opened_service_tasks] == [{"sum": 10}]
    run.complete("work")
    assert run.variables == {"n": 1, "m": 10}


def test_listeners_of_a_task_stand_between_it_and_those_of_its_execution() -> None:
    both = executions(("start", "a"), ("end", "d")) + listeners(
        "task", ("creating", "b"), ("completing", "c")
    )
    run = Run(simple(start(), user("ask", extensions=both), end(), chain("start", "ask", "end")))

    topics = []
    for waits in ("ask (start listener 1)", "ask (start listener 2)", "ask", "ask (end listener 1)"):
        topics += [topic for _, topic in opened(run)]
        run.complete(waits)
    topics += [topic for _, topic in opened(run)]
    run.complete("ask (end listener 2)")

    assert topics == ["a", "b", "c", "d"]
    assert run.step.phase is Phase.COMPLETED


def test_boundary_events_are_open_only_while_the_element_itself_is() -> None:
    run = Run(
        simple(
            start(),
            user("work", extensions=AROUND),
            boundary("late", "work", timer(duration="PT1H")),
            end(),
            end("missed"),
            chain("start", "work", "end"),
            flow("late", "missed"),
        )
    )

    assert run.step.next_timer_at is None
    run.complete("work (start listener 1)")
    assert run.complete("work (start listener 2)").next_timer_at is not None
    run.complete("work")
    assert run.step.next_timer_at is None
    assert run.complete("work (end listener 1)").outcome == "end"


def test_each_instance_of_a_loop_has_its_listeners() -> None:
    each = service(
        "each",
        several("items", "item", output=("answer", "answers")),
        extensions=executions(("start", "first"), ("end", "last")) + mapping(inputs={"it": "item * 2"}),
    )
    run = Run(simple(start(), each, end(), chain("start", "each", "end")), {"items": [1, 2]})

    assert [task.variables for task in run.step.opened_service_tasks] == [{"it": 2}, {"it": 4}]
    run.complete("each (start listener 1)")
    run.complete("each (start listener 1)")
    run.complete("each", answer="first")
    run.complete("each", answer="second")
    run.complete("each (end listener 1)", answer="changed")
    run.complete("each (end listener 1)")

    assert run.step.phase is Phase.COMPLETED
    assert run.variables == {"items": [1, 2], "answers": ["changed", "second"]}


def test_a_gateway_chooses_by_what_its_listener_has_answered() -> None:
    run = Run(
        simple(
            start(),
            element("exclusiveGateway", "which", extensions=executions(("start", "judge")), default="no"),
            end("yes_end"),
            end("no_end"),
            flow("start", "which"),
            flow("which", "yes_end", "verdict"),
            flow("which", "no_end", flow_id="no"),
        )
    )

    step = run.complete("which (start listener 1)", verdict=True)

    assert (step.outcome, step.variables) == ("yes_end", {})


def test_a_join_listens_once_when_all_its_tokens_have_come() -> None:
    run = Run(
        simple(
            start(),
            element("parallelGateway", "fork"),
            user("a"),
            user("b"),
            element("parallelGateway", "join", extensions=executions(("start", "joined"))),
            end(),
            chain("start", "fork", "a", "join", "end"),
            chain("fork", "b", "join"),
        )
    )
    run.complete("a")
    assert opened(run) == []

    run.complete("b")

    assert opened(run) == [("join (start listener 1)", "joined")]
    assert run.complete("join (start listener 1)").phase is Phase.COMPLETED


def test_events_and_sub_processes_have_listeners() -> None:
    parts = (
        start("start", extensions=executions(("end", "begun"))),
        element(
            "intermediateCatchEvent",
            "wait",
            on_message("m"),
            extensions=executions(("start", "before"), ("end", "after")),
        ),
        element(
            "subProcess",
            "inside",
            start("s"),
            script("look", "own", "seen"),
            end("e"),
            chain("s", "look", "e"),
            extensions=executions(("start", "prepare"), ("end", "tidy")),
        ),
        end("end", extensions=executions(("start", "ending"))),
        chain("start", "wait", "inside", "end"),
    )
    run = Run(simple(*parts, declares=message("m", "Told")))

    run.complete("start (end listener 1)")
    run.complete("wait (start listener 1)")
    run.deliver("wait", text="here")
    run.complete("wait (end listener 1)")
    run.complete("inside (start listener 1)", own=7)
    run.complete("inside (end listener 1)")
    step = run.complete("end (start listener 1)")

    assert (step.phase, step.outcome) == (Phase.COMPLETED, "end")
    assert step.variables == {"text": "here", "seen": 7}


def test_a_process_listens_before_it_begins_and_after_it_has_ended() -> None:
    held = executions(("start", "open"), ("end", "close"))
    what = definition(
        diagram(
            '<process id="procedure" isExecutable="true">'
            f"<extensionElements>{held}</extensionElements>"
            + "\n".join((start(), user("work"), end(), chain("start", "work", "end")))
            + "</process>"
        )
    )
    run = Run(what, {"n": 1})

    assert opened(run) == [("procedure (start listener 1)", "open")]
    run.complete("procedure (start listener 1)", ready=True)
    assert run.waiting == ["work"]
    run.complete("work")
    assert opened(run) == [("procedure (end listener 1)", "close")]
    step = run.complete("procedure (end listener 1)", closed=True)

    assert (step.phase, step.outcome) == (Phase.COMPLETED, "end")
    assert step.variables == {"n": 1, "ready": True, "closed": True}


def test_headers_of_the_element_are_told_to_its_listeners() -> None:
    own = (
        '<zeebe:executionListeners><zeebe:executionListener eventType="start" type="first">'
        '<zeebe:taskHeaders><zeebe:header key="b" value="own"/></zeebe:taskHeaders>'
        "</zeebe:executionListener></zeebe:executionListeners>"
    )
    headers = (
        '<zeebe:taskHeaders><zeebe:header key="a" value="1"/>'
        '<zeebe:header key="b" value="2"/></zeebe:taskHeaders>'
    )
    run = Run(
        simple(start(), service("work", extensions=headers + own), end(), chain("start", "work", "end"))
    )

    assert [task.headers for task in run.step.opened_service_tasks] == [{"a": "1", "b": "own"}]


def test_a_token_may_be_moved_from_a_listener_and_to_an_element_with_listeners() -> None:
    run = Run(
        simple(
            start(),
            service("work", extensions=AROUND),
            user("after"),
            end(),
            chain("start", "work", "after", "end"),
        )
    )

    def moves(source: str, target: str) -> None:
        run._take(
            run.engine.move(
                run.definition,
                run.step.snapshot,
                source=source,
                target=target,
                surroundings=run.surroundings,
            )
        )

    moves("work", "after")
    assert run.waiting == ["after"]
    moves("after", "work")
    assert run.waiting == ["work (start listener 1)"]


REFUSED = [
    user("work", extensions=listeners("task", ("assigning", "x"))),
    user("work", extensions=listeners("task", ("updating", "x"))),
    user("work", extensions=listeners("task", ("canceling", "x"))),
    service("work", extensions=executions(("cancel", "x"))),
    service("work", extensions=listeners("task", ("creating", "x"))),
    element("exclusiveGateway", "work", extensions=executions(("end", "x"))),
]


@pytest.mark.parametrize("work", REFUSED)
def test_a_listener_without_a_moment_is_refused_by_linter_and_engine(work: str) -> None:
    what = simple(start(), work, end(), chain("start", "work", "end"))

    with pytest.raises(DefinitionRefused, match="is never done at this"):
        SpiffWorkflowEngine().prepare(what)
    assert "listener-has-moment" in {finding.rule for finding in check(what.files).findings}
