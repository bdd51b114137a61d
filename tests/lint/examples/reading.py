"""Examples of files that cannot be read, and of ids and references."""

from tests.lint.drawing import (
    definition,
    element,
    end,
    file,
    node,
    path,
    process,
    simple,
    start,
    task,
)
from tests.lint.example import Example, example

GOOD = simple(task())
MESSAGE = element("message", id="m", name="papers", itemRef="papers-type")
PAPERS = element("itemDefinition", id="papers-type")

EXAMPLES: dict[str, Example] = {
    "well-formed": example(b"<definitions", GOOD),
    "no-doctype": example(b"<!DOCTYPE definitions>" + GOOD, GOOD),
    "size-limit": example(b"<a>" * 130 + b"</a>" * 130, GOOD),
    "is-bpmn": example(b"<html/>", GOOD),
    "schema": example(simple(task("work", shape="round")), simple(task("work", name="Round")), "work"),
    "unique-id": example(
        file(process(start(), task("a"), task("a"), end(), *path("begin", "a", "done"))), GOOD, "a"
    ),
    "process-id-unique": Example({"a.bpmn": GOOD, "b.bpmn": GOOD}, {"a.bpmn": GOOD}, "p"),
    "id-needed": example(simple(task(), beside=(element("task", isForCompensation="true"),)), GOOD, "p"),
    "reserved-id": example(simple(task("End")), GOOD, "End"),
    "name-for-people": example(
        simple(node("userTask", "ask")), simple(node("userTask", "ask", name="Ask")), "ask"
    ),
    "known-reference": example(
        simple(task(), roots=(element("message", id="m", name="papers", itemRef="nowhere"),)),
        simple(task(), roots=(PAPERS, MESSAGE)),
        "m",
    ),
    "reference-kind": example(
        simple(
            node("intermediateThrowEvent", "send", definition("signal", signalRef="e")),
            roots=(element("error", id="e", name="e"),),
        ),
        simple(
            node("intermediateThrowEvent", "send", definition("signal", signalRef="s")),
            roots=(element("signal", id="s", name="s"),),
        ),
        "send",
    ),
    "lane-holds-own-nodes": example(
        file(
            process(start(), end(), *path("begin", "done")),
            process(
                element("laneSet", element("lane", element("flowNodeRef", "begin"), id="counter")),
                start("b"),
                end("d"),
                *path("b", "d"),
                id_="q",
            ),
        ),
        file(
            process(
                element("laneSet", element("lane", element("flowNodeRef", "begin"), id="counter")),
                start(),
                end(),
                *path("begin", "done"),
            )
        ),
        "counter",
    ),
}
