"""What a message from outside may write: what its element declares that it takes, and nothing else."""

from typing import Any

import pytest

from engine.runtime.contract import Step
from tests.messages.drawn import message_from
from tests.runtime.diagrams import (
    Run,
    chain,
    definition,
    diagram,
    element,
    end,
    mapping,
    message,
    on_message,
    process,
    simple,
    start,
    user,
)

TOLD = message("told", "told")
TAKES_CENTS = mapping(outputs={"paid": "cents"})
PAYLOAD = {"cents": 800, "applicant": "x"}


def tell(run: Run, element_id: str, **variables: Any) -> Step:
    """Give what waits its message, from outside."""
    return run.engine.deliver(
        run.definition,
        run.step.snapshot,
        token=run.token(element_id),
        variables=variables,
        surroundings=run.surroundings,
        only_mapped=True,
    )


def waiting(kind: str, extensions: str) -> Run:
    """A case with an applicant that waits for the message at an element of that kind."""
    if kind == "receiveTask":
        waits = element("receiveTask", "wait", extensions=extensions, messageRef="told")
        parts = start(), waits, user("next"), end(), chain("start", "wait", "next", "end")
    elif kind == "boundaryEvent":
        trigger = on_message("told")
        event = element(
            "boundaryEvent",
            "wait",
            trigger,
            extensions=extensions,
            attachedToRef="work",
            cancelActivity="true",
        )
        parts = (
            start(),
            user("work"),
            event,
            user("next"),
            end(),
            chain("start", "work", "end"),
            chain("wait", "next", "end"),
        )
    elif kind == "startEvent":
        inner = element("startEvent", "wait", on_message("told"), extensions=extensions)
        beside = element(
            "subProcess",
            "beside",
            inner,
            user("next"),
            end("over"),
            chain("wait", "next", "over"),
            triggeredByEvent="true",
        )
        parts = start(), user("work"), beside, end(), chain("start", "work", "end")
    else:
        waits = element("intermediateCatchEvent", "wait", on_message("told"), extensions=extensions)
        parts = start(), waits, user("next"), end(), chain("start", "wait", "next", "end")
    return Run(simple(*parts, declares=TOLD), {"applicant": "Ελένη"})


