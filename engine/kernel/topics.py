"""Topics: the names by which work finds the agency that does it, and those that belong to Stoa itself."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from engine.kernel.money import PAYMENT_TOPIC
from engine.kernel.signing import SIGNATURE

APPOINTMENT_TOPIC: Final = "stoa:appointment"
"""The topic by which a diagram asks for an appointment: the citizen is to choose a time and come."""

ORGANISATION_TOPIC: Final = "stoa:organisation"
"""The topic by which a diagram has something done in the register of organisations and agencies."""

SERVICE_TOPICS: Final = frozenset({APPOINTMENT_TOPIC, PAYMENT_TOPIC, SIGNATURE, ORGANISATION_TOPIC})
"""The topics that the installation itself serves; an agency may take that of appointments besides."""

BY_HAND: Final = "stoa:by-hand"
"""Says, on what hands work to an agency, that people of the branch do it where no agency serves the topic."""

YES: Final = "yes"
"""The one value of `BY_HAND`."""

LONGEST_TOPIC: Final = 100
"""Characters."""

_RESERVED: Final = "stoa:"
_TOPIC: Final = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*")


def is_reserved(topic: str) -> bool:
    """Whether the name is Stoa's own, so that nobody registers it."""
    return topic.startswith(_RESERVED)


def topic_problem(topic: str) -> str | None:
    """Why a topic cannot be registered under this name, as a sentence; None if it can."""
    if is_reserved(topic):
        return f"Expected a name of your own, as those with {_RESERVED} are Stoa's, found {topic!r:.60}."
    if len(topic) > LONGEST_TOPIC or not _TOPIC.fullmatch(topic):
        return (
            f"Expected at most {LONGEST_TOPIC} small Latin letters and digits, with dots and hyphens between "
            f"them, such as municipality.residence; found {topic!r:.60}."
        )
    return None


def nearest(topic: str, known: Iterable[str]) -> str | None:
    """The known topic that was probably meant; None if none is near."""
    found = get_close_matches(topic, sorted(known), n=1, cutoff=0.75)
    return found[0] if found else None
