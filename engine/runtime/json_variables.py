"""Variables on their way out of a case: what a row, a job or an agency holds of them is JSON."""

from types import NoneType
from typing import Any

from engine import feel
from engine.runtime.contract import Variables

_PLAIN = frozenset({str, bool, NoneType, int, float})


def as_json(variables: Variables) -> dict[str, Any]:
    """The variables with FEEL's numbers as JSON numbers, its dates, times and durations as ISO 8601 text."""
    return {name: value if type(value) in _PLAIN else _as_json(value) for name, value in variables.items()}


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return as_json(value)
    if isinstance(value, list):
        return [item if type(item) in _PLAIN else _as_json(item) for item in value]
    if isinstance(value, str | int | float):
        return value
    return feel.to_json(value)
