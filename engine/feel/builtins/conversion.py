"""Conversion functions (DMN 1.5, 10.3.4.1), `not` (10.3.4.2) and `is` (10.3.4.6)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.feel.builtins.table import bounded, row
from engine.feel.comparison import equal
from engine.feel.functions import FeelFunction
from engine.feel.lexer import is_plain_name
from engine.feel.limits import FeelLimitError
from engine.feel.problems import FeelValueError
from engine.feel.python_values import MAX_DATA_DEPTH
from engine.feel.temporal.parts import is_datetime, is_time, split_date, split_time, zone_of
from engine.feel.temporal.text import temporal_text
from engine.feel.values import CONTEXT, Range, Value, kind_of, number_text

if TYPE_CHECKING:
    from engine.feel.evaluator import Evaluator

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_GROUPING_SEPARATORS = frozenset({" ", ",", "."})
_DECIMAL_SEPARATORS = frozenset({",", "."})


def number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise FeelValueError(f"expected a number, found '{text[:40]}'")
    return CONTEXT.create_decimal(text)


def formatted_number(text: str, grouping: str | None, decimal: str | None) -> Decimal:
    """The number that a text with separators is; of these, null means none, and a point."""
    if grouping is not None and grouping not in _GROUPING_SEPARATORS:
        raise FeelValueError(f"expected ' ', ',' or '.' as the grouping separator, found '{grouping}'")
    if decimal is not None and decimal not in _DECIMAL_SEPARATORS:
        raise FeelValueError(f"expected ',' or '.' as the decimal separator, found '{decimal}'")
    if grouping is not None and grouping == (decimal or "."):
        raise FeelValueError("expected two different separators")
    plain = text.replace(grouping, "") if grouping else text
    if decimal == ",":
        if "." in plain:
            raise FeelValueError(f"expected a number, found '{text[:40]}'")
        plain = plain.replace(",", ".")
    return number(plain)


def string(evaluator: Evaluator, value: Value) -> str | None:
    """A value as text; strings inside lists and contexts keep their quotes. Null stays null."""
    if value is None:
        return None
    if isinstance(value, str):
        return value
    return "".join(_parts(value, evaluator, 0, inside=False))


def _parts(value: Value, evaluator: Evaluator, depth: int, *, inside: bool) -> list[str]:
    if depth > MAX_DATA_DEPTH:
        raise FeelLimitError("nesting of data", MAX_DATA_DEPTH)
    evaluator.charge(1)
    if value is None or isinstance(value, bool):
        return [{None: "null", True: "true", False: "false"}[value]]
    if isinstance(value, Decimal):
        return [number_text(value)]
    if isinstance(value, str):
        evaluator.charge_string(len(value))
        return [_quoted(value)]
    if isinstance(value, list):
        items = [_parts(item, evaluator, depth + 1, inside=True) for item in value]
        return ["[", *_separated(items), "]"]
    if isinstance(value, dict):
        entries = [
            [f"{_key(key)}: ", *_parts(entry, evaluator, depth + 1, inside=True)]
            for key, entry in value.items()
        ]
        return ["{", *_separated(entries), "}"]
    if isinstance(value, Range):
        return _range_parts(value, evaluator, depth)
    if isinstance(value, FeelFunction):
        return [f"function{value.signatures[0]}"]
    return [f'@"{temporal_text(value)}"' if inside else temporal_text(value)]


def _separated(groups: list[list[str]]) -> list[str]:
    parts: list[str] = []
    for group in groups:
        parts.extend([", ", *group] if parts else group)
    return parts


def _range_parts(bounds: Range, evaluator: Evaluator, depth: int) -> list[str]:
    if bounds.start is None:
        return [
            "<= " if bounds.end_included else "< ",
            *_parts(bounds.end, evaluator, depth + 1, inside=True),
        ]
    if bounds.end is None:
        return [
            ">= " if bounds.start_included else "> ",
            *_parts(bounds.start, evaluator, depth + 1, inside=True),
        ]
    return [
        "[" if bounds.start_included else "(",
        *_parts(bounds.start, evaluator, depth + 1, inside=True),
        "..",
        *_parts(bounds.end, evaluator, depth + 1, inside=True),
        "]" if bounds.end_included else ")",
    ]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _key(key: str) -> str:
    return key if key and all(is_plain_name(word) for word in key.split(" ")) else _quoted(key)


def negated(value: Value) -> bool | None:
    """`not`: null for what is no boolean."""
    if isinstance(value, bool):
        return not value
    raise FeelValueError(f"expected a boolean, found {kind_of(value)}")


def is_same(evaluator: Evaluator, left: Value, right: Value) -> bool:
    """Whether two values are the same element of the semantic domain: for times that includes the zone."""
    if kind_of(left) != kind_of(right):
        return False
    if is_time(left) or is_datetime(left):
        days = split_date(left) == split_date(right) if is_datetime(left) else True
        return days and split_time(left) == split_time(right) and _same_zone(left, right)
    return equal(left, right, evaluator) is True


def _same_zone(left: Value, right: Value) -> bool:
    one, other = zone_of(left), zone_of(right)
    return one == other


FUNCTIONS = (
    row("number(from: string) -> number", number),
    row(
        "number(from: string, grouping separator: string | null, decimal separator: string | null) -> number",
        formatted_number,
    ),
    bounded("string(from)", string),
    row("not(negand)", negated),
    bounded("is(value1, value2) -> boolean", is_same, names_all=False),
)
