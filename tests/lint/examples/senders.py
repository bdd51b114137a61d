"""Examples of who may send a message, and what it brings."""

from tests.lint.drawing import Element, definition, element, extended, node, simple, zeebe
from tests.lint.example import Example, example

PAID = element("message", id="paid", name="payment_received")
MAPPED = zeebe("ioMapping", zeebe("output", source="=cents", target="cents"))


def properties(*values: str) -> Element:
    """The property, once for each value."""
    entries = (zeebe("property", name="stoa:message-from", value=value) for value in values)
    return zeebe("properties", *entries)


def waits(*extensions: Element) -> Element:
    """An event that waits for a payment."""
    held = (extended(*extensions),) if extensions else ()
    return node("intermediateCatchEvent", "wait", *held, definition("message", messageRef="paid"))


def receives(*extensions: Element) -> bytes:
    """A process with a receive task."""
    return simple(node("receiveTask", "wait", extended(*extensions), messageRef="paid"), roots=(PAID,))


def paying(*values: str, mapped: bool = True) -> bytes:
    """A process that waits for a payment from those senders."""
    extensions = ((properties(*values),) if values else ()) + ((MAPPED,) if mapped else ())
    return simple(waits(*extensions), roots=(PAID,))


EXAMPLES: dict[str, Example] = {
    "message-from-placed": example(
        simple(node("task", "work", extended(properties("citizen")))), paying("citizen"), "work"
    ),
    "message-sender-known": example(
        paying("agency:Registry, role:auditor, =sender, citizen"),
        paying("agency:registry, role:clerk,role:manager, role:agent, citizen, system:amka-issue"),
        "wait",
        times=3,
    ),
    "message-sender-needed": example(paying(), paying("role:clerk"), "wait"),
    "message-output-needed": example(
        receives(properties("agency:registry, system:amka-issue")),
        paying("system:amka-issue", mapped=False),
        "wait",
    ),
}
