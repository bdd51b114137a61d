"""Compensation and transactions: what was completed is undone, the last first."""

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
    process,
    script,
    service,
    several,
    simple,
    start,
    user,
)

UNDO_ALL = "<compensateEventDefinition/>"


def undoable(activity: str, handler: str) -> str:
    """A compensation event on `activity`, with the service task that undoes it."""
    return (
        boundary(f"undo_{activity}", activity, UNDO_ALL)
        + service(handler, topic="undo").replace("<serviceTask", '<serviceTask isForCompensation="true"')
        + f'<association id="a_{activity}" sourceRef="undo_{activity}" targetRef="{handler}"/>'
    )


def test_completed_activities_are_undone_one_by_one_the_last_first() -> None:
    parts = (
        start(),
        user("pay"),
        user("book"),
        element("intermediateThrowEvent", "undo", UNDO_ALL),
        user("after"),
        end(),
        chain("start", "pay", "book", "undo", "after", "end"),
        undoable("pay", "refund"),
        undoable("book", "unbook"),
    )
    run = Run(simple(*parts))
    run.complete("pay", fee=10)
    run.complete("book", seat=3)

    assert run.waiting == ["unbook"]
    run.complete("unbook", seat=None)
    assert run.waiting == ["refund"]
    run.complete("refund", refunded=10)

    assert run.waiting == ["after"]
    assert run.variables == {"fee": 10, "seat": None, "refunded": 10}


def test_what_was_not_completed_is_not_undone() -> None:
    parts = (
        start(),
        element("intermediateThrowEvent", "undo", UNDO_ALL),
        user("pay"),
        end(),
        chain("start", "undo", "pay", "end"),
        undoable("pay", "refund"),
    )

    assert Run(simple(*parts)).waiting == ["pay"]


def test_one_activity_may_be_undone_by_name_and_only_once() -> None:
    named = '<compensateEventDefinition activityRef="pay"/>'
    parts = (
        start(),
        user("pay"),
        user("book"),
        element("intermediateThrowEvent", "undo", named),
        element("intermediateThrowEvent", "again", named),
        end(),
        chain("start", "pay", "book", "undo", "again", "end"),
        undoable("pay", "refund"),
        undoable("book", "unbook"),
    )
    run = Run(simple(*parts))
    run.complete("pay")
    run.complete("book")

    assert run.waiting == ["refund"]
    run.complete("refund")

    assert run.step.phase is Phase.COMPLETED


def test_the_inside_of_a_completed_sub_process_is_undone_with_it() -> None:
    inside = element(
        "subProcess",
        "inside",
        start("s"),
        user("pay"),
        end("e"),
        chain("s", "pay", "e"),
        undoable("pay", "refund"),
    )
    parts = (
        start(),
        inside,
        user("check"),
        end("undo", UNDO_ALL),
        chain("start", "inside", "check", "undo"),
    )
    run = Run(simple(*parts))
    run.complete("pay", fee=10)
    run.complete("check")

    (task,) = run.step.opened_service_tasks
    assert task.element_id == "refund"
    run.complete("refund")

    assert (run.step.phase, run.step.outcome) == (Phase.COMPLETED, "undo")


@pytest.mark.parametrize("loop", ["", several("[1, 2]", "each")])
def test_what_a_called_process_has_done_is_not_undone_from_outside(loop: str) -> None:
    called = '<zeebe:calledElement processId="other"/>'
    parts = (
        start(),
        element("callActivity", "call", loop, extensions=called),
        end("undo", UNDO_ALL),
        chain("start", "call", "undo"),
    )
    other = (start("s"), user("pay"), end("e"), chain("s", "pay", "e"), undoable("pay", "refund"))
    run = Run(definition(diagram(process(*parts), process(*other, process_id="other"))))

    while run.waiting:
        run.complete("pay")

    assert (run.step.phase, run.step.outcome) == (Phase.COMPLETED, "undo")


def transaction(*inside: str) -> tuple[str, ...]:
    return (
        start(),
        element("transaction", "deal", *inside),
        end("done"),
        boundary("cancelled", "deal", "<cancelEventDefinition/>"),
        user("explain"),
        end("called_off"),
        chain("start", "deal", "done"),
        chain("cancelled", "explain", "called_off"),
    )


