"""Nested JSON values: read and written by the keys that lead to them, merged and compared."""

import json
from collections.abc import Mapping
from typing import Any, Final

from engine import feel
from engine.bundle.forms.question import KeyPath


class Missing:
    """The type of `MISSING`."""


MISSING: Final = Missing()
"""What is found where nothing is; unlike None, which is a value."""


def value_at(values: object, path: KeyPath) -> Any:
    """The value at a path, `MISSING` where a key is not there."""
    for key in path:
        if not isinstance(values, Mapping) or key not in values:
            return MISSING
        values = values[key]
    return values


def put_at(values: dict[str, Any], path: KeyPath, value: Any) -> None:
    """Write a value at a path, in contexts of its own: those that were there are copied, never changed."""
    for key in path[:-1]:
        inner = values.get(key)
        values[key] = dict(inner) if isinstance(inner, Mapping) else {}
        values = values[key]
    values[path[-1]] = value


def drop_at(values: dict[str, Any], path: KeyPath) -> None:
    """Take the value at a path out, if it is there."""
    if value_at(values, path) is not MISSING:
        *around, last = path
        for key in around:
            values[key] = dict(values[key])
            values = values[key]
        del values[last]


def merged(around: Any, inner: Any) -> Any:
    """`inner` over `around`: contexts are merged key by key, and of anything else `inner` stays."""
    if not (isinstance(around, Mapping) and isinstance(inner, Mapping)):
        return inner
    return {**around, **{key: merged(around.get(key), value) for key, value in inner.items()}}


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; 1 and 1.0 are, true and 1 are not."""
    try:
        return _written(one) == _written(other)
    except (TypeError, feel.FeelLimitError):
        return False


def _written(value: Any) -> str:
    return json.dumps(feel.to_json(feel.from_python(value)), sort_keys=True)
