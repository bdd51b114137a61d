"""Marshmallow without leniency: fields that turn no type into another, and its messages by path."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields
from marshmallow.validate import Length, Regexp

from engine.bundle.yaml_tree import Path


class StrictText(fields.Field[str]):
    """A text of 1 to `most` characters, on one line unless it `wraps`."""

    def __init__(self, *, most: int = 200, wraps: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.most = most
        self.wraps = wraps

    def _deserialize(self, value: Any, *_around: Any, **_options: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(
                f"Expected a text (in quotes where it looks like a number), found {value!r:.80}."
            )
        if not 1 <= len(value.strip()) <= self.most:
            raise ValidationError(f"Expected 1 to {self.most} characters, found {len(value.strip())}.")
        if "\0" in value or (not self.wraps and len(value.splitlines()) > 1):
            raise ValidationError("Expected a single line of text.")
        return value


class StrictFlag(fields.Field[bool]):
    """A flag, true or false."""

    def _deserialize(self, value: Any, *_around: Any, **_options: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(f"Expected true or false, found {value!r:.80}.")
        return value


def says(description: str) -> dict[str, str]:
    """What a field is for, as editors show it: the `metadata` of a field."""
    return {"description": description}


class StrictSchema(Schema):
    """A part of a file in which every field is known."""

    class Meta:
        """Nothing is passed over."""

        unknown = RAISE


class BilingualSchema(StrictSchema):
    """A line of text in both languages."""

    el = StrictText(required=True, most=500)
    en = StrictText(required=True, most=500)


def distinct(items: list[Any]) -> None:
    """A validator: no item stands twice in the list."""
    if len(items) != len({repr(item) for item in items}):
        raise ValidationError("Expected every item once.")


KEY = Regexp(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z", error="Expected small Latin letters, digits and hyphens.")
"""A validator for the keys of procedures, agencies, papers and fees."""

AT_LEAST_ONE = Length(min=1, error="Expected at least one.")
"""A validator for lists and contexts."""


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
