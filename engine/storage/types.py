"""Column types that mean the same on SQLite and PostgreSQL, and refuse what either would change."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from engine.kernel.refusal import Invalid


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC on the way out; a naive one on the way in is a `ValueError`.

    SQLite keeps no offset and would drop one unconverted, so the value is converted here.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a value is in Python."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as the database takes it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"Expected an aware moment to store, found {value!r}.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as the domain knows it."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """Text that both databases hold alike.

    `Invalid` for a NUL or half a surrogate pair, which PostgreSQL cannot store. With `binary` it is
    compared by code point on both, whatever the locale: for what is sorted and searched.
    """

    impl = sa.Text
    cache_ok = True

    def __init__(self, *, binary: bool = False) -> None:
        super().__init__()
        self.binary = binary

    @property
    def python_type(self) -> type[str]:
        """What a value is in Python."""
        return str

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text, with PostgreSQL's collation by code point where that is wanted; it is SQLite's own."""
        collated = self.binary and dialect.name == "postgresql"
        return sa.Text(collation="C") if collated else sa.Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text itself, if it can be stored."""
        if value is not None and not value.isascii():
            _require_whole_characters(value)
        if value is not None and "\0" in value:
            raise Invalid.field("text", "expected text without the NUL character")
        return value


def write_json(value: Any) -> str:
    """The JSON text of a value.

    `Invalid` for what a request may hold and storage cannot: integers beyond 64 bits, half a surrogate pair.
    `TypeError` for anything that is no JSON at all, which is a bug of the caller.
    """
    try:
        return orjson.dumps(value, default=_plain).decode()
    except TypeError as error:
        if "64-bit" in str(error) or "surrogates" in str(error):
            raise Invalid.field("data", str(error)) from error
        raise


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"Expected a JSON value, found {type(value).__name__}.")


def _require_whole_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Invalid.field("text", "expected whole Unicode characters") from error
