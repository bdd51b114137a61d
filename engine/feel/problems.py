"""What FEEL says when something is wrong: text that does not parse, and values that become null."""

from __future__ import annotations

from typing import NamedTuple


class Position(NamedTuple):
    """A place in an expression's text; lines and columns count from 1."""

    line: int
    column: int


class FeelProblem(NamedTuple):
    """Why a value became null, and where in the text that happened (DMN 1.5, 10.3.2.16)."""

    message: str
    line: int
    column: int

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
