"""The tests of a decision table's cells (DMN 1.5, 10.3.2.10)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine import feel


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("-", None, True),
        ("< 18", 17, True),
        ("< 18", "x", None),
        ("< 18, [65..70]", 66, True),
        ('"A", "B"', "B", True),
        ('not("A", "B")', "C", True),
        ('not("A", "B")', "A", False),
        ("not(5)", None, True),
        ("null", None, True),
        ("null", 1, False),
        ("> limit", 6, True),
        ("limit", 5, True),
        ("? > limit and ? < 10", 7, True),
        ("count(?) = 2", [1, 2], True),
        ("limit = 5", "whatever", True),
        ("limit = 6", "whatever", False),
        ("true", True, True),
        ("true", False, False),
        ("false", False, True),
        ("true", None, False),
        ("true", "x", False),
        ("false", None, False),
        ("not(true)", None, True),
        ("[1, 2, 3]", 2, True),
        ("allowed", 2, True),
        ("]1..5[", 5, False),
        ('>= date("2026-01-01")', date(2026, 6, 1), True),
        ("not(> limit)", 3, True),
        ("not(limit = 6) and ? > 1", 3, True),
        ("=5, !=6", Decimal(6), False),
    ],
)
def test_a_value_passes_or_not(text: str, value: object, expected: object) -> None:
    tests = feel.unary_tests(text, ["limit", "allowed"])

    result = tests.matches(value, {"limit": 5, "allowed": (1, 2)})

    assert result.value is expected


def test_only_the_dash_is_any() -> None:
    assert feel.unary_tests("-").is_any
    assert not feel.unary_tests("-1").is_any


@pytest.mark.parametrize("text", ["", "<", "1,", "not(1", "- 1,,", "1 2"])
def test_a_broken_cell_is_refused(text: str) -> None:
    with pytest.raises(feel.FeelSyntaxError):
        feel.unary_tests(text)
