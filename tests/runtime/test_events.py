"""Events: timers, messages, signals, errors and escalations, at every place they may stand."""

from datetime import timedelta

import pytest

from engine.runtime.contract import Phase
from tests.runtime.diagrams import (
    NOON,
    Run,
    boundary,
    chain,
    element,
    end,
    flow,
    mapping,
    message,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    service,
    simple,
    start,
    timer,
    user,
)

DECLARED = (
    message("told", "Told", "number")
    + '<signal id="alarm" name="Alarm"/><error id="bad" errorCode="BAD"/>'
    + '<escalation id="up" escalationCode="UP"/>'
)


def sub_process(*parts: str, element_id: str = "inside", extensions: str = "", **attributes: str) -> str:
    return element("subProcess", element_id, *parts, extensions=extensions, **attributes)


@pytest.mark.parametrize(
    ("written", "wait"),
    [
        (timer(duration="PT1H"), timedelta(hours=1)),
        (timer(duration='=duration("P1D")'), timedelta(days=1)),
        (timer(duration="=pause"), timedelta(minutes=5)),
        (timer(date="2026-03-02T16:00:00+02:00"), timedelta(hours=2)),
        (timer(date='=date and time("2026-03-02T15:00:00Z")'), timedelta(hours=3)),
        (timer(duration="P1M"), timedelta(days=31)),
    ],
)
def test_a_timer_waits_until_it_is_due_and_not_longer(written: str, wait: timedelta) -> None:
    run = Run(
        simple(
            start(), element("intermediateCatchEvent", "wait", written), end(), chain("start", "wait", "end")
        ),
        {"pause": "PT5M"},
    )

    early = run.later(seconds=wait.total_seconds() - 1)
    assert early.next_timer_at == NOON + wait
    assert early.phase is Phase.RUNNING
    step = run.later(seconds=1)

    assert step.phase is Phase.COMPLETED


def test_a_step_without_a_due_timer_is_empty() -> None:
    run = Run(simple(start(), user("fill"), end(), chain("start", "fill", "end")))
    before = run.step.snapshot

    step = run.later(hours=1)

    assert (step.snapshot, step.passed, step.opened_tasks, step.closed) == (before, (), (), ())


def test_postponed_timers_fire_later_by_as_much() -> None:
    run = Run(
        simple(
            start(),
            element("intermediateCatchEvent", "wait", timer(duration="PT1H")),
            end(),
            chain("start", "wait", "end"),
        )
    )

    step = run.engine.postpone_timers(
        run.definition, run.step.snapshot, by=timedelta(days=2), surroundings=run.surroundings
    )

    assert step.next_timer_at == NOON + timedelta(days=2, hours=1)


def with_boundary(event: str, *, host: str = "", handler: str = "handle") -> tuple[str, ...]:
    return (
        start(),
        host or user("work"),
        event,
        user(handler),
        end("done"),
        end("handled"),
        chain("start", "work", "done"),
        flow("event", handler),
        flow(handler, "handled"),
    )


def test_an_interrupting_timer_takes_the_task_away() -> None:
    run = Run(simple(*with_boundary(boundary("event", "work", timer(duration="PT1H")))), {"n": 1})
    (task,) = run.step.opened_tasks

    step = run.later(hours=1)

    assert (run.waiting, step.closed) == (["handle"], (task.token,))
    assert step.variables == {"n": 1}


def test_a_non_interrupting_timer_leaves_the_task_and_fires_once() -> None:
    run = Run(simple(*with_boundary(boundary("event", "work", timer(duration="PT1H"), interrupting=False))))

    step = run.later(hours=1)

    assert run.waiting == ["handle", "work"]
    assert step.next_timer_at is None


def test_a_counted_cycle_fires_as_often_as_it_says() -> None:
    run = Run(
        simple(
            *with_boundary(
                boundary("event", "work", timer(cycle="R3/PT10M"), interrupting=False), handler="remind"
            )
        )
    )

    for _ in range(5):
        run.later(minutes=10)

    assert run.waiting == ["remind", "remind", "remind", "work"]
    assert run.step.next_timer_at is None


def test_an_endless_cycle_skips_what_it_missed() -> None:
    run = Run(
        simple(
            *with_boundary(
                boundary("event", "work", timer(cycle="R/P1D"), interrupting=False), handler="remind"
            )
        )
    )

    step = run.later(days=7, hours=1)

    assert run.waiting == ["remind", "work"]
    assert step.next_timer_at == NOON + timedelta(days=8)


def test_completing_the_task_closes_its_boundary_events() -> None:
    run = Run(
        simple(
            *with_boundary(boundary("event", "work", on_message("told"), interrupting=False)),
            declares=DECLARED,
        ),
        {"number": 1},
    )
    assert run.waiting == ["event", "work"]

    run.complete("work")

    assert run.step.phase is Phase.COMPLETED
    assert run.waiting == []


def test_a_message_at_the_boundary_brings_its_variables() -> None:
    run = Run(
        simple(*with_boundary(boundary("event", "work", on_message("told"))), declares=DECLARED),
        {"number": 1},
    )

    step = run.deliver("event", reason="withdrawn")

    assert run.waiting == ["handle"]
    assert step.variables == {"number": 1, "reason": "withdrawn"}


