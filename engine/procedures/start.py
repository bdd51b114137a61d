"""What begins a case by itself: a start event of a procedure on offer that waits for something to happen."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class StartKind(StrEnum):
    """What is waited for."""

    MESSAGE = "message"
    SIGNAL = "signal"
    TIMER = "timer"


@dataclass(frozen=True, kw_only=True)
class Start:
    """A start event of the version that is on offer.

    `name` is that of the message or signal, empty for a timer. `branch_code` is the branch that the diagram
    says works the cases begun there; None leaves it to whoever sent the message or threw the signal.
    """

    id: UUID
    procedure_key: str
    version_id: UUID
    element_id: str
    kind: StartKind
    name: str
    branch_code: str | None = None
