"""The values of the literal evaluator: their kinds, equality and order (DMN 1.5, 10.3.2.3 and 10.3.2.13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from engine import feel
from tests.feel.difference.trees import Function, Scope

SECONDS_IN_DAY = 86_400


class Undefined(Exception):
    """The specification gives null here."""


@dataclass(frozen=True)
class Day:
    """A date by its number, 1 for the first of January of the year 1."""

    number: int


@dataclass(frozen=True)
class Clock:
    """A time: seconds since midnight, and what it is ahead of UTC; None is a local time."""

    seconds: Fraction
    offset: int | None = None


@dataclass(frozen=True)
class Moment:
    """A date and time."""

    day: int
    seconds: Fraction
    offset: int | None = None


@dataclass(frozen=True)
class Span:
    """A days and time duration."""

    seconds: Fraction


@dataclass(frozen=True)
class Months:
    """A years and months duration."""

    count: int


@dataclass(frozen=True)
class Range:
    start: object
    end: object
    start_included: bool
    end_included: bool


@dataclass(frozen=True, eq=False)
class Closure:
    function: Function
    scope: Scope


_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    Day: "date",
    Clock: "time",
    Moment: "date and time",
    Span: "days and time duration",
    Months: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Closure: "function",
}


def kind(value: object) -> str:
    return _KINDS[type(value)]


def equal(left: object, right: object) -> bool | None:
    """Table 42: null is equal to null alone, values of different kinds are not comparable."""
    if left is None or right is None:
        return left is right
    if kind(left) != kind(right):
        return None
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) is True for key in left)
    if isinstance(left, Range) and isinstance(right, Range):
        included = (left.start_included, left.end_included) == (right.start_included, right.end_included)
        return included and equal(left.start, right.start) is True and equal(left.end, right.end) is True
    if isinstance(left, Clock | Moment):
        return order(left, right) == 0
    return left == right


def order(left: object, right: object) -> Fraction | int:
    """Table 43: below, at or above 0; raises Undefined for kinds without an order, and for different ones."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return (left > right) - (left < right)
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    if isinstance(left, Day) and isinstance(right, Day):
        return left.number - right.number
    if isinstance(left, Clock) and isinstance(right, Clock):
        return _instant(0, left, right) - _instant(0, right, left)
    if isinstance(left, Moment) and isinstance(right, Moment):
        return _instant(left.day, left, right) - _instant(right.day, right, left)
    if isinstance(left, Span) and isinstance(right, Span):
        return left.seconds - right.seconds
    if isinstance(left, Months) and isinstance(right, Months):
        return left.count - right.count
    raise Undefined


def _instant(day: int, value: Clock | Moment, other: Clock | Moment) -> Fraction:
    """Seconds on the line of time; of a local and a zoned one, by their clocks."""
    by_clock = value.offset is None or other.offset is None
    return day * SECONDS_IN_DAY + value.seconds - (0 if by_clock else value.offset or 0)


def within(value: object, bounds: Range) -> bool:
    """Whether a value lies in a range; raises Undefined where they cannot be compared."""
    if value is None:
        raise Undefined
    low, high = order(value, bounds.start), order(value, bounds.end)
    return (low > 0 or (low == 0 and bounds.start_included)) and (
        high < 0 or (high == 0 and bounds.end_included)
    )


def includes(items: Sequence[object], value: object) -> bool:
    return any(equal(item, value) is True for item in items)


def from_engine(value: object) -> object:
    """A value of the engine as one of these."""
    if isinstance(value, list):
        return [from_engine(item) for item in value]
    if isinstance(value, dict):
        return {str(key): from_engine(entry) for key, entry in value.items()}
    if isinstance(value, feel.Range):
        return Range(
            from_engine(value.start), from_engine(value.end), value.start_included, value.end_included
        )
    if isinstance(value, datetime):
        seconds = _seconds(value.time())
        return Moment(value.toordinal(), seconds, _offset(value.utcoffset()))
    if isinstance(value, date):
        return Day(value.toordinal())
    if isinstance(value, time):
        zone = value.tzinfo
        offset = timedelta(hours=2) if isinstance(zone, ZoneInfo) else value.utcoffset()
        return Clock(_seconds(value), _offset(offset))
    if isinstance(value, timedelta):
        return Span(Fraction(value // timedelta(microseconds=1), 10**6))
    if isinstance(value, feel.YearsMonthsDuration):
        return Months(value.total_months)
    if isinstance(value, feel.FeelFunction):
        return "a function"
    return value


def _seconds(value: time) -> Fraction:
    return Fraction(value.hour * 3600 + value.minute * 60 + value.second) + Fraction(value.microsecond, 10**6)


def _offset(offset: timedelta | None) -> int | None:
    return None if offset is None else round(offset.total_seconds())


def same(left: object, right: object) -> bool:
    """Whether two results are alike through and through, kinds and offsets included."""
    if isinstance(left, Closure):
        return right == "a function"
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, Range) and isinstance(right, Range):
        return (
            same(left.start, right.start)
            and same(left.end, right.end)
            and (left.start_included, left.end_included) == (right.start_included, right.end_included)
        )
    return type(left) is type(right) and left == right
