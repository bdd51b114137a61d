"""What cannot be run is refused when the diagram is read, with file, line, element, reason and remedy."""

import pytest

from engine.bpmn.reader import ReadingLimits
from engine.runtime import RuntimeLimits, SpiffWorkflowEngine
from engine.runtime.contract import DefinitionRefused
from engine.runtime.definition import Definition
from tests.runtime.diagrams import (
    boundary,
    chain,
    definition,
    diagram,
    element,
    end,
    flow,
    message,
    on_error,
    on_message,
    on_signal,
    process,
    script,
    service,
    several,
    simple,
    start,
    timer,
    user,
)


def findings(what: Definition, limits: ReadingLimits | None = None) -> str:
    with pytest.raises(DefinitionRefused) as refused:
        SpiffWorkflowEngine(RuntimeLimits(reading=limits or ReadingLimits())).prepare(what)
    return "\n".join(refused.value.findings)


def with_part(*parts: str) -> Definition:
    return simple(start(), user("work"), end(), chain("start", "work", "end"), *parts)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (
            simple(start(), user("a"), end(), chain("start", "a", "end"), flow("a", "nowhere")),
            "targetRef names 'nowhere'",
        ),
        (with_part('<sequenceFlow id="f" targetRef="end"/>'), "The sequence flow has no sourceRef."),
        (with_part('<sequenceFlow id="f" sourceRef="work"/>'), "The sequence flow has no targetRef."),
        (with_part("<userTask/>"), "A userTask has no id."),
        (with_part(user("work")), "The id 'work' is already used at diagram0.bpmn:"),
        (with_part(boundary("b", "nobody", timer(duration="PT1H"))), "attachedToRef names 'nobody'"),
        (with_part('<boundaryEvent id="b"/>'), "attachedToRef is missing"),
        (
            with_part(boundary("b", "work", on_error("missing"))),
            "errorRef names 'missing', but the file declares no error",
        ),
        (with_part(boundary("b", "work", on_message("missing"))), "messageRef names 'missing'"),
        (with_part(boundary("b", "work", on_signal("missing"))), "signalRef names 'missing'"),
        (with_part(boundary("b", "work", "<messageEventDefinition/>")), "The messageRef is missing."),
        (
            with_part(element("intermediateCatchEvent", "wait")),
            "The intermediateCatchEvent waits for nothing.",
        ),
        (
            with_part(boundary("b", "work", "<timerEventDefinition/>")),
            "The timer says no duration, date or cycle.",
        ),
        (
            with_part(boundary("b", "work", timer(duration="one hour"))),
            "Expected an ISO 8601 duration such as PT1H",
        ),
        (with_part(boundary("b", "work", timer(date="tomorrow"))), "Expected a date and time"),
        (with_part(boundary("b", "work", timer(cycle="R0/PT1H"))), "fires at least once"),
        (
            simple(
                start(), element("parallelGateway", "g"), end(), flow("start", "g"), flow("g", "end", "x = 1")
            ),
            "which takes every way, with a condition",
        ),
        (
            with_part(
                element("subProcess", "e", start("s", timer(duration="PT1H")), triggeredByEvent="true"),
                boundary("b", "e", timer(duration="PT1H")),
            ),
            "The event sub-process has a boundary event or a loop.",
        ),
        (
            with_part(boundary("b", "work", timer(duration="P" + "9" * 5000 + "D"))),
            "Expected an ISO 8601 duration",
        ),
        (with_part(boundary("b", "work", timer(duration="P9999Y"))), "within the years 1 to 9999"),
        (
            with_part(boundary("b", "work", timer(date="0001-01-01T00:00:00+02:00"))),
            "within the years 1 to 9999",
        ),
        (
            with_part(boundary("b", "work", on_error(), interrupting=False)),
            "An error or cancel event must interrupt.",
        ),
        (with_part(element("serviceTask", "ask")), "The serviceTask does not say what it does."),
        (with_part(element("businessRuleTask", "rule")), "a zeebe:calledDecision or a zeebe:taskDefinition"),
        (with_part(element("callActivity", "call", calledElement="unknown")), "The called process 'unknown'"),
        (with_part(element("callActivity", "call")), "does not say which process it calls"),
        (
            with_part(element("intermediateThrowEvent", "off", '<linkEventDefinition name="x"/>')),
            "Nothing catches the link 'x'.",
        ),
        (
            with_part(user("u", extensions="<zeebe:linkedResources/>")),
            "zeebe:linkedResources is unknown here.",
        ),
        (
            with_part(user("u", extensions='<zeebe:formDefinition formRef="x"/>')),
            "formRef on zeebe:formDefinition is unknown",
        ),
        (with_part(element("choreographyTask", "c")), "The element choreographyTask does not run."),
        (with_part(start("s2")), "There are 2 start events without an event."),
        (
            with_part(element("userTask", "u", "<multiInstanceLoopCharacteristics/>")),
            "neither a collection nor a cardinality",
        ),
        (with_part(flow("end", "work")), "A endEvent has an outgoing flow."),
        (
            with_part(element("exclusiveGateway", "g", default="x")),
            "The default flow 'x' does not leave the element.",
        ),
        (
            definition(diagram(process(start(), end(), flow("start", "end"))), process_id="other"),
            "The process 'other' is in none of the files",
        ),
        (
            simple(
                start("s", timer(duration="PT1H")),
                element("subProcess", "i", start("s2", on_signal("x"))),
                declares='<signal id="x" name="X"/>',
            ),
            "Signal does not run at the startEvent of a sub-process.",
        ),
        (
            with_part(
                element(
                    "businessRuleTask",
                    "r",
                    extensions='<zeebe:calledDecision decisionId="fee" resultVariable="x"/>',
                )
            ),
            "The decision 'fee' is in none of the files.",
        ),
        (
            simple(
                start(),
                element("exclusiveGateway", "g"),
                end("a"),
                end("b"),
                flow("start", "g"),
                flow("g", "a", "x > 1"),
                flow("g", "b"),
            ),
            "without a condition and is not its default",
        ),
    ],
)
def test_what_the_library_would_drop_or_crash_on_is_refused_with_its_reason(
    what: Definition, said: str
) -> None:
    assert said in findings(what)


