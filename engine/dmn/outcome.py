"""What an evaluation gives back: the value and everything that went wrong on the way."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecisionProblem:
    """Why something became null: in which decision or function, at which element and line, and the reason."""

    decision: str
    element: str
    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.decision}, {self.element} ({self.file}:{self.line}): {self.message}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A computed FEEL value, the problems met while computing it, in the order they were met, and its rules.

    `rules` are the ids of the rules that decided, of every table on the way, each once, and the first 500.

    DMN computes null where something goes wrong (DMN 1.5, 10.3.2); the problems say why. A null without
    problems was meant.
    """

    value: object
    problems: tuple[DecisionProblem, ...]
    rules: tuple[str, ...] = ()
