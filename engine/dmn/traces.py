"""What is noted of a decision table while it is evaluated for an explanation."""

from dataclasses import dataclass


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
