"""Fields of requests that marshmallow does not have: strict about type, length and what text may hold."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
from werkzeug.routing import BaseConverter

from engine.kernel.money import euro_text

PATTERN = "[a-z0-9][a-z0-9-]{0,63}"


class KeyConverter(BaseConverter):
    """Matches a key such as `residence-certificate`."""

    regex = PATTERN


def key_parameter(_converter: KeyConverter) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{PATTERN}$", "examples": ["residence-certificate"]}


class NumberConverter(BaseConverter):
    """Matches the number of a version, 1 to 999999.

    What is out of these bounds matches nothing. werkzeug's own converter finds that after it has found the
    address, and answers 405 where another call has the same one.
    """

    regex = "[1-9][0-9]{0,5}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)


def number_parameter(_converter: NumberConverter) -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": 999_999}


_RFC_3339 = re.compile(
    r"(?:19|2[0-9])[0-9]{2}-[01][0-9]-[0-3][0-9][Tt][0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
    r"(?:[Zz]|[+-][0-2][0-9]:[0-5][0-9])"
)


class Text(ma.fields.String):
    """Text of `least` to `most` characters, more than space where `least` is not 0."""

    def __init__(
        self, *, most: int, least: int = 1, means: str = "", example: str = "", **options: Any
    ) -> None:
        metadata = {"description": means} if means else {}
        if example:
            metadata["examples"] = [example]  # type: ignore[assignment]  # a list in OpenAPI 3.1
        length = ma.validate.Length(min=least or None, max=most)
        super().__init__(validate=length, metadata=metadata, **options)
        self._least = least

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **named: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **named)
        if self._least and not text.strip():
            raise ma.ValidationError("Expected more than space.")
        return text


class Whole(ma.fields.Integer):
    """A whole number in JSON: a text or a fraction is none."""

    def __init__(self, *, least: int, most: int, means: str = "", **options: Any) -> None:
        bounds = ma.validate.Range(min=least, max=most)
        super().__init__(strict=True, validate=bounds, metadata={"description": means}, **options)


class WholeInQuery(ma.fields.Integer):
    """A whole number in a query, where everything is text: ASCII digits and nothing else."""

    def __init__(self, *, least: int, most: int, means: str = "", **options: Any) -> None:
        bounds = ma.validate.Range(min=least, max=most)
        super().__init__(validate=bounds, metadata={"description": means}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **named: Any) -> Any:
        if not re.fullmatch(r"[0-9]{1,9}", str(value)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **named)


class Moment(ma.fields.AwareDateTime):
    """A moment as RFC 3339 has it: taken with any offset, given in UTC."""

    def __init__(self, *, means: str = "", **options: Any) -> None:
        super().__init__(format="iso", metadata={"description": means}, **options)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **named: Any
    ) -> datetime:
        if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
            raise ma.ValidationError(
                "Expected a date and time with its offset, such as 2026-12-01T09:00:00Z."
            )
        moment: datetime = super()._deserialize(value.upper(), attr, data, **named)
        return moment

    def _serialize(self, value: Any, attr: str | None, obj: Any, **named: Any) -> str | None:
        utc = value.astimezone(UTC) if value is not None else None
        text = super()._serialize(utc, attr, obj, **named)
        return str(text).replace("+00:00", "Z") if text is not None else None


class Choice(ma.fields.Enum[Any]):
    """One of the values of an enumeration."""

    def __init__(self, choices: Any, *, means: str = "", **options: Any) -> None:
        super().__init__(choices, by_value=ma.fields.String, metadata={"description": means}, **options)


class Euros(ma.fields.Field[Any]):
    """Euros as text with two decimals, `75.00`: never a JSON number, which programs read as a float."""

    def __init__(self, *, means: str = "", **options: Any) -> None:
        metadata = {"type": "string", "pattern": r"^[0-9]+\.[0-9]{2}$", "examples": ["75.00"]}
        super().__init__(metadata={**metadata, **({"description": means} if means else {})}, **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **named: Any) -> str | None:  # noqa: ARG002 - marshmallow calls it so
        return None if value is None else euro_text(value)


class FreeData(ma.fields.Dict):
    """An object whose names a form or a diagram decides; its keys are data and nothing more."""

    def __init__(self, *, means: str, example: Mapping[str, Any] | None = None, **options: Any) -> None:
        metadata: dict[str, Any] = {"description": means, "additionalProperties": True}
        if example is not None:
            metadata["examples"] = [example]
        super().__init__(keys=ma.fields.String(), metadata=metadata, **options)


class Shape(ma.Schema):
    """The shape of an answer, written from the attributes of a value of the domain."""


class ComposedShape(Shape):
    """The shape of an answer that some fields of come from somewhere else than the value's attributes."""

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:  # noqa: ARG002 - there is no default
        return self.value_of(obj, attr)

    def value_of(self, thing: Any, name: str) -> Any:
        """Where the value of a field comes from; shapes of composed things override it."""
        return getattr(thing, name)


class Sorted(ma.fields.List[Any]):
    """A set, written as a list in a fixed order."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> list[Any] | None:
        return super()._serialize(sorted(value), attr, obj, **options)


class PageQuery(ma.Schema):
    """Which part of a list is wanted."""

    limit = WholeInQuery(least=1, most=100, load_default=50, means="How many items a page has.")
    cursor = Text(most=500, load_default=None, means="`next` of the page before.")


class TwoLanguages(ma.Schema):
    """A text in Greek and English."""

    el = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


def page_of(shape: type[ma.Schema]) -> type[ma.Schema]:
    name = shape.__name__ + "Page"
    fields: dict[str, ma.fields.Field[Any]] = {
        "items": ma.fields.List(ma.fields.Nested(shape), required=True),
        "next": ma.fields.String(
            required=True,
            allow_none=True,
            metadata={"description": "The cursor of the next page, null on the last."},
        ),
    }
    return type(name, (Shape,), fields)
