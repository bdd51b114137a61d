"""Examples of data, and of the inputs and outputs of what carries messages and is called."""

from tests.lint.drawing import (
    Element,
    definition,
    element,
    end,
    extended,
    file,
    node,
    path,
    process,
    simple,
    start,
    task,
    zeebe,
)
from tests.lint.example import Example, example

PAPER = element("itemDefinition", id="paper", structureRef="Paper")
STONE = element("itemDefinition", id="stone", structureRef="Stone")
MESSAGE = element("message", id="papers", name="papers", itemRef="paper")
SEND = element(
    "interface",
    element("operation", element("inMessageRef", "papers"), id="send", name="send"),
    id="desk",
    name="desk",
)


def sets(*inside: Element, inputs: tuple[str, ...] = (), outputs: tuple[str, ...] = ()) -> Element:
    """An ioSpecification with one set of inputs and one of outputs."""
    return element(
        "ioSpecification",
        *inside,
        element("inputSet", *(element("dataInputRefs", each) for each in inputs)),
        element("outputSet", *(element("dataOutputRefs", each) for each in outputs)),
    )


def taking(item: str, *parts: Element) -> Element:
    """An ioSpecification with one input of a type."""
    return sets(element("dataInput", id="in", itemSubjectRef=item), *parts, inputs=("in",))


def holding(*inside: Element, beside: tuple[Element, ...] = ()) -> bytes:
    """A task with data."""
    return simple(task("work", *inside), beside=beside, roots=(PAPER, STONE))


def associated(*inside: Element) -> bytes:
    """A task that reads a paper by an association of one's own."""
    objects = tuple(element("dataObject", id=each, itemSubjectRef=item) for each, item in OBJECTS)
    return holding(taking("paper"), element("dataInputAssociation", *inside, id="reads"), beside=objects)


OBJECTS = (("first", "paper"), ("second", "paper"), ("pebble", "stone"))
INTO = element("targetRef", "in")


def from_(*ids: str) -> tuple[Element, ...]:
    """The sources of an association."""
    return tuple(element("sourceRef", each) for each in ids)


def seeing(home: str) -> bytes:
    """A reference, in a process, to data in a sub-process or in the process itself."""
    data = element("dataObject", id="letter")
    inner = node(
        "subProcess", "sub", start("b"), end("d"), *path("b", "d"), *((data,) if home == "sub" else ())
    )
    reference = element("dataObjectReference", id="seen", dataObjectRef="letter")
    return simple(inner, beside=(reference, *((data,) if home == "p" else ())))


def qualified(*listed: str) -> bytes:
    """A process that takes an optional input."""
    refs = tuple(element("dataInputRefs", each) for each in listed)
    return file(
        process(
            element(
                "ioSpecification",
                element("dataInput", id="a"),
                element("dataInput", id="b"),
                element("inputSet", *refs, element("optionalInputRefs", "b")),
                element("inputSet", element("dataInputRefs", "b")),
                element("outputSet"),
            ),
            start(),
            end(),
            *path("begin", "done"),
        )
    )


def ruled(*back: Element) -> bytes:
    """A process whose input set names its output set."""
    return file(
        process(
            element(
                "ioSpecification",
                element("inputSet", element("outputSetRefs", "o"), id="i"),
                element("outputSet", *back, id="o"),
            ),
            start(),
            end(),
            *path("begin", "done"),
        )
    )


def receiving(*data: Element) -> bytes:
    """A process that waits for papers, with data of the event."""
    event = node(
        "intermediateCatchEvent",
        "wait",
        *data,
        definition("message", element("operationRef", "send"), messageRef="papers"),
    )
    return simple(event, roots=(PAPER, STONE, MESSAGE, SEND))


def sending(*inside: Element) -> bytes:
    """A send task."""
    return simple(node("sendTask", "post", *inside, messageRef="papers"), roots=(PAPER, STONE, MESSAGE))


def called(*inside: Element) -> bytes:
    """A process that calls another that takes a paper."""
    inner = process(taking("paper"), start("b"), end("d"), *path("b", "d"), id_="sub")
    outer = process(
        start(),
        node("callActivity", "call", *inside, calledElement="sub"),
        end(),
        *path("begin", "call", "done"),
    )
    return file(PAPER, STONE, inner, outer)


def offering(*binding: Element, item: str = "paper") -> bytes:
    """A process that offers an interface."""
    given = sets(
        element("dataInput", id="in", itemSubjectRef=item),
        element("dataOutput", id="out"),
        inputs=("in",),
        outputs=("out",),
    )
    offered = process(
        element("supportedInterfaceRef", "desk"), given, *binding, start(), end(), *path("begin", "done")
    )
    return file(PAPER, STONE, MESSAGE, SEND, offered)


