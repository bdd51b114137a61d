"""The words by which a diagram offers an action: a button that sends the message for which an event waits."""

from typing import Final

from engine.kernel.actor import Role

DESK_ACTION: Final = "stoa:desk-action"
"""The property of a message event that makes it an action, with the action's name: `appeal`, `withdraw`."""

ACTION_ROLES: Final = "stoa:action-roles"
"""Who is offered the action: roles with commas between them."""

ACTION_REASON: Final = "stoa:action-reason"
"""`required` where whoever takes the action has to say why."""

ACTION_SAYS: Final = "stoa:action-says"
ACTION_SAYS_EN: Final = "stoa:action-says-en"
"""What the action will lead to, for whoever is about to take it."""

REQUIRED: Final = "required"

ACTING: Final = (Role.CLERK.value, Role.MANAGER.value, "citizen", "agency")
"""Who may be offered an action. An agency takes it by REST, a citizen on the tracking page."""


def acting_roles(value: str) -> tuple[str, ...]:
    """The roles of a value of `stoa:action-roles`, each once; whether they exist is not asked."""
    return tuple(dict.fromkeys(role.strip() for role in value.split(",") if role.strip()))
