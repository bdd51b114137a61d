"""Examples of sequence flows, of beginnings and ends, and of soundness."""

from tests.lint.drawing import (
    Element,
    condition,
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

GOOD = simple(task())
NOTE = element("textAnnotation", element("text", "Mind this"), id="note")


def parted(*flows: Element, default: str = "work-done") -> bytes:
    """A task that leads to two ends, by flows of one's own."""
    return file(process(start(), task(default=default), end(), end("other"), *path("begin", "work"), *flows))


def listing(incoming: str) -> bytes:
    """A process whose end lists an incoming flow."""
    return file(
        process(
            start("begin", element("outgoing", "begin-done")),
            end("done", element("incoming", incoming)),
            flow("begin", "done"),
        ),
        lists=False,
    )


def joined(split: str, join: str) -> bytes:
    """Two ways between two gateways."""
    ways = (
        (flow("part", "a", condition("x")), flow("part", "b"))
        if split != "parallelGateway"
        else (flow("part", "a"), flow("part", "b"))
    )
    return file(
        process(
            start(),
            node(split, "part", **({"default": "part-b"} if split != "parallelGateway" else {})),
            task("a"),
            task("b"),
            node(join, "join"),
            end(),
            *path("begin", "part"),
            *ways,
            *path("a", "join", "done"),
            *path("b", "join"),
        )
    )


def looping(*leaving: Element) -> bytes:
    """Two tasks that lead to each other."""
    return file(
        process(
            start(),
            node("exclusiveGateway", "again", default="again-b"),
            task("b"),
            end("done"),
            *path("begin", "again"),
            flow("again", "b"),
            *path("b", "again"),
            *leaving,
        )
    )


EXAMPLES: dict[str, Example] = {
    "flow-ends-known": example(
        file(process(start(), end(), *path("begin", "done"), flow("begin", "nowhere"))), GOOD, "begin-nowhere"
    ),
    "flow-between-nodes": example(
        file(process(start(), end(), *path("begin", "done"), flow("begin", "note"), NOTE)),
        file(
            process(
                start(),
                end(),
                *path("begin", "done"),
                NOTE,
                element("association", id="about", sourceRef="begin", targetRef="note"),
            )
        ),
        "begin-note",
    ),
    "flow-within-scope": example(
        simple(
            node(
                "subProcess",
                "sub",
                start("b"),
                task("inside"),
                end("d"),
                *path("b", "inside"),
                flow("inside", "done"),
            )
        ),
        simple(node("subProcess", "sub", start("b"), task("inside"), end("d"), *path("b", "inside", "d"))),
        "inside-done",
    ),
    "flow-lists-agree": example(listing("other"), listing("begin-done"), "done"),
    "condition-needs-alternative": example(
        file(process(start(), task(), end(), *path("begin", "work"), flow("work", "done", condition("x")))),
        parted(flow("work", "done"), flow("work", "other", condition("x"))),
        "work-done",
    ),
    "no-condition-here": example(
        file(process(start(), task(), end(), flow("begin", "work", condition("x")), *path("work", "done"))),
        GOOD,
        "begin-work",
    ),
    "default-flow-leaves-node": example(
        parted(flow("work", "done"), flow("work", "other", condition("x")), default="begin-work"),
        parted(flow("work", "done"), flow("work", "other", condition("x"))),
        "work",
    ),
    "default-flow-unconditional": example(
        parted(flow("work", "done", condition("y")), flow("work", "other", condition("x"))),
        parted(flow("work", "done"), flow("work", "other", condition("x"))),
        "work-done",
    ),
    "immediate-flow": example(
        file(process(start(), end(), flow("begin", "done", isImmediate="false"))),
        file(process(start(), end(), flow("begin", "done", isImmediate="true"))),
        "begin-done",
    ),
    "no-double-flow": example(
        file(
            process(start(), task(), end(), *path("begin", "work", "done"), flow("begin", "work", id="twice"))
        ),
        GOOD,
        "twice",
    ),
    "start-without-incoming": example(
        file(process(start(), task(), end(), *path("begin", "work", "done"), flow("work", "begin"))),
        GOOD,
        "begin",
    ),
    "end-without-outgoing": example(
        file(process(start(), task(), end(), *path("begin", "work", "done"), flow("done", "work"))),
        GOOD,
        "done",
    ),
    "start-needs-end": example(file(process(start(), task(), *path("begin", "work"))), GOOD, "p"),
    "end-needs-start": example(file(process(task(), end(), *path("work", "done"))), GOOD, "p"),
    "start-event-needed": example(
        file(process(task())),
        file(
            process(node("receiveTask", "get", instantiate="true", messageRef="m")),
            element("message", id="m", name="m"),
        ),
        "p",
    ),
    "sub-process-empty": example(
        simple(node("subProcess", "check")), simple(node("subProcess", "check", task("look"))), "check"
    ),
    "one-plain-start": example(
        file(
            process(
                start(), start("too"), task(), end(), *path("begin", "work", "done"), *path("too", "work")
            )
        ),
        file(
            process(
                start(),
                start("too", timer()),
                task(),
                end(),
                *path("begin", "work", "done"),
                *path("too", "work"),
            )
        ),
        "too",
    ),
    "no-orphan": example(
        file(
            process(
                start(), task(), task("lost"), end(), *path("begin", "work", "done"), *path("lost", "done")
            )
        ),
        GOOD,
        "lost",
    ),
    "no-dead-end": example(
        file(
            process(
                start(),
                task(),
                node("boundaryEvent", "late", timer(), attachedToRef="work"),
                end(),
                *path("begin", "work", "done"),
            )
        ),
        GOOD,
        "late",
    ),
    "implicit-end": example(
        file(
            process(
                start(), task(), task("last"), end(), *path("begin", "work", "done"), *path("work", "last")
            )
        ),
        GOOD,
        "last",
    ),
    "no-deadlock": example(
        joined("exclusiveGateway", "parallelGateway"), joined("parallelGateway", "parallelGateway"), "join"
    ),
    "unreachable": example(
        file(
            process(
                start(),
                task("a"),
                task("b"),
                end(),
                *path("begin", "done"),
                *path("a", "b", "a"),
                *path("b", "done"),
            )
        ),
        GOOD,
        "a",
        times=2,
    ),
    "no-endless-loop": example(
        file(
            process(
                start(), task("a"), task("b"), end(), *path("begin", "a", "b", "a"), *path("begin", "done")
            )
        ),
        looping(flow("again", "done", condition("x"))),
        "a",
    ),
    "implicit-merge": example(
        file(
            process(
                start(),
                task("a"),
                task("b"),
                task(),
                end(),
                *path("begin", "a", "work", "done"),
                *path("begin", "b", "work"),
            )
        ),
        GOOD,
        "work",
    ),
}
