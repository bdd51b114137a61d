"""What few diagrams use: ad-hoc sub-processes, quantities, complex gateways, other starts, data objects."""

import pytest

from engine.runtime import SpiffWorkflowEngine
from engine.runtime.contract import Phase, StartEvent
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
    on_signal,
    process,
    script,
    simple,
    start,
    timer,
    user,
)


def ad_hoc(*inside: str, **attributes: str) -> Run:
    sub_process = element("adHocSubProcess", "inside", user("a"), user("b"), *inside, **attributes)
    return Run(simple(start(), sub_process, user("after"), end(), chain("start", "inside", "after", "end")))


def test_an_ad_hoc_sub_process_opens_everything_at_once_and_waits_for_all() -> None:
    run = ad_hoc()
    assert run.waiting == ["a", "b"]

    run.complete("b", b=1)
    run.complete("a", a=1)

    assert run.waiting == ["after"]
    assert run.variables == {"a": 1, "b": 1}


def test_a_sequential_one_opens_one_after_the_other() -> None:
    run = ad_hoc(ordering="Sequential")
    assert run.waiting == ["a"]

    run.complete("a")

    assert run.waiting == ["b"]


def test_it_ends_when_its_completion_condition_holds() -> None:
    run = ad_hoc("<completionCondition>=enough</completionCondition>")

    run.complete("b", enough=True)

    assert run.waiting == ["after"]


def test_it_lets_what_has_begun_finish_when_it_says_so() -> None:
    run = ad_hoc("<completionCondition>=enough</completionCondition>", cancelRemainingInstances="false")

    run.complete("b", enough=True)
    assert run.waiting == ["a"]
    run.complete("a")

    assert run.waiting == ["after"]


def test_an_activity_may_want_several_tokens_and_send_several() -> None:
    parts = (
        start(),
        user("split", completionQuantity="2"),
        user("gather", startQuantity="2"),
        end(),
        chain("start", "split", "gather", "end"),
    )
    run = Run(simple(*parts))

    run.complete("split", n=1)

    assert run.waiting == ["gather"]
    assert run.complete("gather").phase is Phase.COMPLETED


def test_a_complex_gateway_goes_on_when_its_condition_holds_and_takes_the_rest() -> None:
    parts = (
        start(),
        element("parallelGateway", "fork"),
        user("a"),
        user("b"),
        user("c"),
        element(
            "complexGateway", "two", "<activationCondition>=activationCount &gt;= 2</activationCondition>"
        ),
        user("after"),
        end(),
        chain("start", "fork", "a", "two", "after", "end"),
        chain("fork", "b", "two"),
        chain("fork", "c", "two"),
    )
    run = Run(simple(*parts))
    run.complete("a", a=1)
    assert run.waiting == ["b", "c"]

    run.complete("b", b=1)
    assert run.waiting == ["after", "c"]
    run.complete("c")
    run.complete("after")

    assert run.step.phase is Phase.COMPLETED
    assert run.log.count("after") == 1


def test_a_message_starts_the_process_of_the_bundle_that_begins_with_it() -> None:
    first = process(start(), end("tell", on_message("m")), chain("start", "tell"))
    second = process(
        start("told", on_message("m")),
        user("other"),
        end(),
        chain("told", "other", "end"),
        process_id="second",
    )
    run = Run(definition(diagram(first, second, declares=message("m", "Told"))))

    assert run.waiting == ["other"]
    assert run.step.thrown_messages == ()
    assert run.complete("other").phase is Phase.COMPLETED


@pytest.mark.parametrize("trigger", [on_message("m"), on_signal("s"), timer(cycle="R/P1D")])
def test_a_process_without_a_plain_start_begins_with_the_one_it_has(trigger: str) -> None:
    declares = message("m", "Told") + '<signal id="s" name="Alarm"/>'
    run = Run(
        simple(start("begun", trigger), user("work"), end(), chain("begun", "work", "end"), declares=declares)
    )

    assert (run.waiting, run.log) == (["work"], ["begun"])


def test_an_event_may_be_defined_once_and_referred_to() -> None:
    declares = '<errorEventDefinition id="shared" errorRef="bad"/><error id="bad" errorCode="BAD"/>'
    caught = boundary("event", "work", "<eventDefinitionRef>shared</eventDefinitionRef>")
    parts = (
        start(),
        user("work"),
        caught,
        end(),
        end("other"),
        chain("start", "work", "end"),
        flow("event", "other"),
    )
    run = Run(simple(*parts, declares=declares))

    run.fail("work", "BAD")

    assert run.step.outcome == "other"