KINDS = ["intermediateCatchEvent", "receiveTask", "boundaryEvent", "startEvent"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_from_outside_writes_what_the_output_mapping_takes(kind: str) -> None:
    step = tell(waiting(kind, TAKES_CENTS), "wait", **PAYLOAD)

    assert dict(step.variables) == {"applicant": "Ελένη", "paid": 800}
    assert [task.element_id for task in step.opened_tasks] == ["next"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_from_outside_writes_nothing_without_an_output_mapping(kind: str) -> None:
    step = tell(waiting(kind, ""), "wait", **PAYLOAD)

    assert dict(step.variables) == {"applicant": "Ελένη"}
    assert [task.element_id for task in step.opened_tasks] == ["next"]


def test_a_message_from_outside_writes_the_data_objects_that_are_written_from_it() -> None:
    outputs = (
        '<ioSpecification><dataOutput id="out" name="cents"/><inputSet/>'
        "<outputSet><dataOutputRefs>out</dataOutputRefs></outputSet></ioSpecification>"
        "<dataOutputAssociation><sourceRef>out</sourceRef><targetRef>object</targetRef></dataOutputAssociation>"
    )
    waits = element("receiveTask", "wait", outputs, messageRef="told")
    kept = '<dataObject id="object" name="paid"/>'
    steps = chain("start", "wait", "next", "end")
    run = Run(simple(start(), kept, waits, user("next"), end(), steps, declares=TOLD), {"applicant": "Ελένη"})

    step = tell(run, "wait", **PAYLOAD)

    assert dict(step.variables) == {"applicant": "Ελένη", "cents": 800, "paid": 800}


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_of_a_case_writes_all_that_it_brings(kind: str) -> None:
    run = waiting(kind, "")

    run.deliver("wait", **PAYLOAD)

    assert run.variables == PAYLOAD


@pytest.mark.parametrize("kind", KINDS)
def test_what_waits_says_from_whom_it_takes_the_message(kind: str) -> None:
    said = waiting(kind, message_from("role:clerk, agency:registry,role:clerk")).step.opened_subscriptions
    unsaid = waiting(kind, "").step.opened_subscriptions

    assert [one.senders for one in (*said, *unsaid)] == [("role:clerk", "agency:registry"), None]


def begun(kind: str, extensions: str = "", *, only_mapped: bool = True) -> Step:
    """A process that a message begins, from outside unless told, with an applicant that is known."""
    if kind == "receiveTask":
        first = element(
            "receiveTask", "told_first", extensions=extensions, messageRef="told", instantiate="true"
        )
    else:
        first = element("startEvent", "told_first", on_message("told"), extensions=extensions)
    what = simple(first, user("next"), end(), chain("told_first", "next", "end"), declares=TOLD)
    run = Run(what)
    return run.engine.start(
        what,
        variables={"applicant": "Ελένη"},
        surroundings=run.surroundings,
        at="told_first",
        brought=PAYLOAD,
        only_mapped=only_mapped,
    )


@pytest.mark.parametrize("kind", ["receiveTask", "startEvent"])
def test_a_process_begins_with_what_the_output_mapping_takes(kind: str) -> None:
    mapped, bare = begun(kind, TAKES_CENTS), begun(kind)

    assert dict(mapped.variables) == {"applicant": "Ελένη", "paid": 800}
    assert dict(bare.variables) == {"applicant": "Ελένη"}


def test_what_is_known_when_a_process_begins_is_not_replaced_by_what_set_it_off() -> None:
    inside = begun("startEvent", only_mapped=False)
    mapped = begun("startEvent", mapping(outputs={"who": "applicant"}))

    assert dict(inside.variables) == {"applicant": "Ελένη", "cents": 800}
    assert dict(mapped.variables) == {"applicant": "Ελένη", "who": "Ελένη"}


def test_a_process_that_a_message_of_its_case_begins_has_what_its_output_mapping_takes() -> None:
    sends = element("endEvent", "tell", on_message("told"), extensions=mapping(inputs={"cents": "cents"}))
    first = process(start(), sends, chain("start", "tell"))
    begins = element("startEvent", "told_first", on_message("told"), extensions=TAKES_CENTS)
    second = process(begins, user("next"), end(), chain("told_first", "next", "end"), process_id="second")

    run = Run(definition(diagram(first, second, declares=TOLD)), {"cents": 800})

    (task,) = run.step.opened_tasks
    assert dict(task.variables) == {"paid": 800}


def test_the_messages_of_a_definition_are_told_with_those_who_may_send_them() -> None:
    inner = element(
        "subProcess",
        "inside",
        start("in"),
        element("intermediateCatchEvent", "wait", on_message("told"), extensions=message_from("citizen")),
        end("out"),
        chain("in", "wait", "out"),
    )
    certain = element("receiveTask", "certain", extensions=message_from("role:clerk"), messageRef="computed")
    unknown = element("receiveTask", "unknown", extensions=message_from("role:clerk"), messageRef="variable")
    unsaid = element("intermediateCatchEvent", "unsaid", on_message("told"))
    declares = TOLD + message("computed", '="a" + "b"') + message("variable", "=name")
    steps = chain("start", "inside", "certain", "unknown", "unsaid", "end")
    run = Run(simple(start(), inner, certain, unknown, unsaid, end(), steps, declares=declares))

    events = run.engine.message_events(run.definition, surroundings=run.surroundings)

    assert {(one.element_id, one.name, one.senders) for one in events} == {
        ("wait", "told", ("citizen",)),
        ("certain", "ab", ("role:clerk",)),
    }
