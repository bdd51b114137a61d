"""What FEEL says when something is wrong: text that does not parse, and values that become null."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar, NamedTuple


class Position(NamedTuple):
    """A place in an expression's text; lines and columns count from 1."""

    line: int
    column: int


class Weight(IntEnum):
    """What a problem means for whoever decides by the value, from light to heavy.

    HANDLED: the expression itself says what becomes of the null, as `x = null` and `get or else(x, 0)` do
    ABSENT: a name has no value
    NULL: something could not be computed
    UNDECIDED: the condition of an `if` met a problem, so the branch taken may be the wrong one
    WRONG: the text is wrong whatever the values are: an unknown function, a call that fits no signature
    """

    HANDLED = 0
    ABSENT = 1
    NULL = 2
    UNDECIDED = 3
    WRONG = 4


class FeelProblem(NamedTuple):
    """Why a value became null, and where in the text that happened (DMN 1.5, 10.3.2.16)."""

    message: str
    line: int
    column: int
    weight: Weight = Weight.NULL

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"


class FeelSyntaxError(ValueError):
    """The text is not FEEL; `message` says what was expected and what was found.

    `line` and `column` count from 1 and point at what was found.
    """

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.message = message
        self.line = line
        self.column = column


class FeelValueError(Exception):
    """A value cannot be computed: the expression around it becomes null and the message a `FeelProblem`.

    A Python callable wrapped by `FeelFunction.native` may raise it too.
    """

    weight: ClassVar[Weight] = Weight.NULL


class FeelCallError(FeelValueError):
    """A call that no values can make right: it fits no signature, or what it asserts is not so."""

    weight = Weight.WRONG
