"""Examples of expressions, timers, messages, errors and escalations."""

from collections.abc import Mapping

from tests.dmn.models import a_decision, a_literal, a_model
from tests.lint.drawing import (
    Element,
    condition,
    definition,
    element,
    end,
    extended,
    file,
    flow,
    formal,
    node,
    path,
    process,
    simple,
    start,
    task,
    timer,
    zeebe,
)
from tests.lint.example import Example, example

MESSAGE = element("message", id="papers", name="papers")
OTHER_MESSAGE = element("message", id="stones", name="stones")
SEND = element(
    "interface", element("operation", element("inMessageRef", "papers"), id="send", name="send"), name="desk"
)
OPERATION = element("operationRef", "send")


def choosing(chosen: Element) -> bytes:
    """A gateway whose one flow has a condition of one's own."""
    return file(
        process(
            start(),
            node("exclusiveGateway", "choose", default="choose-b"),
            end("a"),
            end("b"),
            *path("begin", "choose", "b"),
            flow("choose", "a", chosen),
        )
    )


def waiting(*inside: Element, roots: tuple[Element, ...] = ()) -> bytes:
    """A process that waits for an event."""
    return simple(node("intermediateCatchEvent", "wait", *inside), roots=roots)


def lasting(kind: str, text: str) -> bytes:
    """A process that waits for a timer."""
    return waiting(definition("timer", formal(kind, text)))


def message(*inside: Element, **attributes: str) -> Element:
    """A message event's definition."""
    return definition("message", *inside, **attributes)


def raising(kind: str, *inside: Element, roots: tuple[Element, ...] = ()) -> bytes:
    """A sub-process that raises something, caught at its border, in a process of its own."""
    sub = node("subProcess", "sub", start("b"), end("raise", *inside), *path("b", "raise"))
    caught = node("boundaryEvent", "edge", definition(kind), attachedToRef="sub")
    return simple(sub, beside=(caught, end("late"), flow("edge", "late")), roots=roots)


def procedure(source: str) -> dict[str, bytes]:
    """A procedure whose start form writes `age` and whose script reads something."""
    begin = start("begin", extended(zeebe("formDefinition", formId="intake")))
    compute = node(
        "scriptTask", "compute", extended(zeebe("script", expression=source, resultVariable="result"))
    )
    return {
        "p.bpmn": file(process(begin, compute, end(), *path("begin", "compute", "done"))),
        "procedure.yaml": b"process: p",
        "forms/intake.form": b'{"id": "intake", "components": [{"type": "number", "key": "age"}]}',
    }


