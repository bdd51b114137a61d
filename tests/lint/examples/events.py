"""Examples of events and links."""

from tests.lint.drawing import (
    Element,
    definition,
    element,
    end,
    file,
    flow,
    node,
    path,
    process,
    simple,
    start,
    task,
    timer,
)
from tests.lint.example import Example, example

ERROR = element("error", id="too-late", errorCode="LATE")


def catching(*inside: Element) -> bytes:
    """A process that waits for something."""
    return simple(node("intermediateCatchEvent", "wait", *inside))


def bounded(*inside: Element, host: str = "work", after: str = "late", **attributes: str) -> bytes:
    """A task with a boundary event that leads to an end of its own."""
    event = node("boundaryEvent", "edge", *inside, attachedToRef=host, **attributes)
    return simple(task(), beside=(event, end(after), flow("edge", after)), roots=(ERROR,))


def on_event(*starts: Element, kind: str = "subProcess", beside: tuple[Element, ...] = ()) -> bytes:
    """A process with an event sub-process."""
    ids = [each.attributes["id"] for each in starts]
    flows = tuple(flow(each, "over") for each in ids)
    inner = node(kind, "meanwhile", *starts, end("over"), *flows, triggeredByEvent="true")
    return simple(task(), beside=(inner, *beside))


def cancelled(kind: str) -> bytes:
    """A sub-process that is cancelled."""
    inner = node(kind, "sub", start("b"), end("d", definition("cancel")), *path("b", "d"))
    event = node("boundaryEvent", "edge", definition("cancel"), attachedToRef="sub")
    return simple(inner, beside=(event, end("undone"), flow("edge", "undone")))


def linked(throws: Element, catches: Element, *flows: Element) -> bytes:
    """A process that leaps from one link to another."""
    return file(
        process(
            start(),
            node("intermediateThrowEvent", "leap", throws),
            node("intermediateCatchEvent", "land", catches),
            end(),
            *path("begin", "leap"),
            *path("land", "done"),
            *flows,
        )
    )


def link(name: str, *inside: Element, **attributes: str) -> Element:
    """A link of a name."""
    return definition("link", *inside, name=name, **attributes)


SHARED = element(
    "timerEventDefinition", element("timeDuration", "PT1H", xsi_type="bpmn:tFormalExpression"), id="hour"
)
BY_REFERENCE = element("eventDefinitionRef", "hour")

EXAMPLES: dict[str, Example] = {
    "event-trigger-allowed": example(
        catching(definition("error", errorRef="too-late")), catching(timer()), "wait"
    ),
    "event-trigger-needed": example(catching(), catching(timer()), "wait"),
    "non-interrupting-allowed": example(
        bounded(definition("error", errorRef="too-late"), cancelActivity="false"),
        bounded(definition("error", errorRef="too-late"), cancelActivity="true"),
        "edge",
    ),
    "boundary-attached": example(bounded(timer(), host="begin"), bounded(timer()), "edge"),
    "boundary-without-incoming": example(
        simple(
            task(),
            beside=(
                node("boundaryEvent", "edge", timer(), attachedToRef="work"),
                end("late"),
                flow("edge", "late"),
                flow("begin", "edge"),
            ),
        ),
        bounded(timer()),
        "edge",
    ),
    "cancel-needs-transaction": example(cancelled("subProcess"), cancelled("transaction"), "d", times=2),
    "event-sub-process-unconnected": example(
        on_event(start("s", timer()), beside=(flow("work", "meanwhile"),)),
        on_event(start("s", timer())),
        "meanwhile",
    ),
    "event-sub-process-one-start": example(
        on_event(start("s", timer()), start("t", timer())), on_event(start("s", timer())), "meanwhile"
    ),
    "event-sub-process-kind": example(
        on_event(start("s", timer()), kind="transaction"), on_event(start("s", timer())), "meanwhile"
    ),
    "throw-definition-not-shared": example(
        simple(
            node("intermediateCatchEvent", "one", SHARED), node("intermediateCatchEvent", "two", BY_REFERENCE)
        ),
        simple(
            node("intermediateCatchEvent", "one", BY_REFERENCE),
            node("intermediateCatchEvent", "two", BY_REFERENCE),
            roots=(SHARED,),
        ),
        "two",
    ),
    "link-has-target": example(linked(link("A"), link("B")), linked(link("A"), link("A")), "leap"),
    "link-has-source": example(linked(link("A"), link("B")), linked(link("A"), link("A")), "land"),
    "link-ends-agree": example(
        linked(link("A", element("target", "there"), id="here"), link("A", id="there")),
        linked(
            link("A", element("target", "there"), id="here"), link("A", element("source", "here"), id="there")
        ),
        "leap",
    ),
    "link-one-sided": example(
        linked(link("A"), link("A"), flow("leap", "done")), linked(link("A"), link("A")), "leap"
    ),
    "link-name-needed": example(
        linked(
            definition("link", element("target", "there"), id="here"),
            definition("link", element("source", "here"), id="there"),
        ),
        linked(link("A"), link("A")),
        "leap",
        times=2,
    ),
    "parallel-multiple": example(
        simple(node("intermediateCatchEvent", "wait", timer(), parallelMultiple="true")),
        simple(node("intermediateCatchEvent", "wait", timer(), timer("PT2H"), parallelMultiple="true")),
        "wait",
    ),
}
