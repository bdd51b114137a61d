"""FEEL values as JSON and as short text, for problems and explanations; total, unlike `feel.to_json`."""

import json
from typing import Final

from engine import feel

_LONGEST: Final = 80


def as_json(value: object) -> object:
    """What `json.dumps` writes for a value; a value that holds a function is named by its kind."""
    try:
        return feel.to_json(value)
    except TypeError:
        return f"a {feel.kind_of(value)}"


def show(value: object) -> str:
    """A value as text, texts in quotes, cut to eighty characters."""
    text = json.dumps(as_json(value), ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