def without_metadata(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same files where no procedure.yaml says with what the process begins."""
    return {name: content for name, content in files.items() if name != "procedure.yaml"}


def deciding(read: str) -> dict[str, bytes]:
    """A procedure whose start form writes `age` and whose decision reads something."""
    begin = start("begin", extended(zeebe("formDefinition", formId="intake")))
    compute = node(
        "businessRuleTask",
        "compute",
        extended(zeebe("calledDecision", decisionId="d_Fee", resultVariable="fee")),
    )
    return {
        **procedure("= age"),
        "p.bpmn": file(process(begin, compute, end(), *path("begin", "compute", "done"))),
        "fees.dmn": a_model(a_decision("Fee", a_literal(f"{read} + 1"))),
    }


ESCALATION = element("escalation", id="up", escalationCode="UP")

PAPERS = element("itemDefinition", id="papers-type")
TYPED_MESSAGE = element("message", id="papers", name="papers", itemRef="papers-type")

EXAMPLES: dict[str, Example] = {
    "expression-needed": example(
        waiting(definition("conditional", formal("condition", ""))),
        waiting(definition("conditional", formal("condition", "x"))),
        "wait",
    ),
    "formal-expression": example(
        choosing(element("conditionExpression", "x > 1")), choosing(condition("x > 1")), "choose-a"
    ),
    "expression-language": example(
        choosing(
            element(
                "conditionExpression", "x > 1", xsi_type="bpmn:tFormalExpression", language="urn:javascript"
            )
        ),
        choosing(
            element(
                "conditionExpression",
                "x > 1",
                xsi_type="bpmn:tFormalExpression",
                language="https://www.omg.org/spec/DMN/20191111/FEEL/",
            )
        ),
        "choose-a",
    ),
    "feel-syntax": example(choosing(condition("${x > 1}")), choosing(condition("= x > 1")), "choose-a"),
    "feel-words": example(
        choosing(condition("the papers are complete")), choosing(condition("papers_complete")), "choose-a"
    ),
    "unknown-function": example(
        choosing(condition('contain(text, "a")')), choosing(condition('contains(text, "a")')), "choose-a"
    ),
    "function-arguments": example(
        choosing(condition("contains(text)")), choosing(condition('contains(text, "a")')), "choose-a"
    ),
    "unknown-variable": Example(procedure("= ages + 1"), procedure("= age + 1"), "compute"),
    "variable-from-outside": Example(
        without_metadata(procedure("= ages + 1")), without_metadata(procedure("= age + 1")), "compute"
    ),
    "decision-input-known": Example(deciding("ages"), deciding("age"), "compute"),
    "condition-is-boolean": example(choosing(condition("23")), choosing(condition("x = 23")), "choose-a"),
    "cardinality-is-count": example(
        simple(
            task("work", element("multiInstanceLoopCharacteristics", formal("loopCardinality", '"three"')))
        ),
        simple(task("work", element("multiInstanceLoopCharacteristics", formal("loopCardinality", "3")))),
        "work",
    ),
    "timer-says-when": example(waiting(definition("timer")), waiting(timer()), "wait"),
    "timer-syntax": example(lasting("timeDuration", "one hour"), lasting("timeDuration", "PT1H"), "wait"),
    "timer-offset": example(
        lasting("timeDate", "2026-12-01T09:00:00"), lasting("timeDate", "2026-12-01T09:00:00+02:00"), "wait"
    ),
    "cycle-repeats-nothing": example(
        simple(
            task(),
            beside=(
                node(
                    "boundaryEvent",
                    "edge",
                    definition("timer", formal("timeCycle", "R3/PT1H")),
                    attachedToRef="work",
                ),
                end("late"),
                flow("edge", "late"),
            ),
        ),
        simple(
            task(),
            beside=(
                node("boundaryEvent", "edge", timer(), attachedToRef="work"),
                end("late"),
                flow("edge", "late"),
            ),
        ),
        "edge",
    ),
    "message-needed": example(
        waiting(message(OPERATION), roots=(MESSAGE, SEND)),
        waiting(message(OPERATION, messageRef="papers"), roots=(MESSAGE, SEND)),
        "wait",
    ),
    "message-has-name": example(
        waiting(message(OPERATION, messageRef="papers"), roots=(element("message", id="papers"), SEND)),
        waiting(message(OPERATION, messageRef="papers"), roots=(MESSAGE, SEND)),
        "papers",
    ),
    "message-operation": example(
        waiting(message(messageRef="papers"), roots=(PAPERS, TYPED_MESSAGE)),
        waiting(message(messageRef="papers"), roots=(MESSAGE,)),
        "wait",
    ),
    "operation-carries-message": example(
        waiting(message(OPERATION, messageRef="stones"), roots=(MESSAGE, OTHER_MESSAGE, SEND)),
        waiting(message(OPERATION, messageRef="papers"), roots=(MESSAGE, SEND)),
        "wait",
    ),
    "error-code-needed": example(
        raising("error", definition("error")),
        raising(
            "error",
            definition("error", errorRef="too-late"),
            roots=(element("error", id="too-late", errorCode="LATE"),),
        ),
        "raise",
    ),
    "escalation-code-needed": example(
        raising("escalation", definition("escalation")),
        raising("escalation", definition("escalation", escalationRef="up"), roots=(ESCALATION,)),
        "raise",
    ),
    "escalation-caught": example(
        simple(
            node("intermediateThrowEvent", "raise", definition("escalation", escalationRef="up")),
            roots=(ESCALATION,),
        ),
        raising("escalation", definition("escalation", escalationRef="up"), roots=(ESCALATION,)),
        "raise",
    ),
}
