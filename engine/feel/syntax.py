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
class Path:
    """`source.member`."""

    source: Node
    member: str
    position: Position


@dataclass(frozen=True, slots=True)
class Filter:
    """`source[condition]`, where the condition may be a position in the list."""

    source: Node
    condition: Node
    position: Position


@dataclass(frozen=True, slots=True)
class Argument:
    """What a function is given, by position or by name."""

    value: Node
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments)`; the arguments are all named or all not."""

    function: Node
    arguments: tuple[Argument, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class RangeLiteral:
    """`[start..end]` with brackets that say whether the ends belong to it."""

    start: Node
    end: Node
    start_included: bool
    end_included: bool
    position: Position


@dataclass(frozen=True, slots=True)
class HalfRange:
    """`< 10` and its kin: a test on its own, a range when it stands in brackets."""

    operator: str
    bound: Node
    position: Position


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """`[a, b, c]`."""

    items: tuple[Node, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class ContextLiteral:
    """`{key: value, …}`; an entry sees those before it."""

    entries: tuple[tuple[str, Node], ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Parameter:
    """A formal parameter, with its type where one is given."""

    name: str
    type: FeelType | None = None


@dataclass(frozen=True, slots=True)
class FunctionLiteral:
    """`function(parameters) body`; `external` says that the body names code of another language."""

    parameters: tuple[Parameter, ...]
    body: Node
    external: bool
    position: Position


@dataclass(frozen=True, slots=True)
class If:
    """`if condition then consequence else alternative`."""

    condition: Node
    consequence: Node
    alternative: Node
    position: Position


@dataclass(frozen=True, slots=True)
class Iterator:
    """`name in source`, or `name in source..end` when `end` is given."""

    name: str
    source: Node
    end: Node | None
    position: Position


@dataclass(frozen=True, slots=True)
class For:
    """`for iterators return body`."""

    iterators: tuple[Iterator, ...]
    body: Node
    position: Position


@dataclass(frozen=True, slots=True)
class Quantified:
    """`some` or `every` with iterators and a condition."""

    every: bool
    iterators: tuple[Iterator, ...]
    condition: Node
    position: Position


@dataclass(frozen=True, slots=True)
class Junction:
    """A row of terms joined by `and`, or by `or`."""

    conjunction: bool
    terms: tuple[Node, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right` with one of = != < <= > >=."""

    operator: str
    left: Node
    right: Node
    position: Position


@dataclass(frozen=True, slots=True)
class Between:
    """`value between low and high`, both ends included."""

    value: Node
    low: Node
    high: Node
    position: Position


@dataclass(frozen=True, slots=True)
class In:
    """`value in tests`."""

    value: Node
    tests: tuple[Node, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Operation:
    """One operator of a row of arithmetic, and what it takes on its right."""

    operator: str
    operand: Node
    position: Position


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`first + a - b …`: operators of the same rank, from left to right."""

    first: Node
    operations: tuple[Operation, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Negation:
    """`-operand`."""

    operand: Node
    position: Position


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """`value instance of type`."""

    value: Node
    type: FeelType
    position: Position


Node: TypeAlias = (
    Literal
    | AtLiteral
    | Name
    | Path
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

    tests: tuple[Node, ...]
    negated: bool
    position: Position