def test_a_cancelled_transaction_is_undone_and_left_by_its_cancel_event() -> None:
    inside = (
        start("s"),
        user("pay"),
        user("sign"),
        element("exclusiveGateway", "agreed", default="no"),
        end("e"),
        end("cancel", "<cancelEventDefinition/>"),
        chain("s", "pay", "sign", "agreed"),
        flow("agreed", "e", "ok"),
        flow("agreed", "cancel", flow_id="no"),
        undoable("pay", "refund"),
    )
    run = Run(simple(*transaction(*inside)))
    run.complete("pay", fee=10)

    run.complete("sign", ok=False)
    assert run.waiting == ["refund"]
    run.complete("refund", refunded=True)

    assert run.waiting == ["explain"]
    assert run.variables == {"fee": 10, "ok": False, "refunded": True}


def test_a_transaction_that_is_not_cancelled_goes_on() -> None:
    run = Run(simple(*transaction(start("s"), script("x", "1", "n"), end("e"), chain("s", "x", "e"))))

    assert (run.step.phase, run.step.outcome) == (Phase.COMPLETED, "done")


ONE_BY_ONE = several("[1, 2]", "item", sequential=True)
AT_ONCE = several("[1, 2]", "item")
AGAIN = '<standardLoopCharacteristics loopMaximum="2"/>'


def repeated(loop: str, *inside: str) -> Run:
    """A case in which a sub-process with something to undo was done twice, and is to be undone."""
    trip = element(
        "subProcess",
        "trip",
        loop,
        start("s"),
        user("pay"),
        end("e"),
        chain("s", "pay", "e"),
        undoable("pay", "refund"),
        *inside,
    )
    throw = element("intermediateThrowEvent", "undo", UNDO_ALL)
    parts = (start(), trip, throw, user("after"), end(), chain("start", "trip", "undo", "after", "end"))
    run = Run(simple(*parts))
    run.complete("pay", fee=1)
    run.complete("pay", fee=2)
    return run


@pytest.mark.parametrize("loop", [ONE_BY_ONE, AT_ONCE, AGAIN])
def test_what_was_done_in_each_instance_of_a_loop_is_undone_with_it(loop: str) -> None:
    run = repeated(loop)

    run.complete("refund")
    assert run.waiting == ["refund"]
    run.complete("refund")

    assert run.waiting == ["after"]


def test_each_instance_is_undone_by_its_own_event_sub_process() -> None:
    own = element(
        "subProcess",
        "own",
        start("o", UNDO_ALL),
        user("apologise"),
        end("p"),
        chain("o", "apologise", "p"),
        triggeredByEvent="true",
    )
    run = repeated(ONE_BY_ONE, own)

    run.complete("apologise")
    assert run.waiting == ["apologise"]
    run.complete("apologise")

    assert run.waiting == ["after"]


def test_a_loop_with_a_handler_is_undone_once_by_it() -> None:
    trip = element(
        "subProcess",
        "trip",
        ONE_BY_ONE,
        start("s"),
        user("pay"),
        end("e"),
        chain("s", "pay", "e"),
        undoable("pay", "refund"),
    )
    throw = element("intermediateThrowEvent", "undo", UNDO_ALL)
    path = chain("start", "trip", "undo", "after", "end")
    run = Run(simple(start(), trip, undoable("trip", "call_off"), throw, user("after"), end(), path))
    run.complete("pay")
    run.complete("pay")

    run.complete("call_off")

    assert run.waiting == ["after"]


def test_what_undoing_the_inside_of_a_sub_process_writes_is_seen_outside_at_once() -> None:
    trip = element(
        "subProcess",
        "trip",
        start("s"),
        user("pay"),
        user("book"),
        end("e"),
        chain("s", "pay", "book", "e"),
        undoable("pay", "refund"),
        undoable("book", "unbook"),
    )
    throw = element("intermediateThrowEvent", "undo", UNDO_ALL)
    run = Run(
        simple(start(), trip, throw, user("after"), end(), chain("start", "trip", "undo", "after", "end"))
    )
    run.complete("pay")
    run.complete("book")

    run.complete("unbook", seats=0)

    assert run.waiting == ["refund"]
    assert run.variables == {"seats": 0}
