"""The values of a column of a decision table, cut where its cells differ, and which cell takes which.

A cell that is a constant, a range of constants or a list of these takes some of the parts; of any other
nothing is known here, and neither is of a column whose cells are of several types.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from engine import feel
from engine.feel.syntax import AtLiteral, Call, HalfRange, Literal, Name, Negation, RangeLiteral, SyntaxNode

Value = Any
"""A constant of one of the types that have an order, or of texts and truth values."""

_ORDERED = (Decimal, datetime, date, time, timedelta, feel.YearsMonthsDuration)
_FROM_TEXT = {
    "date": feel.parse_date,
    "time": feel.parse_time,
    "date and time": feel.parse_datetime,
    "duration": feel.parse_duration,
}


class _Unknown(Exception):
    """A cell says something of which nothing is known before it is evaluated."""


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, None for no bound, with or without these themselves."""

    low: Value
    high: Value
    with_low: bool
    with_high: bool


_Test = Value | Range
_ANYTHING = Range(None, None, with_low=False, with_high=False)


def _exactly(value: Value) -> Range:
    return Range(value, value, with_low=True, with_high=True)


@dataclass(frozen=True)
class Column:
    """The parts of a column's values, each in words, and the parts that each cell takes, a bit for each part.

    `ranges` are the same parts by their bounds. `masks` has None for a cell of which nothing is known.
    `is_closed` says that the parts are all values that can come.
    """

    parts: tuple[str, ...]
    ranges: tuple[Range, ...]
    masks: tuple[int | None, ...]
    is_closed: bool

    @property
    def all(self) -> int:
        return (1 << len(self.parts)) - 1


def column_of(
    cells: Sequence[str], name: str, *, options: Sequence[object] = (), is_whole: bool = False
) -> Column | None:
    """The parts that the cells of one column make; None where they cannot be compared with each other.

    `options` are the only values that can come, where these are known; `is_whole` says that numbers are.
    """
    read = [_tests_of(cell) for cell in cells]
    constants = [value for tests in read if tests is not None for value in _constants(tests[0])]
    kinds = {type(value) for value in (*constants, *options)}
    if len(kinds) > 1:
        return None
    kind: type = kinds.pop() if kinds else bool
    if kind in (str, bool):
        values = list(dict.fromkeys((*options, *constants)))
        if kind is bool and constants:
            values = [True, False]
        parts = tuple(f"{name} = {_shown(value)}" for value in values) or (name,)
        masks = tuple(_mask_of_values(tests, values) for tests in read)
        ranges = tuple(_exactly(value) for value in values) or (_ANYTHING,)
        return Column(parts, ranges, masks, is_closed=bool(options) or kind is bool)
    if kind not in _ORDERED:
        return None
    return _ordered(read, name, constants, is_whole=is_whole)


def _ordered(
    read: "Sequence[tuple[list[_Test], bool] | None]", name: str, constants: list[Value], *, is_whole: bool
) -> Column | None:
    """The parts between and at the bounds, from below the first to above the last."""
    try:
        bounds = sorted(set(constants))
    except TypeError:  # of dates and times with and without an offset
        return None
    parts = [f"{name} < {_shown(bounds[0])}"]
    ranges = [Range(None, bounds[0], with_low=False, with_high=False)]
    for number, bound in enumerate(bounds):
        parts.append(f"{name} = {_shown(bound)}")
        after = bounds[number + 1] if number + 1 < len(bounds) else None
        ranges += [_exactly(bound), Range(bound, after, with_low=False, with_high=False)]
        parts.append(
            f"{name} > {_shown(bound)}" if after is None else f"{name} in ({_shown(bound)}..{_shown(after)})"
        )
    hidden = _impossible(bounds, is_whole=is_whole)
    masks = tuple(_mask_in_order(tests, bounds) for tests in read)
    kept = [index for index in range(len(parts)) if index not in hidden]
    return Column(
        tuple(parts[index] for index in kept),
        tuple(ranges[index] for index in kept),
        tuple(None if mask is None else _kept_bits(mask, kept) for mask in masks),
        is_closed=True,
    )


