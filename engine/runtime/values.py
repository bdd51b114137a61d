"""Values of variables as what JSON can hold, and back; values that come in from outside, and go out.

A value comes back as it was, whatever it is called or looks like. Text, booleans, null, integers up to 64
bits, finite fractions, lists and contexts are themselves. Every other value is a context with the one entry
`$`, a list of its kind and its text. A context that really has an entry `$` is written that way too, so
nothing is mistaken.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from types import NoneType
from typing import Any

from engine import feel
from engine.runtime.contract import Variables

MARK = "$"
_LARGEST = 2**63 - 1
_PLAIN = frozenset({str, bool, NoneType, float})
"""The classes whose values are written as they are; read, everything but a list or a context is."""
_CONTAINERS = frozenset({list, dict})
_JSON_SCALARS = _PLAIN | {int}
_TEMPORAL: Mapping[str, Callable[[str], object]] = {
    "date": feel.parse_date,
    "time": feel.parse_time,
    "date and time": feel.parse_datetime,
    "days and time duration": feel.parse_duration,
    "years and months duration": feel.parse_duration,
}


class NotAValue(ValueError):
    """Something that no variable can hold; the message says what was found and where."""


def encode(value: Any) -> Any:
    """A value as what JSON can hold; `NotAValue` for functions, objects and numbers that are not finite."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        entries = {name: entry if type(entry) in _PLAIN else encode(entry) for name, entry in value.items()}
        return {MARK: ["context", entries]} if MARK in entries else entries
    if kind is list:
        return [item if type(item) in _PLAIN else encode(item) for item in value]
    if kind is int:
        return value if -_LARGEST <= value <= _LARGEST else {MARK: ["integer", str(value)]}
    return _encode_rest(value)


def _encode_rest(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {MARK: ["decimal", str(value)]}
    if isinstance(value, feel.Range):
        ends = [encode(value.start), encode(value.end), value.start_included, value.end_included]
        return {MARK: ["range", ends]}
    kind = feel.kind_of(value)
    if kind in _TEMPORAL:
        return {MARK: [kind, _temporal_text(value)]}
    raise NotAValue(f"Expected a value that can be kept, found {type(value).__name__}")


def _temporal_text(value: Any) -> Any:
    if type(value) is timedelta:
        return [value.days, value.seconds, value.microseconds]
    if type(value) in {datetime, time} and value.tzinfo is None:
        return value.isoformat()
    return feel.temporal_text(value)


def decode(value: Any) -> Any:
    """The value that `encode` wrote."""
    if type(value) is dict:
        if MARK in value:
            kind, content = value[MARK]
            return _DECODERS[kind](content)
        return {name: decode(entry) if type(entry) in _CONTAINERS else entry for name, entry in value.items()}
    if type(value) is list:
        return [decode(item) if type(item) in _CONTAINERS else item for item in value]
    return value


def _decode_context(content: Any) -> dict[str, Any]:
    return {name: decode(entry) if type(entry) in _CONTAINERS else entry for name, entry in content.items()}


def _decode_range(content: Any) -> feel.Range:
    start, end, start_included, end_included = content
    return feel.Range(decode(start), decode(end), start_included, end_included)


def _decode_days(content: Any) -> object:
    return timedelta(*content) if isinstance(content, list) else feel.parse_duration(content)


_DECODERS: Mapping[str, Callable[[Any], Any]] = {
    **_TEMPORAL,
    "days and time duration": _decode_days,
    "decimal": Decimal,
    "integer": int,
    "context": _decode_context,
    "range": _decode_range,
}


def take_in(variables: Mapping[str, Any], *, depth: int) -> dict[str, Any]:
    """A copy of variables from outside that shares nothing with them.

    `NotAValue` names what cannot be kept.
    """
    return {_name(name, "variables"): _copied(value, name, depth) for name, value in variables.items()}


def _copied(value: Any, path: str, depth: int) -> Any:
    if depth <= 0:
        raise NotAValue(f"Expected fewer lists and contexts inside each other at {path[:80]}")
    if type(value) is bool:
        return value
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, Mapping):
        return {
            _name(name, path): _copied(entry, f"{path}.{name}", depth - 1) for name, entry in value.items()
        }
    if isinstance(value, list | tuple):
        return [_copied(item, f"{path}[{index}]", depth - 1) for index, item in enumerate(value)]
    if isinstance(value, float | Decimal) and not _finite(value):
        raise NotAValue(f"Expected a finite number at {path}, found {value}")
    if value is None or isinstance(value, bool | int | float | Decimal | date | time | timedelta):
        return value
    if feel.kind_of(value) in _TEMPORAL or isinstance(value, feel.Range):
        return value
    raise NotAValue(f"Expected a JSON or FEEL value at {path}, found {type(value).__name__}")


def _finite(value: float | Decimal) -> bool:
    return value.is_finite() if isinstance(value, Decimal) else isfinite(value)


def _name(name: Any, path: str) -> str:
    if not isinstance(name, str):
        raise NotAValue(
            f"Expected text as the name of an entry of {path}, found {type(name).__name__} {name!r}"
        )
    return _text(name, path)


def _text(text: str, path: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotAValue(f"Expected text at {path}, found half a character (a lone surrogate)") from error
    return text


def as_json(variables: Variables) -> dict[str, Any]:
    """The variables with FEEL's numbers as JSON numbers, its dates, times and durations as ISO 8601 text."""
    return {
        name: value if type(value) in _JSON_SCALARS else _as_json(value) for name, value in variables.items()
    }


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return as_json(value)
    if isinstance(value, list):
        return [item if type(item) in _JSON_SCALARS else _as_json(item) for item in value]
    if isinstance(value, str | int | float):
        return value
    return feel.to_json(value)
