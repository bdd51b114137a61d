"""Column types that mean the same on SQLite and PostgreSQL, and refuse what either would change."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from engine.kernel.money import exact
from engine.kernel.refusal import Invalid

_NAIVE = "Expected an aware moment to store, found {!r}."


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware, and in UTC on the way out.

    PostgreSQL's driver does that by itself. SQLite keeps no offset and would drop one unconverted, so the
    value is converted here.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a value is in Python."""
        return datetime

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """How a moment is handed to the driver; None where it takes it as it is."""
        written = self.impl_instance.bind_processor(dialect)
        if dialect.name != "sqlite" or written is None:
            return written

        def without_offset(moment: datetime | None) -> Any:
            if moment is not None and moment.tzinfo is None:
                raise ValueError(_NAIVE.format(moment))
            return None if moment is None else written(moment.astimezone(UTC).replace(tzinfo=None))

        return without_offset

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """How what the driver gives becomes a moment; None where it is one."""
        read = self.impl_instance.result_processor(dialect, coltype)
        if dialect.name != "sqlite" or read is None:
            return read

        def in_utc(value: Any) -> datetime | None:
            moment: datetime | None = read(value)
            return None if moment is None else moment.replace(tzinfo=UTC)

        return in_utc


class Euros(TypeDecorator[Decimal]):
    """Euros, exactly: a decimal with two places in Python, whole cents in both databases.

    Anything else is a bug of the caller: a float, a third decimal.
    """

    impl = sa.BigInteger
    cache_ok = True

    @property
    def python_type(self) -> type[Decimal]:
        """What a value is in Python."""
        return Decimal

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy calls it so
        """The cents of an amount."""
        return None if value is None else int(exact(value).scaleb(2))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - SQLAlchemy calls it so
        """The amount of so many cents; a sum may come as a decimal."""
        return None if value is None else Decimal(int(value)).scaleb(-2)


class PlainText(TypeDecorator[str]):
    """Text that both databases hold alike.

    With `binary` it is compared by code point on both, whatever the locale: for what is sorted and searched.
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


def require_storable(
    _connection: Any,
    _cursor: Any,
    statement: str,
    parameters: Any,
    _context: Any,
    is_many: bool,  # noqa: FBT001 - SQLAlchemy calls it so
) -> None:
    """Refuse parameters that a database would refuse or change; called before each statement is sent.

    `Invalid` for text with a NUL or half a surrogate pair, which PostgreSQL cannot store; `StatementError`
    for a moment that is not aware, which is a bug of the caller.
    """
    for row in parameters if is_many else (parameters,):
        require_storable_values(row.values() if isinstance(row, Mapping) else row, statement=statement)


def require_storable_values(values: Iterable[Any], *, statement: str) -> None:
    """The same for the values of one row."""
    for value in values:
        if value is None:
            continue
        if isinstance(value, str):
            if "\0" in value:
                raise Invalid.field("text", "expected text without the NUL character")
            if not value.isascii():
                _require_whole_characters(value)
        elif isinstance(value, datetime) and value.tzinfo is None:
            raise sa.exc.StatementError(_NAIVE.format(value), statement, None, ValueError())


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
