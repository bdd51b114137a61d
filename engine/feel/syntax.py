"""The syntax tree of FEEL: one frozen class for each construct of the grammar (DMN 1.5, 10.3.1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from engine.feel.problems import Position
from engine.feel.types import FeelType


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, string, boolean or null."""

    value: object
    position: Position


@dataclass(frozen=True, slots=True)
class AtLiteral:
    """`@"2026-01-31"`: a date, time, date and time or duration written as text."""

    text: str
    position: Position


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, parameter or function by its name; `?` is the input of a unary test."""

    name: str
    position: Position


@dataclass(frozen=True, slots=True)
class PathExpression:
    """`source.member`."""

    source: SyntaxNode
    member: str
    position: Position


@dataclass(frozen=True, slots=True)
class Filter:
    """`source[condition]`, where the condition may be a position in the list."""

    source: SyntaxNode
    condition: SyntaxNode
    position: Position


@dataclass(frozen=True, slots=True)
class Argument:
    """What a function is given, by position or by name."""

    value: SyntaxNode
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments)`; the arguments are all named or all not."""

    function: SyntaxNode
    arguments: tuple[Argument, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class RangeLiteral:
    """`[start..end]` with brackets that say whether the ends belong to it."""

    start: SyntaxNode
    end: SyntaxNode
    start_included: bool
    end_included: bool
    position: Position


@dataclass(frozen=True, slots=True)
class HalfRange:
    """`< 10` and its kin: a test on its own, a range when it stands in brackets."""

    operator: str
    bound: SyntaxNode
    position: Position


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """`[a, b, c]`."""

    items: tuple[SyntaxNode, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class ContextLiteral:
    """`{key: value, …}`; an entry sees those before it."""

    entries: tuple[tuple[str, SyntaxNode], ...]
    position: Position


@dataclass(frozen=True, slots=True)
class ParameterDeclaration:
    """A formal parameter, with its type where one is given."""

    name: str
    type: FeelType | None = None


@dataclass(frozen=True, slots=True)
class FunctionLiteral:
    """`function(parameters) body`; `external` says that the body names code of another language."""

    parameters: tuple[ParameterDeclaration, ...]
    body: SyntaxNode
    external: bool
    position: Position


@dataclass(frozen=True, slots=True)
class If:
    """`if condition then consequence else alternative`."""

    condition: SyntaxNode
    consequence: SyntaxNode
    alternative: SyntaxNode
    position: Position


@dataclass(frozen=True, slots=True)
class IterationContext:
    """`name in source`, or `name in source..end` when `end` is given."""

    name: str
    source: SyntaxNode
    end: SyntaxNode | None
    position: Position


@dataclass(frozen=True, slots=True)
class For:
    """`for iterators return body`."""

    iterators: tuple[IterationContext, ...]
    body: SyntaxNode
    position: Position


@dataclass(frozen=True, slots=True)
class Quantified:
    """`some` or `every` with iterators and a condition."""

    every: bool
    iterators: tuple[IterationContext, ...]
    condition: SyntaxNode
    position: Position


@dataclass(frozen=True, slots=True)
class Junction:
    """A row of terms joined by `and`, or by `or`."""

    conjunction: bool
    terms: tuple[SyntaxNode, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right` with one of = != < <= > >=."""

    operator: str
    left: SyntaxNode
    right: SyntaxNode
    position: Position


@dataclass(frozen=True, slots=True)
class Between:
    """`value between low and high`, both ends included."""

    value: SyntaxNode
    low: SyntaxNode
    high: SyntaxNode
    position: Position


@dataclass(frozen=True, slots=True)
class In:
    """`value in tests`."""

    value: SyntaxNode
    tests: tuple[SyntaxNode, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class ArithmeticTerm:
    """One operator of a row of arithmetic, and what it takes on its right."""

    operator: str
    operand: SyntaxNode
    position: Position


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`first + a - b …`: operators of the same rank, from left to right."""

    first: SyntaxNode
    operations: tuple[ArithmeticTerm, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Negation:
    """`-operand`."""

    operand: SyntaxNode
    position: Position


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """`value instance of type`."""

    value: SyntaxNode
    type: FeelType
    position: Position


SyntaxNode: TypeAlias = (
    Literal
    | AtLiteral
    | Name
    | PathExpression
    | Filter
    | Call
    | RangeLiteral
    | HalfRange
    | ListLiteral
    | ContextLiteral
    | FunctionLiteral
    | If
    | For
    | Quantified
    | Junction
    | Comparison
    | Between
    | In
    | Arithmetic
    | Negation
    | InstanceOf
)


@dataclass(frozen=True, slots=True)
class Tests:
    """Unary tests: one of `tests` holds, or, when `negated`, none; no tests is `-`, which always holds."""

    tests: tuple[SyntaxNode, ...]
    negated: bool
    position: Position
