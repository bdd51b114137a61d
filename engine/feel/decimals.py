"""The arithmetic of numbers: IEEE 754-2008 decimal128, rounded half to even (DMN 1.5, 10.3.2.3.1)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

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
    """Whether a number has no fraction."""
    return number == number.to_integral_value()


def number_text(number: Decimal) -> str:
    """A number written out, without an exponent: `1000`, `-0.5`, `1.10`."""
    return format(number if number else number.copy_abs(), "f")