def _impossible(bounds: list[Value], *, is_whole: bool) -> set[int]:
    """The parts that no value is in: below 0 where 0 is the least that is named, between whole numbers."""
    hidden = {0} if bounds[0] == 0 else set()
    if is_whole:
        for number, (low, high) in enumerate(pairwise(bounds)):
            if low == low.to_integral_value() and high - low <= 1:
                hidden.add(2 * number + 2)
    return hidden


def _kept_bits(mask: int, kept: list[int]) -> int:
    return sum(1 << place for place, index in enumerate(kept) if mask >> index & 1)


def _mask_of_values(read: "tuple[list[_Test], bool] | None", values: list[Value]) -> int | None:
    if read is None:
        return None
    tests, negated = read
    everything = (1 << max(len(values), 1)) - 1
    if not tests:
        return everything
    if any(isinstance(test, Range) for test in tests):
        return None
    mask = sum(1 << index for index, value in enumerate(values) if value in tests)
    return everything & ~mask if negated else mask


def _mask_in_order(read: "tuple[list[_Test], bool] | None", bounds: list[Value]) -> int | None:
    if read is None:
        return None
    tests, negated = read
    everything = (1 << (2 * len(bounds) + 1)) - 1
    if not tests:
        return everything
    mask = 0
    for test in tests:
        if not isinstance(test, Range):
            test = _exactly(test)
        low = 0 if test.low is None else 2 * bisect_left(bounds, test.low) + (1 if test.with_low else 2)
        high = (
            2 * len(bounds)
            if test.high is None
            else 2 * bisect_left(bounds, test.high) + (1 if test.with_high else 0)
        )
        if low <= high:
            mask |= ((1 << (high - low + 1)) - 1) << low
    return everything & ~mask if negated else mask


def _tests_of(cell: str) -> "tuple[list[_Test], bool] | None":
    """The constants and ranges of a cell, and whether they are what is not meant; None for anything else."""
    text = cell.strip()
    if not text:
        return [], False
    try:
        tests = feel.unary_tests(text).tests
        return [_test_of(node) for node in tests.tests], tests.negated
    except (feel.FeelSyntaxError, feel.FeelLimitError, feel.FeelValueError, _Unknown):
        return None


def _test_of(node: SyntaxNode) -> _Test:
    match node:
        case HalfRange(operator=operator, bound=bound):
            value = _constant(bound)
            if operator in {"<", "<="}:
                return Range(None, value, with_low=False, with_high=operator == "<=")
            if operator in {">", ">="}:
                return Range(value, None, with_low=operator == ">=", with_high=False)
            raise _Unknown
        case RangeLiteral(start=start, end=end, start_included=with_low, end_included=with_high):
            return Range(_constant(start), _constant(end), with_low=with_low, with_high=with_high)
    return _constant(node)


def _constant(node: SyntaxNode) -> Value:
    match node:
        case Literal(value=value) if isinstance(value, str | bool | Decimal):
            return value
        case Negation(operand=Literal(value=Decimal() as number)):
            return -number
        case Call(function=Name(name=name), arguments=(argument,)) if name in _FROM_TEXT:
            text = argument.value
            if isinstance(text, Literal) and isinstance(text.value, str):
                return _parsed(_FROM_TEXT[name](text.value))
        case AtLiteral(text=text):
            evaluated = feel.expression(f'@"{text}"').evaluate()
            return _parsed(evaluated.value)
    raise _Unknown


def _parsed(value: object) -> Value:
    if not isinstance(value, _ORDERED):
        raise _Unknown
    return value


def _constants(tests: "Sequence[_Test]") -> Iterator[Value]:
    for test in tests:
        if isinstance(test, Range):
            yield from (bound for bound in (test.low, test.high) if bound is not None)
        else:
            yield test


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Decimal):
        return f"{value:f}"
    return feel.temporal_text(value)
