"""The words by which a diagram has something done in the registers of organisations and agencies."""

from enum import StrEnum
from typing import Final

ACT: Final = "act"
"""The task header that says which act it is."""


class RegisterAct(StrEnum):
    """The acts, by the value of the task header `act`."""

    ENTER_BRANCH = "enter-branch"
    ENTER_AGENCY = "enter-agency"
    INVITE = "invite"
    CHECK_CONNECTION = "check-connection"
    SERVE_TOPICS = "serve-topics"


class ActError(StrEnum):
    """The BPMN errors that acts raise."""

    CODE_TAKEN = "code_taken"
    """There is an organisation or an agency of that code."""
    PARENT_UNKNOWN = "parent_unknown"
    """No open organisation of that code may have it below it on that day."""
    TOPIC_UNKNOWN = "topic_unknown"
    """A topic is not registered."""
    NOT_POSSIBLE = "not_possible"
    """Something that was stated does not fit; the message says what."""
