"""Marshmallow fields that take a value as it is or refuse it, never turning one type into another."""

from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.validate import Length


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


def distinct(items: list[Any]) -> None:
    """A validator: no item stands twice in the list."""
    if len(items) != len({repr(item) for item in items}):
        raise ValidationError("Expected every item once.")


AT_LEAST_ONE = Length(min=1, error="Expected at least one.")
"""A validator for lists and contexts."""
