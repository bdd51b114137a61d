"""FEEL values: their kinds, the classes that Python lacks, and the precision of numbers (DMN 1.5, 10.3.2.3).

| kind | Python |
|---|---|
| null, boolean, string | None, bool, str |
| number | Decimal of at most 34 digits, never infinite or not a number |
| date, time, date and time | date, time, datetime, or WideDate, WideTime, WideDateTime for the rest |
| days and time duration | timedelta, WideDuration |
| years and months duration | YearsMonthsDuration |
| list, context | list, dict with string keys |
| range, function | Range, FeelFunction |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import TypeAlias

from engine.feel.wide import WideDate, WideDateTime, WideDuration, WideTime

# Numbers are decimal128 of IEEE 754-2008, rounded half to even (DMN 1.5, 10.3.2.3.1).
CONTEXT = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
"""What every number is computed in; what it cannot hold raises an ArithmeticError, which becomes null.

Never the thread's own context: its precision is less, and a caller may have changed it.
"""

WIDE_CONTEXT = Context(prec=80, rounding=ROUND_HALF_EVEN, traps=[DivisionByZero, InvalidOperation, Overflow])
"""For the steps between, where more digits keep the last one of the result right."""

ZERO = Decimal(0)
ONE = Decimal(1)
MINUS_ONE = Decimal(-1)


def is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


def number_text(number: Decimal) -> str:
    """A number written out, without an exponent: `1000`, `-0.5`, `1.10`."""
    return format(number if number else number.copy_abs(), "f")


Value: TypeAlias = object
"""A FEEL value; which Python classes that may be stands in the table above."""


@dataclass(frozen=True, slots=True, order=True)
class YearsMonthsDuration:
    """A duration in whole months, negative when it goes back (DMN 1.5, 10.3.2.3.8)."""

    total_months: int

    @property
    def years(self) -> int:
        """Whole years, cut towards zero."""
        return _cut(self.total_months, 12)

    @property
    def months(self) -> int:
        """The months beyond whole years, with the sign of the duration."""
        return self.total_months - 12 * self.years

    def __str__(self) -> str:
        return years_months_text(self.total_months)


def _cut(number: int, divisor: int) -> int:
    return -(-number // divisor) if number < 0 else number // divisor


def years_months_text(total_months: int) -> str:
    """The ISO 8601 text of a number of months: `P1Y2M`, `-P3M`, `P0M`."""
    years, months = divmod(abs(total_months), 12)
    sign = "-" if total_months < 0 else ""
    parts = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
    return f"{sign}P{parts}"


@dataclass(frozen=True, slots=True, eq=False)
class Range:
    """Everything between two ends; an end that is None is open (DMN 1.5, 10.3.2.7)."""

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True


@dataclass(frozen=True, slots=True)
class Absent:
    """Stands in a context for a value that could not be had; it is no FEEL value, and no expression gives it.

    To read it gives null, with `reason` as the problem.
    """

    reason: str


KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    date: "date",
    WideDate: "date",
    time: "time",
    WideTime: "time",
    datetime: "date and time",
    WideDateTime: "date and time",
    timedelta: "days and time duration",
    WideDuration: "days and time duration",
    YearsMonthsDuration: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
}


def kind_of(value: Value) -> str:
    """The kind of a FEEL value, in the words of the specification."""
    return KINDS.get(type(value), "function")