STATE = element("dataState", name="draft")
DRAFT = (element("dataObject", id="letter", name="Letter"),)
TAKEN = sets(element("dataInput", id="given", itemSubjectRef="paper"), inputs=("given",))
BOUND = element("ioBinding", operationRef="send", inputDataRef="in", outputDataRef="out")


def computed(id_: str, text: str, result: str) -> Element:
    """A script task that gives a variable a value."""
    return node("scriptTask", id_, extended(zeebe("script", expression=f"={text}", resultVariable=result)))


def at_once(*tasks: Element) -> bytes:
    """A process that does these tasks at the same time."""
    ids = [each.attributes["id"] for each in tasks]
    gateways = node("parallelGateway", "fork"), node("parallelGateway", "join")
    ways = [each for id_ in ids for each in path("fork", id_, "join")]
    return file(
        process(start(), *gateways, *tasks, end(), *path("begin", "fork"), *ways, *path("join", "done"))
    )


def in_process(direction: str, source: str, target: str, *, kind: str = "dataInput") -> bytes:
    """A task with data `own` that goes out or comes in, in a process with data `papers` of a kind."""
    out = direction == "Output"
    inside = element(
        "ioSpecification",
        element(f"data{direction}", id="own"),
        element("inputSet", *([] if out else [element("dataInputRefs", "own")])),
        element("outputSet", *([element("dataOutputRefs", "own")] if out else [])),
    )
    way = element(
        f"data{direction}Association", element("sourceRef", source), element("targetRef", target), id="way"
    )
    around = element(
        "ioSpecification",
        element(kind, id="papers", name="papers"),
        element("inputSet", *([element("dataInputRefs", "papers")] if kind == "dataInput" else [])),
        element("outputSet", *([element("dataOutputRefs", "papers")] if kind == "dataOutput" else [])),
    )
    return file(process(around, start(), task("work", inside, way), end(), *path("begin", "work", "done")))


EXAMPLES: dict[str, Example] = {
    "collection-matches-item": example(
        holding(beside=(element("dataObject", id="all", itemSubjectRef="paper", isCollection="true"),)),
        holding(beside=(element("dataObject", id="all", itemSubjectRef="paper"),)),
        "all",
    ),
    "data-reference-name": example(
        holding(
            beside=(
                *DRAFT,
                element("dataObjectReference", STATE, id="r", name="Letter", dataObjectRef="letter"),
            )
        ),
        holding(
            beside=(
                *DRAFT,
                element("dataObjectReference", STATE, id="r", name="Letter [draft]", dataObjectRef="letter"),
            )
        ),
        "r",
    ),
    "data-in-some-set": example(
        holding(sets(element("dataInput", id="in"))),
        holding(sets(element("dataInput", id="in"), inputs=("in",))),
        "in",
    ),
    "set-lists-what-it-qualifies": example(qualified("a"), qualified("a", "b"), "p"),
    "sets-refer-to-each-other": example(ruled(), ruled(element("inputSetRefs", "i")), "i"),
    "association-one-source": example(
        associated(*from_("first", "second"), INTO), associated(*from_("first"), INTO), "reads"
    ),
    "association-same-item": example(
        associated(*from_("pebble"), INTO), associated(*from_("first"), INTO), "reads"
    ),
    "association-at-home": example(
        associated(*from_("first"), element("targetRef", "second")),
        associated(*from_("first"), INTO),
        "reads",
    ),
    "association-direction": example(
        in_process("Output", "own", "papers"), in_process("Input", "papers", "own"), "way"
    ),
    "data-in-scope": example(seeing("sub"), seeing("p"), "seen"),
    "event-data-per-definition": example(
        receiving(element("dataOutput", id="a"), element("dataOutput", id="b")),
        receiving(element("dataOutput", id="a")),
        "wait",
    ),
    "event-data-same-item": example(
        receiving(element("dataOutput", id="a", itemSubjectRef="stone")),
        receiving(element("dataOutput", id="a", itemSubjectRef="paper")),
        "wait",
    ),
    "carrier-one-set": example(
        sending(taking("paper", element("dataInput", id="more", itemSubjectRef="paper"))),
        sending(taking("paper")),
        "post",
    ),
    "carrier-same-item": example(sending(taking("stone")), sending(taking("paper")), "post"),
    "call-fits-called": example(called(taking("stone")), called(TAKEN), "call"),
    "interface-bound": example(offering(), offering(BOUND), "p"),
    "binding-fits-operation": example(offering(BOUND, item="stone"), offering(BOUND), "p"),
    "concurrent-variable": example(
        at_once(computed("one", "1", "fee"), computed("other", "2", "fee")),
        at_once(computed("one", "1", "fee"), computed("other", "2", "deposit")),
        "one",
    ),
}
