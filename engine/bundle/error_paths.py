"""Marshmallow's nested messages as one flat list of paths."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from engine.bundle.yaml_tree import Path

_WHOLE = "_schema"
"""Where marshmallow puts the messages about a part as a whole: it is no part of the path."""


def flat(refusal: ValidationError) -> dict[Path, list[str]]:
    """Path to sentences; messages about a whole part stand at the part's own path."""
    found: dict[Path, list[str]] = {}
    _collect(refusal.messages, (), found)
    return found


def _collect(messages: Any, path: Path, found: dict[Path, list[str]]) -> None:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            _collect(inner, path if key == _WHOLE else (*path, key), found)
    else:
        sentences = messages if isinstance(messages, list) else [messages]
        # A sentence of ours knows both languages, which a copy of its text would not.
        found.setdefault(path, []).extend(
            sentence if isinstance(sentence, str) else str(sentence) for sentence in sentences
        )
