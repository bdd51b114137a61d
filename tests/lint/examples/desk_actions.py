"""Examples of actions that a diagram offers."""

from tests.lint.drawing import Element, definition, element, extended, node, path, simple, task, zeebe
from tests.lint.example import Example, example

WITHDRAW = element("message", id="withdraw", name="withdraw")
TAKEN = zeebe("ioMapping", zeebe("output", source="=note", target="note"))
ACTION = {
    "desk-action": "withdraw",
    "action-roles": "citizen, clerk",
    "message-from": "citizen, role:clerk",
    "name-en": "Withdraw",
}


def said(**values: str) -> Element:
    """Properties of ours, `_` in their names standing for `-`; an empty one is left out."""
    named = {**ACTION, **{name.replace("_", "-"): value for name, value in values.items()}}
    entries = (zeebe("property", name=f"stoa:{name}", value=value) for name, value in named.items() if value)
    return extended(TAKEN, zeebe("properties", *entries))


def waits(name: str = "Απόσυρση", **values: str) -> bytes:
    """A process that waits for an action with these properties."""
    event = node(
        "intermediateCatchEvent", "wait", said(**values), definition("message", messageRef="withdraw")
    )
    event.attributes["name"] = name
    return simple(event, roots=(WITHDRAW,))


def works(**values: str) -> bytes:
    """A process with a task that has these properties."""
    return simple(node("task", "wait", said(message_from="", **values)))


def beside(second: str) -> bytes:
    """A task on whose edge two actions wait, the second one of that name."""
    edges = (
        node(
            "boundaryEvent",
            event,
            said(desk_action=name),
            definition("message", messageRef="withdraw"),
            attachedToRef="work",
            name="Απόσυρση",
        )
        for event, name in (("first", "withdraw"), ("second", second))
    )
    ways = (*path("first", "done"), *path("second", "done"))
    return simple(task(), beside=(*edges, *ways), roots=(WITHDRAW,))


EXAMPLES: dict[str, Example] = {
    "desk-action-placed": example(works(action_roles=""), waits(), "wait"),
    "desk-action-worded": example(
        waits("", name_en="", action_says="Η αίτηση αποσύρεται."),
        waits(action_says="Η αίτηση αποσύρεται.", action_says_en="The application is withdrawn."),
        "wait",
        times=3,
    ),
    "desk-action-roles": example(waits(action_roles="citizen, auditor"), waits(), "wait"),
    "desk-action-sender": example(
        waits(action_roles="citizen, manager, agency", message_from="role:clerk"),
        waits(action_roles="agency", message_from="agency:registry"),
        "wait",
        times=3,
    ),
    "desk-action-once": example(beside("withdraw"), beside("correct"), "second"),
}
