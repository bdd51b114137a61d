"""Python values into FEEL values, FEEL values into JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType
from typing import TypeAlias

from engine.feel.functions import FeelFunction
from engine.feel.limits import FeelLimitError
from engine.feel.problems import FeelValueError
from engine.feel.temporal.text import temporal_text
from engine.feel.values import CONTEXT, KINDS, Absent, Range, Value, YearsMonthsDuration
from engine.feel.wide import WideDate, WideDateTime, WideDuration, WideTime

Charge: TypeAlias = Callable[[int], None]

MAX_DATA_DEPTH = 100
"""How deep lists and contexts may nest."""

_EXACT_INTEGERS = 10**34
_SCALARS = frozenset(KINDS) - {list, dict} | {FeelFunction}
_AS_THEY_ARE = _SCALARS | {list, dict}
FINAL = _SCALARS - {Decimal}
"""The classes whose values are FEEL's whatever they are: nothing is inside them, and none is infinite."""
_UNCHANGED = frozenset({NoneType, bool, str})


def shallow(value: object) -> Value:
    """A value as FEEL's, without looking into lists and contexts; raises FeelValueError for what is none."""
    kind = type(value)
    if kind is int and -_EXACT_INTEGERS < value < _EXACT_INTEGERS:  # type: ignore[operator]  # is an int
        return Decimal(value)  # type: ignore[arg-type]
    if kind in _AS_THEY_ARE:
        if type(value) is Decimal:
            return _number(value)
        return value
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, int | Decimal):
        return _number(Decimal(value))
    if isinstance(value, float):
        return _number(Decimal(repr(float(value))))
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    return _plain_temporal(value)


def _plain_temporal(value: object) -> Value:
    """A value of a subclass of Python's temporal classes as one of the class itself."""
    if isinstance(value, datetime):
        return datetime.combine(_plain_date(value), _plain_clock(value.timetz()))
    if isinstance(value, date):
        return _plain_date(value)
    if isinstance(value, time):
        return _plain_clock(value)
    if isinstance(value, timedelta):
        return timedelta(value.days, value.seconds, value.microseconds)
    if isinstance(value, Absent):
        raise FeelValueError(value.reason)
    raise FeelValueError(f"{type(value).__name__} is no value that FEEL knows")


def _plain_date(value: date) -> date:
    return date(value.year, value.month, value.day)


def _plain_clock(value: time) -> time:
    return time(value.hour, value.minute, value.second, value.microsecond, value.tzinfo, fold=value.fold)


def _number(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise FeelValueError(f"{value} is no number of FEEL")
    try:
        return CONTEXT.plus(value)
    except ArithmeticError as error:
        raise FeelValueError("the number is too large for FEEL") from error


def deep(value: object, charge: Charge, depth: int = 0) -> Value:
    """A value as FEEL's through and through; the same object where nothing had to change.

    charge: takes steps off the budget, for a value that is met by many paths is looked at as many times
    Raises FeelValueError for what FEEL has no value for, FeelLimitError beyond `MAX_DATA_DEPTH`.
    """
    if type(value) in FINAL:
        return value
    plain = shallow(value)
    if depth > MAX_DATA_DEPTH:
        raise FeelLimitError("nesting of data", MAX_DATA_DEPTH)
    if type(plain) is list:
        charge(1 + len(plain) // 16)
        return _deep_list(plain, charge, depth)
    if type(plain) is dict:
        charge(1 + len(plain) // 16)
        return _deep_context(plain, charge, depth)
    return plain


def _deep_list(items: list[object], charge: Charge, depth: int) -> list[Value]:
    for index, item in enumerate(items):
        inner = item if type(item) in FINAL else deep(item, charge, depth + 1)
        if inner is not item:
            rest = (deep(each, charge, depth + 1) for each in items[index + 1 :])
            return [*items[:index], inner, *rest]
    return items


def _deep_context(entries: dict[object, object], charge: Charge, depth: int) -> dict[object, Value]:
    changed: dict[object, Value] = {}
    for key, entry in entries.items():
        if type(key) is not str:
            raise FeelValueError(f"a context's keys are strings, found {key!r}")
        inner = entry if type(entry) in FINAL else deep(entry, charge, depth + 1)
        if inner is not entry:
            changed[key] = inner
    return {**entries, **changed} if changed else entries


def from_python(value: object, path: str = "value") -> Value:
    """A Python value as a FEEL value, a new one wherever something changes.

    int, float and Decimal become numbers of 34 digits, tuples lists, mappings contexts; timedelta is a days
    and time duration. Raises TypeError, naming the path (`value.items[2]`), for anything else: other classes,
    keys that are no strings, infinite numbers and what is not a number.
    """
    return _convert(value, path, 0)


def _convert(value: object, path: str, depth: int) -> Value:
    if depth > MAX_DATA_DEPTH:
        raise FeelLimitError("nesting of data", MAX_DATA_DEPTH)
    try:
        plain = shallow(value)
    except FeelValueError as error:
        raise TypeError(f"{path}: {error}") from error
    if isinstance(plain, list):
        return [_convert(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(plain)]
    if isinstance(plain, dict):
        for key in plain:
            if not isinstance(key, str):
                raise TypeError(f"{path}: a context's keys are strings, found {key!r}")
        return {str(key): _convert(entry, f"{path}.{key}", depth + 1) for key, entry in plain.items()}
    return plain


_EXACT_DIGITS = 15
_EXACT_EXPONENT = 300
_WIDEST_INTEGER = 2**63


def to_json(value: Value) -> object:
    """A FEEL value as what `json.dumps` writes.

    A number becomes an int when it is whole and has at most 64 bits, beyond which readers and writers of JSON
    part (RFC 8259, section 6), a float when it has at most 15 significant digits (a float gives those back
    unchanged), otherwise its text, so that no digit is lost. Temporal values become their ISO 8601 text, a
    range `{"start", "end", "start included", "end included"}`. Raises TypeError for a function,
    FeelLimitError beyond `MAX_DATA_DEPTH`.
    """
    return _json(value, 0)


def _json(value: Value, depth: int) -> object:
    if depth > MAX_DATA_DEPTH:
        raise FeelLimitError("nesting of data", MAX_DATA_DEPTH)
    if type(value) in _UNCHANGED:
        return value
    if isinstance(value, Decimal):
        return _json_number(value)
    if isinstance(value, list):
        return [_json(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {key: _json(entry, depth + 1) for key, entry in value.items()}
    if isinstance(value, Range):
        return {
            "start": _json(value.start, depth + 1),
            "end": _json(value.end, depth + 1),
            "start included": value.start_included,
            "end included": value.end_included,
        }
    if isinstance(value, _TEMPORAL):
        return temporal_text(value)
    raise TypeError(f"a {type(value).__name__} has no JSON form")


_TEMPORAL = (date, time, timedelta, YearsMonthsDuration, WideDate, WideTime, WideDateTime, WideDuration)


def _json_number(value: Decimal) -> int | float | str:
    _, digits, exponent = value.as_tuple()
    if isinstance(exponent, str):
        raise TypeError(f"{value} is no FEEL number")
    if value.copy_abs() < _WIDEST_INTEGER and value == value.to_integral_value():
        return int(value)
    if len(digits) <= _EXACT_DIGITS and abs(value.adjusted()) < _EXACT_EXPONENT:
        return float(value)
    return str(value)
