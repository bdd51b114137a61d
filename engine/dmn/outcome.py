"""What an evaluation gives back: the value, what went wrong on the way, and what is noted to explain it."""

import json
from dataclasses import dataclass
from typing import Final

from engine import feel

_LONGEST: Final = 80


def as_json(value: object) -> object:
    """What `json.dumps` writes for a value; a value that holds a function is named by its kind."""
    try:
        return feel.to_json(value)
    except TypeError:
        return f"a {feel.kind_of(value)}"


def show(value: object) -> str:
    """A value as text, texts in quotes, cut to eighty characters."""
    text = json.dumps(as_json(value), ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


@dataclass(frozen=True, slots=True)
class DecisionProblem:
    """Why something became null: in which decision or function, at which element and line, and the reason."""

    decision: str
    element: str
    file: str
    line: int
    message: str
    weight: feel.Weight = feel.Weight.NULL

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

    @property
    def undecided(self) -> tuple[DecisionProblem, ...]:
        """The problems that the value cannot be relied on for, whatever it is.

        They were met while it was found out which rules match or which branch is taken, and no cell and no
        expression handles them; or the text is wrong whatever the values are. The standard takes such a cell
        as not met, and the table falls through to its catch-all.
        """
        return tuple(problem for problem in self.problems if problem.weight >= feel.Weight.UNDECIDED)


@dataclass(frozen=True, slots=True)
class InputTrace:
    """An input column's label and the value computed for it."""

    label: str
    value: object


@dataclass(frozen=True, slots=True)
class CellTrace:
    """The text of an input entry and whether the input value met it."""

    text: str
    matched: bool


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """A rule, counted from 1: its id, its cells, the texts of its outputs and annotations.

    `matched` says that every cell was met, `fired` that the hit policy let the rule decide.
    """

    number: int
    id: str
    cells: tuple[CellTrace, ...]
    outputs: tuple[str, ...]
    annotations: tuple[str, ...]
    matched: bool
    fired: bool


@dataclass(frozen=True, slots=True)
class TableTrace:
    """One evaluation of a decision table."""

    element: str
    hit_policy: str
    inputs: tuple[InputTrace, ...]
    outputs: tuple[str, ...]
    rules: tuple[RuleTrace, ...]
    value: object


@dataclass(frozen=True, slots=True)
class DecisionTrace:
    """One evaluation of a decision: what its requirements gave it, the tables on the way, and its value."""

    id: str
    name: str
    inputs: tuple[InputTrace, ...]
    tables: tuple[TableTrace, ...]
    value: object
