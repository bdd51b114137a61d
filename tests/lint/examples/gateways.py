"""Examples of gateways."""

from tests.lint.drawing import (
    Element,
    condition,
    definition,
    element,
    end,
    file,
    flow,
    node,
    path,
    process,
    start,
    task,
    timer,
)
from tests.lint.example import Example, example

SIGNAL = element("signal", id="news", name="news")
MESSAGE = element("message", id="papers", name="papers")


def choice(*flows: Element, **attributes: str) -> bytes:
    """An exclusive gateway with flows of one's own to two ends."""
    gateway = node("exclusiveGateway", "choose", **attributes)
    return file(process(start(), gateway, end("a"), end("b"), *path("begin", "choose"), *flows))


RIGHT = choice(flow("choose", "a", condition("x")), flow("choose", "b"), default="choose-b")


def wait(id_: str, *inside: Element) -> Element:
    """A catching event."""
    return node("intermediateCatchEvent", id_, *inside)


def race(first: Element, second: Element, *beside: Element, **attributes: str) -> bytes:
    """An event-based gateway with two followers."""
    ids = (first.attributes["id"], second.attributes["id"])
    flows = tuple(each for id_ in ids for each in path("race", id_, f"{id_}-end"))
    return file(
        SIGNAL,
        MESSAGE,
        process(
            start(),
            node("eventBasedGateway", "race", **attributes),
            first,
            second,
            *(end(f"{id_}-end") for id_ in ids),
            *path("begin", "race"),
            *flows,
            *beside,
        ),
    )


FAIR = race(wait("hour", timer()), wait("signal", definition("signal", signalRef="news")))
RECEIVE = node("receiveTask", "receive", messageRef="papers")
CARRIED = definition("message", element("operationRef", "send"), messageRef="papers")

EXAMPLES: dict[str, Example] = {
    "gateway-direction": example(
        choice(
            flow("choose", "a", condition("x")),
            flow("choose", "b"),
            default="choose-b",
            gatewayDirection="Converging",
        ),
        choice(
            flow("choose", "a", condition("x")),
            flow("choose", "b"),
            default="choose-b",
            gatewayDirection="Diverging",
        ),
        "choose",
    ),
    "gateway-needs-branches": example(
        file(process(start(), node("exclusiveGateway", "choose"), end(), *path("begin", "choose", "done"))),
        RIGHT,
        "choose",
    ),
    "xor-needs-default": example(
        choice(flow("choose", "a", condition("x")), flow("choose", "b", condition("not(x)"))), RIGHT, "choose"
    ),
    "gateway-flow-needs-condition": example(
        choice(flow("choose", "a", condition("x")), flow("choose", "b")), RIGHT, "choose-b"
    ),
    "event-gateway-targets": example(race(wait("hour", timer()), task()), FAIR, "work"),
    "event-gateway-messages": example(
        race(RECEIVE, wait("letter", CARRIED)), race(RECEIVE, wait("hour", timer())), "race"
    ),
    "event-gateway-receive-bare": example(
        race(
            RECEIVE,
            wait("hour", timer()),
            node("boundaryEvent", "edge", timer(), attachedToRef="receive"),
            end("late"),
            flow("edge", "late"),
        ),
        race(RECEIVE, wait("hour", timer())),
        "receive",
    ),
    "event-gateway-exclusive-targets": example(
        race(wait("hour", timer()), wait("day", timer("P1D")), flow("begin", "day")), FAIR, "day"
    ),
    "instantiating-gateway": example(
        race(wait("hour", timer()), wait("day", timer("P1D")), eventGatewayType="Parallel"), FAIR, "race"
    ),
}