def test_a_finding_names_file_line_and_element_and_what_to_do() -> None:
    what = definition(
        diagram(process(start(), end(), chain("start", "end"), service("ask").replace("register", "")))
    )

    assert findings(what).startswith(
        "diagram0.bpmn:8 ask: The serviceTask does not say what it does. Give it"
    )


def test_all_findings_come_at_once() -> None:
    what = with_part(element("intermediateCatchEvent", "a"), element("intermediateCatchEvent", "b"))

    assert findings(what).count("waits for nothing") == 2


@pytest.mark.parametrize(
    "text",
    ["__import__('os').system('id')", "x == 1 and y", "[i for i in range(3)]", "a if b else c", "x.y()[0"],
)
def test_python_is_not_feel(text: str) -> None:
    condition = simple(start(), end(), flow("start", "end", text))

    assert "is not FEEL" in findings(condition)
    assert "is not FEEL" in findings(with_part(script("s", text, "x")))
    assert "is not FEEL" in findings(with_part(boundary("b", "work", timer(duration=f"={text}"))))
    assert "is not FEEL" in findings(
        simple(
            start(),
            element("receiveTask", "r", messageRef="m"),
            declares=message("m", "M", text.replace('"', "'")),
        )
    )


ARRIVES = {"messageRef": "m", "instantiate": "true"}


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((element("receiveTask", "r", **ARRIVES), flow("work", "r")), "but the flow work_to_r leads to it."),
        (
            (element("subProcess", "s", element("receiveTask", "r", **ARRIVES)), flow("work", "s")),
            "but stands in the subProcess s.",
        ),
        (
            (element("receiveTask", "r", **ARRIVES), boundary("b", "r", timer(duration="PT1H"))),
            "but has a boundary event",
        ),
        ((element("receiveTask", "r", several("[1]", "n"), **ARRIVES),), "but has a boundary event, a loop"),
        ((element("receiveTask", "r", startQuantity="2", **ARRIVES),), "a loop or a startQuantity"),
    ],
)
def test_a_receive_task_that_instantiates_stands_alone_at_the_beginning(
    parts: tuple[str, ...], said: str
) -> None:
    body = start(), user("work"), end(), chain("start", "work", "end"), *parts

    (finding,) = findings(simple(*body, declares=message("m", "Told"))).splitlines()

    assert finding.startswith("diagram0.bpmn:")
    assert " r: The receive task instantiates" in finding
    assert said in finding
    assert "Remove " in finding


def test_a_broken_decision_file_is_refused_with_its_place() -> None:
    what = definition(diagram(process(start(), end(), chain("start", "end"))), fees_dmn=b"<definitions/>")

    assert "fees.dmn:1" in findings(what)


def test_a_diagram_of_too_many_bytes_elements_or_nodes_is_refused() -> None:
    what = with_part()

    assert "bytes; at most 100" in findings(what, ReadingLimits(file_bytes=100))
    assert "elements; at most 3" in findings(what, ReadingLimits(elements=3))
    assert "flow nodes; at most 2" in findings(what, ReadingLimits(flow_nodes=2))


def test_sub_processes_nested_too_deep_are_refused() -> None:
    inner = user("u")
    for depth in range(30):
        inner = element("subProcess", f"level{depth}", inner)

    assert "nested more than 20 deep" in findings(with_part(inner), ReadingLimits(nesting=20))
