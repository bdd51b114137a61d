"""Claims about the sender of a message that the examples of the rules leave open."""

import pytest

from engine.lint import check
from tests.lint.drawing import definition, element, extended, node, simple
from tests.lint.examples.senders import PAID, paying, properties, waits


def found(content: bytes) -> set[str]:
    """The rules about senders that a file breaks."""
    findings = check({"p.bpmn": content}).findings
    return {finding.rule for finding in findings if finding.rule.startswith("message-")}


def test_a_message_that_is_sent_in_the_same_file_needs_no_other_sender() -> None:
    sends = node("intermediateThrowEvent", "send", definition("message", messageRef="paid"))

    assert found(simple(sends, waits(), roots=(PAID,))) == set()


def test_a_message_that_carries_the_property_itself_is_refused() -> None:
    carries = element("message", extended(properties("citizen")), id="paid", name="payment_received")

    assert found(simple(waits(), roots=(carries,))) == {"message-from-placed", "message-sender-needed"}


def test_who_sends_a_message_that_is_thrown_is_not_said_there() -> None:
    thrown = definition("message", messageRef="paid")
    sends = node("intermediateThrowEvent", "send", extended(properties("citizen")), thrown)

    assert "message-from-placed" in found(simple(sends, roots=(PAID,)))


def test_two_properties_on_one_element_are_refused() -> None:
    assert found(paying("citizen", "role:clerk")) == {"message-from-placed"}


@pytest.mark.parametrize("value", ["", " , ", "agency:", "system:", "clerk", "role:officer", "agency:a b"])
def test_what_names_no_sender_is_an_error(value: str) -> None:
    assert "message-sender-known" in found(paying(value))


@pytest.mark.parametrize("kind", ["boundaryEvent", "startEvent", "receiveTask"])
def test_the_property_may_stand_on_whatever_waits(kind: str) -> None:
    held = extended(properties("system:amka-issue"))
    trigger = definition("message", messageRef="paid")
    event = {
        "boundaryEvent": node("boundaryEvent", "wait", held, trigger, attachedToRef="work"),
        "startEvent": node("startEvent", "wait", held, trigger),
        "receiveTask": node("receiveTask", "wait", held, messageRef="paid"),
    }[kind]

    assert found(simple(node("task", "work"), beside=(event,), roots=(PAID,))) == set()