def test_a_data_object_is_the_variable_of_its_name() -> None:
    declared = '<dataObject id="d1"/><dataObjectReference id="r1" dataObjectRef="d1" name="dossier"/>'
    reading = (
        '<ioSpecification><dataInput id="in1" name="papers"/><inputSet/><outputSet/></ioSpecification>'
        "<dataInputAssociation><sourceRef>r1</sourceRef><targetRef>in1</targetRef></dataInputAssociation>"
    )
    parts = (start(), script("count", "count(papers)", "n", reading), end(), chain("start", "count", "end"))

    run = Run(simple(*parts, declared), {"dossier": ["a", "b"]})

    assert run.variables == {"dossier": ["a", "b"], "n": 2}


def test_an_event_may_wait_for_all_of_its_definitions() -> None:
    both = element(
        "intermediateCatchEvent", "both", on_message("m"), timer(duration="PT1H"), parallelMultiple="true"
    )
    run = Run(simple(start(), both, end(), chain("start", "both", "end"), declares=message("m", "Told")))

    run.deliver("both", reply="yes")
    assert run.log == ["start"]
    run.later(hours=1)

    assert run.step.phase is Phase.COMPLETED
    assert run.variables == {"reply": "yes"}


def test_a_boundary_event_that_waits_for_all_interrupts_with_the_last() -> None:
    both = element(
        "boundaryEvent",
        "both",
        on_message("m"),
        on_signal("s"),
        attachedToRef="work",
        parallelMultiple="true",
    )
    parts = (
        start(),
        user("work"),
        both,
        end(),
        end("other"),
        chain("start", "work", "end"),
        flow("both", "other"),
    )
    run = Run(simple(*parts, declares=message("m", "Told") + '<signal id="s" name="Alarm"/>'))

    run.deliver("both", first=1)
    assert run.waiting == ["both", "work"]
    run.deliver("both", second=2)

    assert (run.step.outcome, run.variables) == ("other", {"first": 1, "second": 2})


def test_a_global_task_can_be_called() -> None:
    shared = '<globalScriptTask id="shared"><script>{n: n + 1}</script></globalScriptTask>'
    call = element("callActivity", "call", calledElement="shared")
    run = Run(simple(start(), call, end(), chain("start", "call", "end"), declares=shared), {"n": 1})

    assert run.variables == {"n": 2}


def told(extensions: str = "") -> str:
    """A receive task that begins the process when its message comes."""
    return element("receiveTask", "told", extensions=extensions, messageRef="m", instantiate="true")


TOLD = message("m", "Told")


def test_a_receive_task_that_instantiates_is_a_start_that_its_message_sets_off() -> None:
    run = Run(simple(told(), user("work"), end(), chain("told", "work", "end"), declares=TOLD), {"n": 1})

    found = SpiffWorkflowEngine().start_events(run.definition, surroundings=run.surroundings)

    assert found == (StartEvent(element_id="told", kind="message", name="Told"),)
    assert (run.waiting, run.log, run.variables) == (["work"], ["told"], {"n": 1})


def test_a_case_begun_there_has_its_message_mapped_and_does_not_meet_the_plain_start() -> None:
    mapped = told(mapping(outputs={"count": "n + 1"}))
    parts = (
        start(),
        mapped,
        user("a"),
        user("b"),
        end(),
        chain("start", "a", "end"),
        chain("told", "b", "end"),
    )

    run = Run(simple(*parts, declares=TOLD), {"n": 1}, at="told")

    assert (run.waiting, run.log, run.variables) == (["b"], ["told"], {"n": 1, "count": 2})
    assert run.complete("b").phase is Phase.COMPLETED


def test_nothing_waits_at_it_in_a_case_that_began_elsewhere() -> None:
    parts = (
        start(),
        told(),
        user("a"),
        user("b"),
        end(),
        chain("start", "a", "end"),
        chain("told", "b", "end"),
    )

    run = Run(simple(*parts, declares=TOLD))

    assert run.waiting == ["a"]
    assert run.complete("a").phase is Phase.COMPLETED
    assert run.log == ["start", "a", "end"]


def test_what_begins_without_a_start_event_leaves_it_to_its_message() -> None:
    parts = user("a"), told(), user("b"), end(), chain("a", "end"), chain("told", "b", "end")

    by_hand = Run(simple(*parts, declares=TOLD))
    by_message = Run(simple(*parts, declares=TOLD), at="told")

    assert (by_hand.waiting, by_message.waiting) == (["a"], ["b"])


def test_a_message_of_the_bundle_starts_the_process_that_receives_it_first() -> None:
    inputs = mapping(inputs={"n": "n"})
    first = process(
        start(),
        element("endEvent", "tell", on_message("m"), extensions=inputs),
        chain("start", "tell"),
    )
    second = process(told(), user("other"), end(), chain("told", "other", "end"), process_id="second")

    run = Run(definition(diagram(first, second, declares=TOLD)), {"n": 1})

    assert run.waiting == ["other"]
    assert run.step.opened_subscriptions == ()
    assert run.complete("other").phase is Phase.COMPLETED
