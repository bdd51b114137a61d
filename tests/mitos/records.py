"""The record of the tests, in the shape in which the registry's API answers, and changed copies of it."""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
GREEK = HERE / "parking-permit.json"
ENGLISH = HERE / "parking-permit-en.json"


def answer(path: Path = GREEK) -> dict[str, Any]:
    """The whole answer of the API."""
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def with_field(*path: str | int, value: Any) -> bytes:
    """The answer with one field of its record changed."""
    whole = answer()
    part: Any = whole["data"]
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return json.dumps(whole).encode()
