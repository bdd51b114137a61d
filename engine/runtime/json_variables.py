"""Variables on their way out of a case: what a row, a job or an agency holds of them is JSON."""

from typing import Any

from engine import feel
from engine.runtime.contract import Variables


def as_json(variables: Variables) -> dict[str, Any]:
    """The variables with FEEL's numbers as JSON numbers, its dates, times and durations as ISO 8601 text."""
    return {name: _as_json(value) for name, value in variables.items()}


def _as_json(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dict):
        return {name: _as_json(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return feel.to_json(value)
