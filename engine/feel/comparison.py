"""Equality and order of values, and whether a value lies in a range (DMN 1.5, 10.3.2.15)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.feel.limits import FeelLimitError
from engine.feel.problems import FeelValueError
from engine.feel.python_values import MAX_DATA_DEPTH
from engine.feel.temporal.parts import (
    AnyDuration,
    duration_nanoseconds,
    is_date,
    is_datetime,
    is_time,
    split_date,
    split_time,
    utc_nanoseconds,
    zone_of,
)
from engine.feel.values import Range, Value, YearsMonthsDuration, kind_of

if TYPE_CHECKING:
    from engine.feel.evaluator import Evaluator


def equal(left: Value, right: Value, evaluator: Evaluator, depth: int = 0) -> bool | None:
    """`left = right`: null for values of different kinds, otherwise true or false."""
    if left is None or right is None:
        return left is right
    if depth > MAX_DATA_DEPTH:
        raise FeelLimitError("nesting of data", MAX_DATA_DEPTH)
    evaluator.charge(1)
    kind = kind_of(left)
    if kind != kind_of(right):
        return None
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(
            equal(one, other, evaluator, depth + 1) for one, other in zip(left, right, strict=True)
        )
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(
            equal(entry, right[key], evaluator, depth + 1) for key, entry in left.items()
        )
    if isinstance(left, Range) and isinstance(right, Range):
        return _ranges_equal(left, right, evaluator, depth)
    if is_time(left) or is_datetime(left):
        return _compare_instants(left, right) == 0
    return left == right


def _ranges_equal(left: Range, right: Range, evaluator: Evaluator, depth: int) -> bool:
    inclusions = (left.start_included, left.end_included) == (right.start_included, right.end_included)
    return (
        inclusions
        and equal(left.start, right.start, evaluator, depth + 1) is True
        and equal(left.end, right.end, evaluator, depth + 1) is True
    )


def compare(left: Value, right: Value) -> int:
    """Below, at or above zero as `left` is before, at or after `right`.

    Raises FeelValueError for null, for values without an order and for values of different kinds.
    """
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return (left > right) - (left < right)
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    if is_date(left) and is_date(right):
        return split_date(left) - split_date(right)
    if (is_time(left) and is_time(right)) or (is_datetime(left) and is_datetime(right)):
        return _compare_instants(left, right)
    if isinstance(left, AnyDuration) and isinstance(right, AnyDuration):
        return duration_nanoseconds(left) - duration_nanoseconds(right)
    if isinstance(left, YearsMonthsDuration) and isinstance(right, YearsMonthsDuration):
        return left.total_months - right.total_months
    raise FeelValueError(f"cannot compare {kind_of(left)} with {kind_of(right)}")


def _compare_instants(left: Value, right: Value) -> int:
    """By the line of time; where one has no offset it takes the other's, so that their clocks decide."""
    if (zone_of(left) is None) != (zone_of(right) is None):
        days = split_date(left) - split_date(right) if is_datetime(left) else 0
        return days or split_time(left) - split_time(right)
    return utc_nanoseconds(left)[1] - utc_nanoseconds(right)[1]


def ordered(operator: str, left: Value, right: Value) -> bool:
    """`left operator right` for one of < <= > >=; raises FeelValueError as `compare`."""
    order = compare(left, right)
    match operator:
        case "<":
            return order < 0
        case "<=":
            return order <= 0
        case ">":
            return order > 0
        case _:
            return order >= 0


def in_range(value: Value, bounds: Range) -> bool:
    """Whether a value lies in a range; raises FeelValueError when they cannot be compared."""
    if value is None:
        raise FeelValueError("null lies in no range")
    if bounds.start is not None:
        order = compare(value, bounds.start)
        if order < 0 or (order == 0 and not bounds.start_included):
            return False
    if bounds.end is not None:
        order = compare(value, bounds.end)
        if order > 0 or (order == 0 and not bounds.end_included):
            return False
    return True


def belongs(value: Value, candidate: Value, evaluator: Evaluator) -> bool | None:
    """`value in candidate`: equal to it, in its range, or one of its list.

    Null when the value cannot be compared with a range; a list that holds such a range is merely not hit.
    """
    if isinstance(candidate, Range) and not isinstance(value, Range):
        return in_range(value, candidate)
    if isinstance(candidate, list):
        return _belongs_to_list(value, candidate, evaluator)
    return equal(value, candidate, evaluator) is True


def _belongs_to_list(value: Value, candidates: Sequence[Value], evaluator: Evaluator) -> bool:
    for candidate in candidates:
        if isinstance(candidate, Range) and not isinstance(value, Range):
            if _lies_in(value, candidate):
                return True
        elif equal(value, candidate, evaluator):
            return True
    return isinstance(value, list) and equal(value, candidates, evaluator) is True


def _lies_in(value: Value, bounds: Range) -> bool:
    try:
        return in_range(value, bounds)
    except FeelValueError:
        # Of another kind than the range's ends: not in it, and other elements of the list may be hit.
        return False
