"""How much an evaluation may use before it is stopped."""

from __future__ import annotations

from dataclasses import dataclass

MAX_TEXT_LENGTH = 100_000
"""Characters an expression may have."""

MAX_NESTING = 90
"""How deep brackets, branches and other constructs may nest in a text."""

MAX_TREE_HEIGHT = 160
"""How many operations may wrap one another, as in `a.b.c[1][2]`, before a text is refused."""


@dataclass(frozen=True, slots=True)
class FeelLimits:
    """Bounds of one evaluation, or of several that share one `Evaluator`.

    depth: Python calls that FEEL functions calling one another may stack up; about six for each call
    steps: iterations, calls and elements handled, each a small and bounded piece of work
    string_length: characters of any string that is produced
    list_length: elements of any list that is produced
    range_length: numbers or days that a range may stand for in an iteration
    seconds: time since the first thousand steps, looked at every thousand steps
    """

    depth: int = 560
    steps: int = 1_000_000
    string_length: int = 1_000_000
    list_length: int = 100_000
    range_length: int = 100_000
    seconds: float = 5.0


DEFAULT_LIMITS = FeelLimits()


class FeelLimitError(RuntimeError):
    """A limit was reached; `limit` names it: a field of `FeelLimits`, or `text length` or `nesting`."""

    def __init__(self, limit: str, allowed: float) -> None:
        super().__init__(f"FEEL limit reached: {limit} (at most {allowed:,})")
        self.limit = limit
        self.allowed = allowed