def test_a_non_interrupting_message_can_come_again() -> None:
    run = Run(
        simple(
            *with_boundary(boundary("event", "work", on_message("told"), interrupting=False)),
            declares=DECLARED,
        ),
        {"number": 1},
    )

    run.deliver("event")
    run.deliver("event")

    assert run.waiting == ["event", "handle", "handle", "work"]


def test_an_error_is_caught_by_its_code_before_a_catch_all() -> None:
    parts = with_boundary(boundary("event", "work", on_error("bad")), host=service("work"))
    every = (boundary("any", "work", on_error()), end("other"), flow("any", "other"))
    run = Run(simple(*parts, *every, declares=DECLARED))

    step = run.fail("work", "BAD", detail="no such citizen")

    assert run.waiting == ["handle"]
    assert step.variables == {"detail": "no such citizen"}


def test_another_error_is_caught_by_the_catch_all() -> None:
    parts = with_boundary(boundary("event", "work", on_error("bad")), host=service("work"))
    every = (boundary("any", "work", on_error()), end("other"), flow("any", "other"))
    run = Run(simple(*parts, *every, declares=DECLARED))

    run.fail("work", "WORSE")

    assert run.step.outcome == "other"


def test_an_error_that_nothing_catches_leaves_the_case_stuck_and_the_task_as_it_was() -> None:
    run = Run(
        simple(
            *with_boundary(boundary("event", "work", on_error("bad")), host=service("work")),
            declares=DECLARED,
        )
    )
    before = run.step.snapshot

    step = run.fail("work", "WORSE")

    assert step.incident is not None
    assert (step.phase, step.incident.code, step.incident.element_id) == (
        Phase.STUCK,
        "uncaught_error",
        "work",
    )
    assert (step.snapshot, step.closed) == (before, ())
    run.complete("work")
    assert run.step.outcome == "done"


def test_an_error_end_inside_a_sub_process_is_caught_at_its_boundary_with_what_was_written() -> None:
    inside = sub_process(
        start("s"), user("inner"), end("e", on_error("bad")), chain("s", "inner", "e"), element_id="work"
    )
    run = Run(
        simple(*with_boundary(boundary("event", "work", on_error("bad")), host=inside), declares=DECLARED)
    )

    run.complete("inner", found="nothing")

    assert run.waiting == ["handle"]
    assert run.variables == {"found": "nothing"}


def test_an_escalation_goes_on_at_the_boundary_without_interrupting() -> None:
    inside = sub_process(
        start("s"),
        element("intermediateThrowEvent", "raise", on_escalation("up")),
        user("inner"),
        end("e"),
        chain("s", "raise", "inner", "e"),
        element_id="work",
    )
    event = boundary("event", "work", on_escalation("up"), interrupting=False)
    run = Run(simple(*with_boundary(event, host=inside), declares=DECLARED))

    assert run.waiting == ["handle", "inner"]


def test_an_interrupting_escalation_interrupts_at_once() -> None:
    inside = sub_process(
        start("s"),
        element("intermediateThrowEvent", "raise", on_escalation("up")),
        user("inner"),
        end("e"),
        chain("s", "raise", "inner", "e"),
        element_id="work",
    )
    run = Run(
        simple(*with_boundary(boundary("event", "work", on_escalation("up")), host=inside), declares=DECLARED)
    )

    assert run.waiting == ["handle"]


def test_a_signal_reaches_whoever_waits_for_it_in_the_case_and_is_told_to_the_caller() -> None:
    parts = (
        start(),
        element("parallelGateway", "fork"),
        element("intermediateCatchEvent", "hear", on_signal("alarm")),
        end("heard"),
        user("work"),
        element("intermediateThrowEvent", "ring", on_signal("alarm")),
        end("rung"),
        chain("start", "fork", "hear", "heard"),
        chain("fork", "work", "ring", "rung"),
    )
    run = Run(simple(*parts, declares=DECLARED))
    (subscription,) = run.step.opened_subscriptions
    assert (subscription.message, subscription.kind) == ("Alarm", "signal")

    step = run.complete("work")

    assert step.phase is Phase.COMPLETED
    assert [thrown.signal for thrown in step.thrown_signals] == ["Alarm"]


def test_an_interrupting_signal_on_a_sub_process_interrupts_at_once() -> None:
    inside = sub_process(
        start("s"),
        user("inner"),
        element("task", "after"),
        end("e"),
        chain("s", "inner", "after", "e"),
        element_id="work",
    )
    run = Run(
        simple(*with_boundary(boundary("event", "work", on_signal("alarm")), host=inside), declares=DECLARED)
    )

    step = run.deliver("event", why="fire")

    assert run.waiting == ["handle"]
    assert "after" not in run.log
    assert step.variables == {"why": "fire"}


