"""Implicit ends: what no flow leaves ends its way, and a process ends when all ways have."""

from engine.lint import Severity, check
from engine.runtime.contract import Phase
from engine.runtime.definition import Definition
from tests.runtime.diagrams import (
    Run,
    boundary,
    chain,
    element,
    flow,
    script,
    service,
    simple,
    start,
    timer,
    user,
)


def is_accepted(what: Definition) -> bool:
    """Whether the linter finds no error in what the engine runs."""
    return all(finding.severity is not Severity.ERROR for finding in check(what.files).findings)


def test_a_process_without_end_events_ends_when_its_last_task_is_done() -> None:
    what = simple(start(), service("work"), chain("start", "work"))
    run = Run(what)

    step = run.complete("work", done=True)

    assert is_accepted(what)
    assert (step.phase, step.outcome, step.variables) == (Phase.COMPLETED, None, {"done": True})


def test_the_other_ways_go_on_where_one_ends_by_itself() -> None:
    what = simple(
        start(),
        element("parallelGateway", "fork"),
        service("one"),
        service("other"),
        element("intermediateThrowEvent", "last"),
        chain("start", "fork", "one"),
        chain("fork", "other", "last"),
    )
    run = Run(what)

    assert run.complete("one").phase is Phase.RUNNING
    assert run.complete("other").phase is Phase.COMPLETED
    assert is_accepted(what)


def test_a_boundary_event_may_end_its_way() -> None:
    what = simple(
        start(), service("work"), chain("start", "work"), boundary("late", "work", timer(duration="PT1H"))
    )
    run = Run(what)

    step = run.later(hours=1)

    assert is_accepted(what)
    assert (step.phase, run.waiting, run.log) == (Phase.COMPLETED, [], ["start", "late"])


def test_a_sub_process_ends_where_its_ways_end_by_themselves() -> None:
    inside = element("subProcess", "inside", start("s"), script("set", "1", "n"), chain("s", "set"))
    what = simple(start(), inside, user("after"), chain("start", "inside"), flow("inside", "after"))

    assert Run(what).waiting == ["after"]
    assert is_accepted(what)
