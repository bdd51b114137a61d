"""Numeric functions (DMN 1.5, 10.3.4.5)."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from engine.feel.builtins.table import row
from engine.feel.problems import FeelValueError
from engine.feel.temporal.parts import AnyDuration, duration_nanoseconds, make_duration
from engine.feel.values import CONTEXT, WIDE_CONTEXT, Value, YearsMonthsDuration

_LOWEST_SCALE = -6_111
_HIGHEST_SCALE = 6_176


def _rounded(number: Decimal, scale: Decimal, rounding: str) -> Decimal:
    """The number with `scale` digits after the point; a scale's own fraction is cut off."""
    if not _LOWEST_SCALE <= scale <= _HIGHEST_SCALE:
        raise FeelValueError(f"expected a scale from {_LOWEST_SCALE} to {_HIGHEST_SCALE}, found {scale}")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= int(scale):
        return number
    return CONTEXT.plus(number.quantize(Decimal((0, (1,), -int(scale))), rounding, WIDE_CONTEXT))


def decimal(number: Decimal, scale: Decimal) -> Decimal:
    """Rounded half to even."""
    return _rounded(number, scale, ROUND_HALF_EVEN)


def floor(number: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    """Rounded towards negative infinity."""
    return _rounded(number, scale, ROUND_FLOOR)


def ceiling(number: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    """Rounded towards infinity."""
    return _rounded(number, scale, ROUND_CEILING)


def round_up(number: Decimal, scale: Decimal) -> Decimal:
    """Rounded away from zero."""
    return _rounded(number, scale, ROUND_UP)


def round_down(number: Decimal, scale: Decimal) -> Decimal:
    """Rounded towards zero."""
    return _rounded(number, scale, ROUND_DOWN)


def round_half_up(number: Decimal, scale: Decimal) -> Decimal:
    """Rounded to the nearest, ties away from zero."""
    return _rounded(number, scale, ROUND_HALF_UP)


def round_half_down(number: Decimal, scale: Decimal) -> Decimal:
    """Rounded to the nearest, ties towards zero."""
    return _rounded(number, scale, ROUND_HALF_DOWN)


def absolute(value: Value) -> Value:
    """Without its sign: a number or a duration."""
    if isinstance(value, Decimal):
        return CONTEXT.abs(value)
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(abs(value.total_months))
    if isinstance(value, AnyDuration):
        return make_duration(abs(duration_nanoseconds(value)))
    raise FeelValueError("expected a number or a duration")


def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """`dividend - divisor * floor(dividend / divisor)`: the sign is the divisor's."""
    if not divisor:
        raise FeelValueError("cannot divide by zero")
    rest = WIDE_CONTEXT.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = WIDE_CONTEXT.add(rest, divisor)
    return CONTEXT.plus(rest)


def square_root(number: Decimal) -> Decimal:
    """The root that is not negative."""
    if number < 0:
        raise FeelValueError("a negative number has no square root")
    return CONTEXT.sqrt(number)


def logarithm(number: Decimal) -> Decimal:
    """To the base e."""
    if number <= 0:
        raise FeelValueError("only a number above zero has a logarithm")
    return CONTEXT.ln(number)


def is_odd(number: Decimal) -> bool:
    """Whether a whole number is odd; a number with a fraction is neither odd nor even."""
    return (
        WIDE_CONTEXT.remainder(number.copy_abs(), Decimal(2)) == 1
        if number.adjusted() < CONTEXT.prec
        else False
    )


def is_even(number: Decimal) -> bool:
    return not number or number.adjusted() >= CONTEXT.prec or not WIDE_CONTEXT.remainder(number, Decimal(2))


FUNCTIONS = (
    row("decimal(n: number, scale: number) -> number", decimal),
    row("floor(n: number) -> number", floor),
    row("floor(n: number, scale: number) -> number", floor),
    row("ceiling(n: number) -> number", ceiling),
    row("ceiling(n: number, scale: number) -> number", ceiling),
    row("round up(n: number, scale: number) -> number", round_up),
    row("round down(n: number, scale: number) -> number", round_down),
    row("round half up(n: number, scale: number) -> number", round_half_up),
    row("round half down(n: number, scale: number) -> number", round_half_down),
    row("abs(n: number | days and time duration | years and months duration)", absolute),
    row("modulo(dividend: number, divisor: number) -> number", modulo),
    row("sqrt(number: number) -> number", square_root),
    row("log(number: number) -> number", logarithm),
    row("exp(number: number) -> number", CONTEXT.exp),
    row("odd(number: number) -> boolean", is_odd),
    row("even(number: number) -> boolean", is_even),
)
