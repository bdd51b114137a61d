"""The words by which a diagram says what an element means in law: which clock, which moment, what effect."""

from enum import StrEnum
from typing import Final

LAW: Final = "stoa:law"
"""Law and article."""

CLOCK: Final = "stoa:clock"
TERM: Final = "stoa:term"
"""Which term a timer with the clock `legal` is the end of; the one of law where it does not say."""

MILESTONE: Final = "stoa:milestone"
LEGAL_EFFECT: Final = "stoa:legal-effect"


FIRST_TERM: Final = "legal"

TIMED_TERMS: Final = (FIRST_TERM, "appeal", "answer", "act")
"""The terms that a timer may be the end of."""


class Clock(StrEnum):
    """Which time a timer goes by."""

    LEGAL = "legal"
    """It is the end of the term of law that is in force, wherever that moves."""
    RESTS = "rests"
    """It stands still while the citizen is awaited or the case suspended, and goes on with what was left."""
    RUNS = "runs"
    """The clock on the wall; nothing moves it."""


class Milestone(StrEnum):
    """A legal moment in the course of a case."""

    COMPLETE_FILE = "complete_file"
    """The terms begin, or begin anew."""
    DECIDED = "decided"
    """The terms end; what comes after only waits."""
    NOTIFIED = "notified"
    """The citizen was told; the terms end, if they have not, and the term to appeal begins."""
    DELIVERED = "delivered"
    """What was decided is in the citizen's hands; where they were not told before, they are now."""
    APPEALABLE_UNTIL = "appealable_until"
    """The term to appeal is over, and nobody did."""


class LegalEffect(StrEnum):
    """What it means by law that nobody acted in time."""

    SILENCE_APPROVES = "silence-approves"
    SILENCE_REJECTS = "silence-rejects"
