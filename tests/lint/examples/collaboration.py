"""Examples of pools and the messages between them."""

from tests.lint.drawing import (
    Element,
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

MESSAGE = element("message", id="papers", name="papers")
SEND = element(
    "interface", element("operation", element("inMessageRef", "papers"), id="send", name="send"), name="desk"
)
CITIZEN = element("participant", id="citizen", name="Citizen")
DESK = element("participant", id="desk", name="Desk", processRef="p")
LETTER = definition("message", element("operationRef", "send"), messageRef="papers")


def talking(source: str, target: str, *participants: Element) -> bytes:
    """A process in a pool beside a citizen, with a message between two elements."""
    return file(
        MESSAGE,
        SEND,
        element(
            "collaboration",
            CITIZEN,
            DESK,
            *participants,
            element("messageFlow", id="letter", sourceRef=source, targetRef=target),
            id="all",
        ),
        process(
            start(),
            task(),
            node("intermediateCatchEvent", "wait", LETTER),
            node("intermediateThrowEvent", "reached"),
            end(),
            *path("begin", "work", "wait", "reached", "done"),
        ),
    )


def counted(minimum: str, maximum: str) -> bytes:
    """A pool that stands for several."""
    number = element("participantMultiplicity", minimum=minimum, maximum=maximum)
    several = element("collaboration", element("participant", number, id="clerks", name="Clerks"), id="all")
    return simple(task(), roots=(several,))


def beside(root: Element) -> bytes:
    """A process and something else in one file."""
    return simple(task(), roots=(root,))


def calling(called: str) -> bytes:
    """A collaboration that calls a conversation."""
    inner = element("collaboration", CITIZEN, id="inner")
    outer = element(
        "collaboration", element("callConversation", id="call", calledCollaborationRef=called), id="outer"
    )
    return simple(task(), roots=(inner, outer))


def linking(source: str, target: str) -> bytes:
    """A conversation between two participants, and a link."""
    parts = (CITIZEN, element("participant", id="clerk"), element("conversation", id="talk"))
    tie = element("conversationLink", id="tie", sourceRef=source, targetRef=target)
    return simple(task(), roots=(element("collaboration", *parts, tie, id="all"),))


EXAMPLES: dict[str, Example] = {
    "message-flow-ends": example(talking("citizen", "letter"), talking("citizen", "wait"), "letter"),
    "message-flow-between-pools": example(talking("work", "wait"), talking("citizen", "wait"), "letter"),
    "message-flow-direction": example(talking("wait", "citizen"), talking("citizen", "wait"), "letter"),
    "message-flow-event-is-message": example(
        talking("citizen", "begin"), talking("citizen", "wait"), "letter"
    ),
    "participant-multiplicity": example(counted("2", "1"), counted("1", "2"), "clerks"),
    "no-choreography-reference": example(
        beside(element("globalConversation", element("choreographyRef", "dance"), id="chat")),
        beside(element("collaboration", CITIZEN, id="chat")),
        "chat",
    ),
    "global-conversation-bare": example(
        beside(element("globalConversation", CITIZEN, element("conversation", id="talk"), id="chat")),
        beside(element("collaboration", CITIZEN, element("conversation", id="talk"), id="chat")),
        "talk",
    ),
    "called-conversation-kind": example(calling("p"), calling("inner"), "call"),
    "conversation-link-ends": example(linking("citizen", "clerk"), linking("talk", "clerk"), "tie"),
}
