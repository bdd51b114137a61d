"""What stops a step: the bounds of what it may ask for, and the reasons why it cannot go on."""

from dataclasses import dataclass, field

from engine.bpmn.reader import ReadingLimits
from engine.runtime.contract import StepIncident


@dataclass(frozen=True, kw_only=True)
class RuntimeLimits:
    """Bounds that no honest procedure meets, and that stop a dishonest or mistaken one."""

    reading: ReadingLimits = field(default_factory=ReadingLimits)
    """What the files of one definition may ask for."""
    moves: int = 20_000
    """Flow nodes that one step may pass."""
    tokens: int = 2_000
    """Tokens that may be alive in one case at once."""
    call_depth: int = 40
    """Scopes (called processes and sub-processes) open inside each other while a case runs."""
    data_depth: int = 60
    """Lists and contexts inside each other in one variable."""
    snapshot_bytes: int = 4_000_000
    """Size of one case's state, its variables included."""
    cached_definitions: int = 128
    """Parsed definitions kept in memory; the least recently used goes first."""


class RuntimeFault(Exception):
    """The case cannot go on from here until a person has repaired something; the step is thrown away."""

    def __init__(
        self, code: str, message: str, *, element_id: str | None = None, variable: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.element_id = element_id
        self.variable = variable

    def incident(self) -> StepIncident:
        """The same, as the value that the port speaks of."""
        return StepIncident(
            element_id=self.element_id, code=self.code, message=self.message, variable=self.variable
        )