def test_a_terminate_end_stops_every_other_branch() -> None:
    parts = (
        start(),
        element("parallelGateway", "fork"),
        user("a"),
        user("b"),
        end("stop", "<terminateEventDefinition/>"),
        end(),
        chain("start", "fork", "a", "stop"),
        chain("fork", "b", "end"),
    )
    run = Run(simple(*parts))

    step = run.complete("a", result=1)

    assert (step.phase, step.outcome, step.variables) == (Phase.COMPLETED, "stop", {"result": 1})
    assert run.waiting == []


def event_sub_process(definition: str, *, interrupting: bool = True) -> str:
    return sub_process(
        start("event", definition, isInterrupting=str(interrupting).lower()),
        user("handle"),
        end("handled"),
        chain("event", "handle", "handled"),
        element_id="handler",
        triggeredByEvent="true",
    )


def test_an_interrupting_event_sub_process_replaces_everything_else() -> None:
    run = Run(
        simple(
            start(),
            user("work"),
            end(),
            chain("start", "work", "end"),
            event_sub_process(timer(duration="PT1H")),
        ),
        {"n": 1},
    )

    run.later(hours=1)
    assert run.waiting == ["handle"]
    step = run.complete("handle", handled=True)

    assert (step.phase, step.variables) == (Phase.COMPLETED, {"n": 1, "handled": True})


def test_a_non_interrupting_event_sub_process_runs_beside_and_its_changes_are_merged() -> None:
    handler = event_sub_process(on_message("told"), interrupting=False)
    run = Run(
        simple(start(), user("work"), end(), chain("start", "work", "end"), handler, declares=DECLARED),
        {"number": 1},
    )

    run.deliver("event", letter="A")
    run.deliver("event", letter="B")
    assert run.waiting == ["event", "handle", "handle", "work"]
    run.complete("work", done=True)
    run.complete("handle", noted=1)
    step = run.complete("handle", noted=1)

    assert step.phase is Phase.COMPLETED
    assert step.variables == {"number": 1, "letter": "B", "done": True, "noted": 1}


def test_an_error_event_sub_process_catches_what_is_thrown_around_it() -> None:
    run = Run(
        simple(
            start(),
            service("work"),
            end(),
            chain("start", "work", "end"),
            event_sub_process(on_error("bad")),
            declares=DECLARED,
        )
    )

    run.fail("work", "BAD", why="closed")

    assert run.waiting == ["handle"]
    assert run.variables == {"why": "closed"}


def test_a_conditional_event_fires_when_its_condition_becomes_true() -> None:
    condition = (
        "<conditionalEventDefinition><condition>=urgent = true</condition></conditionalEventDefinition>"
    )
    parts = (
        start(),
        element("parallelGateway", "fork"),
        user("a"),
        user("b"),
        boundary("event", "a", condition),
        end("x"),
        end("y"),
        end("z"),
        chain("start", "fork", "a", "x"),
        chain("fork", "b", "y"),
        flow("event", "z"),
    )
    run = Run(simple(*parts), {"urgent": False})

    run.complete("b", urgent=True)

    assert run.step.phase is Phase.COMPLETED
    assert run.log[-1] == "z"


def test_links_lead_on_by_name() -> None:
    parts = (
        start(),
        element("intermediateThrowEvent", "off", '<linkEventDefinition name="page 2"/>'),
        element("intermediateCatchEvent", "on", '<linkEventDefinition name="page 2"/>'),
        end(),
        flow("start", "off"),
        flow("on", "end"),
    )

    assert Run(simple(*parts)).log == ["start", "off", "on", "end"]


def test_an_event_of_several_definitions_fires_with_the_first() -> None:
    parts = (
        start(),
        element("intermediateCatchEvent", "wait", on_message("told"), timer(duration="PT1H")),
        end(),
        chain("start", "wait", "end"),
    )
    run = Run(simple(*parts, declares=DECLARED), {"number": 1})

    run.later(hours=1)

    assert run.step.phase is Phase.COMPLETED
    assert run.waiting == []


def test_a_boundary_timer_sees_the_input_mapping_of_its_activity() -> None:
    work = user("work", extensions=mapping(inputs={"pause": '"PT2H"'}))
    run = Run(simple(*with_boundary(boundary("event", "work", timer(duration="=pause")), host=work)))

    assert run.step.next_timer_at == NOON + timedelta(hours=2)


def test_a_timer_at_the_end_of_the_calendar_can_be_postponed() -> None:
    wait = element("intermediateCatchEvent", "wait", timer(date="9999-12-31T00:00:00Z"))
    run = Run(simple(start(), wait, end(), chain("start", "wait", "end")))

    step = run.engine.postpone_timers(
        run.definition, run.step.snapshot, by=timedelta(days=9), surroundings=run.surroundings
    )

    assert step.next_timer_at is not None
    assert step.next_timer_at.year == 9999


def test_who_begins_to_wait_for_a_signal_after_it_was_thrown_does_not_get_it() -> None:
    run = Run(
        simple(
            start(),
            element("intermediateThrowEvent", "tell", on_signal("go")),
            element("intermediateCatchEvent", "wait", on_signal("go")),
            end(),
            chain("start", "tell", "wait", "end"),
            declares='<signal id="go" name="go"/>',
        )
    )

    assert run.waiting == ["wait"]
    assert [signal.signal for signal in run.step.thrown_signals] == ["go"]
