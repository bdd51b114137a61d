"""`+ - * / **` and the minus sign (DMN 1.5, 10.3.2.15)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.feel.problems import FeelValueError
from engine.feel.temporal.arithmetic import (
    is_instant,
    shift_date,
    shift_datetime,
    shift_time,
    subtract_instants,
)
from engine.feel.temporal.parts import (
    AnyDuration,
    duration_nanoseconds,
    is_date,
    is_datetime,
    is_time,
    make_duration,
)
from engine.feel.values import CONTEXT, WIDE_CONTEXT, Value, YearsMonthsDuration, is_whole, kind_of

if TYPE_CHECKING:
    from engine.feel.evaluator import Evaluator

_MAX_EXPONENT = 999_999_999
_MAX_MONTHS = 12 * 10**18


def add(left: Value, right: Value, evaluator: Evaluator) -> Value:
    """`left + right`; raises FeelValueError where the specification gives null."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return CONTEXT.add(left, right)
    if isinstance(left, str) and isinstance(right, str):
        evaluator.charge_string(len(left) + len(right))
        return left + right
    for value, duration in ((left, right), (right, left)):
        if isinstance(duration, AnyDuration | YearsMonthsDuration):
            return _shifted(value, duration, 1)
    raise _undefined("add", left, "and", right)


def subtract(left: Value, right: Value, _: Evaluator) -> Value:
    """`left - right`; raises FeelValueError where the specification gives null."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return CONTEXT.subtract(left, right)
    if (is_instant(left) and is_instant(right)) or (is_time(left) and is_time(right)):
        return subtract_instants(left, right)
    if isinstance(right, AnyDuration | YearsMonthsDuration):
        return _shifted(left, right, -1)
    raise _undefined("subtract", right, "from", left)


def _shifted(value: Value, duration: AnyDuration | YearsMonthsDuration, sign: int) -> Value:
    if isinstance(duration, YearsMonthsDuration):
        step: AnyDuration | YearsMonthsDuration = YearsMonthsDuration(sign * duration.total_months)
    else:
        step = _scaled(duration, sign)
    if isinstance(value, AnyDuration) and isinstance(step, AnyDuration):
        return make_duration(duration_nanoseconds(value) + duration_nanoseconds(step))
    if isinstance(value, YearsMonthsDuration) and isinstance(step, YearsMonthsDuration):
        return _months(value.total_months + step.total_months)
    if is_date(value):
        return shift_date(value, step)
    if is_datetime(value):
        return shift_datetime(value, step)
    if is_time(value) and isinstance(step, AnyDuration):
        return shift_time(value, step)
    raise _undefined("add", value, "and", duration)


def _scaled(duration: AnyDuration, sign: int) -> AnyDuration:
    return duration if sign > 0 else make_duration(-duration_nanoseconds(duration))


def multiply(left: Value, right: Value, _: Evaluator) -> Value:
    """`left * right`; raises FeelValueError where the specification gives null."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return CONTEXT.multiply(left, right)
    for value, factor in ((left, right), (right, left)):
        if isinstance(factor, Decimal) and isinstance(value, YearsMonthsDuration):
            return _months(_cut(WIDE_CONTEXT.multiply(Decimal(value.total_months), factor)))
        if isinstance(factor, Decimal) and isinstance(value, AnyDuration):
            return make_duration(_cut(WIDE_CONTEXT.multiply(Decimal(duration_nanoseconds(value)), factor)))
    raise _undefined("multiply", left, "by", right)


def divide(left: Value, right: Value, _: Evaluator) -> Value:
    """`left / right`; raises FeelValueError where the specification gives null."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        if not right:
            raise FeelValueError("cannot divide by zero")
        return CONTEXT.divide(left, right)
    if isinstance(left, YearsMonthsDuration):
        if isinstance(right, YearsMonthsDuration):
            return _quotient(left.total_months, Decimal(right.total_months))
        if isinstance(right, Decimal):
            return _months(_cut(_wide_quotient(left.total_months, right)))
    if isinstance(left, AnyDuration):
        if isinstance(right, AnyDuration):
            return _quotient(duration_nanoseconds(left), Decimal(duration_nanoseconds(right)))
        if isinstance(right, Decimal):
            return make_duration(_cut(_wide_quotient(duration_nanoseconds(left), right)))
    raise _undefined("divide", left, "by", right)


def _quotient(dividend: int, divisor: Decimal) -> Decimal:
    return CONTEXT.plus(_wide_quotient(dividend, divisor))


def _wide_quotient(dividend: int, divisor: Decimal) -> Decimal:
    if not divisor:
        raise FeelValueError("cannot divide by zero")
    return WIDE_CONTEXT.divide(Decimal(dividend), divisor)


def _cut(number: Decimal) -> int:
    """Without its fraction; raises FeelValueError for what no duration can count."""
    if number.adjusted() > WIDE_CONTEXT.prec:
        raise FeelValueError("the duration is too long")
    return int(number)


def _months(total: int) -> YearsMonthsDuration:
    if abs(total) > _MAX_MONTHS:
        raise FeelValueError("the duration is too long")
    return YearsMonthsDuration(total)


def power(left: Value, right: Value, _: Evaluator) -> Value:
    """`left ** right`; raises FeelValueError where there is no such number, or none that decimal128 holds."""
    if not (isinstance(left, Decimal) and isinstance(right, Decimal)):
        raise _undefined("raise", left, "to the power of", right)
    if right.copy_abs() > _MAX_EXPONENT:
        raise FeelValueError(f"an exponent is at most {_MAX_EXPONENT}")
    if not left and not right:
        return Decimal(1)
    if not is_whole(right) and left < 0:
        raise FeelValueError("a negative number has no power with a fraction")
    return CONTEXT.power(left, right)


def negate(value: Value) -> Value:
    """`-value`; raises FeelValueError where the specification gives null."""
    if isinstance(value, Decimal):
        return CONTEXT.minus(value)
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(-value.total_months)
    if isinstance(value, AnyDuration):
        return _scaled(value, -1)
    raise FeelValueError(f"cannot negate {kind_of(value)}")


OPERATORS: dict[str, Callable[[Value, Value, Evaluator], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
"""What computes each operator. An ArithmeticError means a result beyond decimal128."""


def _undefined(verb: str, left: Value, word: str, right: Value) -> FeelValueError:
    return FeelValueError(f"cannot {verb} {kind_of(left)} {word} {kind_of(right)}")
