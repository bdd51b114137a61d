"""Examples of activities and loops."""

from tests.lint.drawing import (
    Element,
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

GOOD = simple(task())


def undone(handler: Element, *beside: Element) -> bytes:
    """A task with a compensation event that is associated with a handler."""
    event = node("boundaryEvent", "edge", definition("compensate"), attachedToRef="work")
    tie = element("association", id="tie", sourceRef="edge", targetRef=handler.attributes["id"])
    return simple(task(), beside=(event, handler, *beside, tie))


def throwing(activity: str) -> bytes:
    """A process that undoes an activity."""
    throw = node("intermediateThrowEvent", "undo-it", definition("compensate", activityRef=activity))
    event = node("boundaryEvent", "edge", definition("compensate"), attachedToRef="work")
    tie = element("association", id="tie", sourceRef="edge", targetRef="undo")
    return simple(task(), throw, beside=(event, HANDLER, tie))


def ad_hoc(*inside: Element) -> bytes:
    """An ad-hoc sub-process."""
    return simple(node("adHocSubProcess", "any", *inside))


def script(*inside: Element, **attributes: str) -> bytes:
    """A script task."""
    return simple(node("scriptTask", "compute", *inside, **attributes))


def several(*inside: Element, specification: tuple[Element, ...] = (), **attributes: str) -> bytes:
    """A multi-instance task."""
    return simple(
        task("work", *specification, element("multiInstanceLoopCharacteristics", *inside, **attributes))
    )


def listed(item: str) -> tuple[Element, ...]:
    """An input that is a list of items."""
    return (
        element(
            "ioSpecification",
            element("dataInput", id="all", itemSubjectRef=item, isCollection="true"),
            element("inputSet", element("dataInputRefs", "all")),
            element("outputSet"),
        ),
    )


def typed(item: str) -> bytes:
    """A multi-instance task over a list of papers, each instance with one item of a type."""
    marker = element(
        "multiInstanceLoopCharacteristics",
        element("loopDataInputRef", "all"),
        element("inputDataItem", id="one", itemSubjectRef=item),
    )
    roots = (
        element("itemDefinition", id="papers", structureRef="Paper", isCollection="true"),
        element("itemDefinition", id="paper", structureRef="Paper"),
        element("itemDefinition", id="stone", structureRef="Stone"),
    )
    return simple(task("work", *listed("papers"), marker), roots=roots)


COUNT = formal("loopCardinality", "3")
HANDLER = task("undo", isForCompensation="true")
OVER_LIST = extended(zeebe("loopCharacteristics", inputCollection="= papers", inputElement="paper"))
FEEL = element("script", "1 + 1")

EXAMPLES: dict[str, Example] = {
    "quantity-positive": example(
        simple(task("work", startQuantity="0")), simple(task("work", startQuantity="1")), "work"
    ),
    "no-choreography-in-process": example(
        simple(
            element(
                "choreographyTask",
                element("participantRef", "a"),
                element("participantRef", "b"),
                element("messageFlowRef", "f"),
                id="talk",
                initiatingParticipantRef="a",
            )
        ),
        GOOD,
        "talk",
    ),
    "receive-instantiates-first": example(
        simple(
            node("receiveTask", "get", instantiate="true", messageRef="m"),
            roots=(MESSAGE := element("message", id="m", name="m"),),
        ),
        file(process(get := node("receiveTask", "get", instantiate="true", messageRef="m")), MESSAGE),
        "get",
    ),
    "receive-instantiates-alone": example(
        file(
            process(
                get,
                node("boundaryEvent", "late", timer(), attachedToRef="get"),
                task("remind"),
                flow("late", "remind"),
            ),
            MESSAGE,
        ),
        file(process(get, task(), flow("get", "work")), MESSAGE),
        "get",
    ),
    "ad-hoc-has-activity": example(ad_hoc(), ad_hoc(task()), "any"),
    "ad-hoc-without-ends": example(ad_hoc(task(), end("over")), ad_hoc(task()), "over"),
    "sub-process-without-io": example(
        simple(
            node(
                "subProcess",
                "sub",
                element("ioSpecification", element("inputSet"), element("outputSet")),
                start("b"),
                end("d"),
                *path("b", "d"),
            )
        ),
        simple(node("subProcess", "sub", start("b"), end("d"), *path("b", "d"))),
        "sub",
    ),
    "compensation-handler-linked": example(
        simple(
            task(),
            beside=(node("boundaryEvent", "edge", definition("compensate"), attachedToRef="work"), HANDLER),
        ),
        undone(HANDLER),
        "edge",
    ),
    "compensation-handler-marked": example(undone(task("undo")), undone(HANDLER), "edge"),
    "compensation-handler-unconnected": example(
        undone(HANDLER, flow("undo", "done")), undone(HANDLER), "undo"
    ),
    "compensation-target": example(throwing("begin"), throwing("work"), "undo-it"),
    "script-format": example(
        script(FEEL, scriptFormat="some words"), script(FEEL, scriptFormat="application/feel"), "compute"
    ),
    "script-language": example(
        script(FEEL, scriptFormat="text/groovy"), script(FEEL, scriptFormat="feel"), "compute"
    ),
    "script-format-needed": example(
        script(element("script", "print it out")), script(FEEL, scriptFormat="application/feel"), "compute"
    ),
    "script-read-as-feel": example(script(FEEL), script(FEEL, scriptFormat="application/feel"), "compute"),
    "script-needed": example(
        script(), script(extended(zeebe("script", expression="= 1 + 1", resultVariable="two"))), "compute"
    ),
    "text-format": example(
        simple(task("work", element("documentation", "Read this", textFormat="words"))),
        simple(task("work", element("documentation", "Read this", textFormat="text/html"))),
        "work",
    ),
    "one-loop-marker": example(
        simple(
            task(
                "work",
                element("standardLoopCharacteristics", loopMaximum="3"),
                element("multiInstanceLoopCharacteristics", COUNT),
            )
        ),
        several(COUNT),
        "work",
    ),
    "instances-counted": example(several(), several(OVER_LIST), "work"),
    "instances-counted-once": example(several(OVER_LIST, COUNT), several(OVER_LIST), "work"),
    "instance-list-is-input": example(
        simple(
            task("work", element("multiInstanceLoopCharacteristics", element("loopDataInputRef", "all"))),
            beside=(element("dataObject", id="all", isCollection="true"),),
        ),
        typed("paper"),
        "work",
    ),
    "instance-item-type": example(typed("stone"), typed("paper"), "work"),
    "instance-behavior": example(several(COUNT, behavior="None"), several(COUNT, behavior="All"), "work"),
    "loop-maximum": example(
        simple(task("work", element("standardLoopCharacteristics", loopMaximum="0"))),
        simple(task("work", element("standardLoopCharacteristics", loopMaximum="2"))),
        "work",
    ),
    "loop-ends": example(
        simple(task("work", element("standardLoopCharacteristics"))),
        simple(task("work", element("standardLoopCharacteristics", formal("loopCondition", "tries < 3")))),
        "work",
    ),
}
