"""Decides whether a computed value is the expected one: same type, same value, numbers within 1e-8."""

from decimal import Decimal
from typing import Final

from engine import feel
from tests.conformance_dmn.values import Unreadable

_TOLERANCE: Final = Decimal("1e-8")


def is_same(expected: object, got: object) -> bool:
    """True if both have the same FEEL type and value: lists in order, contexts with the same keys."""
    if expected is None or got is None:
        return expected is got
    if isinstance(expected, Unreadable):
        return False
    if isinstance(expected, dict):
        return (
            isinstance(got, dict)
            and expected.keys() == got.keys()
            and all(is_same(value, got[key]) for key, value in expected.items())
        )
    if isinstance(expected, list):
        return (
            isinstance(got, list)
            and len(expected) == len(got)
            and all(is_same(one, other) for one, other in zip(expected, got, strict=True))
        )
    if feel.kind_of(expected) != feel.kind_of(got):
        return False
    if isinstance(expected, Decimal) and isinstance(got, Decimal):
        return abs(expected - got) <= _TOLERANCE
    return feel.equal(expected, got, feel.Evaluator()) is True
