"""Pages of lists by keyset: a cursor holds the sort key of the last item shown.

So a page far down costs what the first one does. A cursor is opaque to its holder: urlsafe base64 of the
list's name and the key, and nothing that is not in the item itself.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.domain.refusal import Invalid
from engine.ports.reads import Page, Slice

T = TypeVar("T")

MAX_LIMIT = 100


@dataclass(frozen=True)
class Order:
    """How a list is sorted: by `columns`, all ascending or all descending.

    Together they are unique, and never NULL. `name` tells the cursors of one list from those of another.
    """

    name: str
    columns: tuple[sa.ColumnElement[Any], ...]
    newest_first: bool = False

    def after(self, statement: sa.Select[Any], cursor: str) -> sa.Select[Any]:
        """The statement for what follows the item that the cursor stands for."""
        values = [
            sa.literal(value, column.type)
            for value, column in zip(self._read(cursor), self.columns, strict=True)
        ]
        key, last = sa.tuple_(*self.columns), sa.tuple_(*values)
        return statement.where(key < last if self.newest_first else key > last)

    def applied(self, statement: sa.Select[Any]) -> sa.Select[Any]:
        """The statement, sorted."""
        if self.newest_first:
            return statement.order_by(*(column.desc() for column in self.columns))
        return statement.order_by(*self.columns)

    def cursor(self, row: sa.Row[Any]) -> str:
        """The cursor that stands for a row, which has the columns of the key."""
        mapping = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row by column
        parts = [self.name, *(_write(mapping[column]) for column in self.columns)]
        return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")

    def _read(self, cursor: str) -> list[Any]:
        try:
            padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
            name, *parts = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            kinds = [column.type.python_type for column in self.columns]
            values = [_read(part, kind) for part, kind in zip(parts, kinds, strict=True)]
        except (binascii.Error, UnicodeError, TypeError, ValueError) as error:
            raise Invalid.field("cursor", "expected a cursor that came with a page") from error
        if name != self.name:
            raise Invalid.field("cursor", f"expected a cursor of {self.name}, found one of another list")
        return values


def fetch_page(
    connection: Connection,
    statement: sa.Select[Any],
    *,
    order: Order,
    part: Slice,
    decode: Callable[[Sequence[Any]], T],
) -> Page[T]:
    """The part of the list that is asked for; `Invalid` for a limit or a cursor that makes no sense."""
    if not 1 <= part.limit <= MAX_LIMIT:
        raise Invalid.field("limit", f"expected from 1 to {MAX_LIMIT}, found {part.limit}")
    if part.cursor is not None:
        statement = order.after(statement, part.cursor)
    # One more than is shown tells whether there is a next page.
    rows = connection.execute(order.applied(statement).limit(part.limit + 1)).all()
    shown = rows[: part.limit]
    next_cursor = order.cursor(shown[-1]) if len(rows) > part.limit else None
    return Page(items=tuple(decode(row) for row in shown), next=next_cursor)


def _write(value: Any) -> str | int:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex if isinstance(value, UUID) else value


def _read(part: Any, kind: type) -> Any:
    if kind is int:
        if type(part) is not int or not 0 <= part < 1 << 31:
            raise ValueError(f"Expected a number, found {part!r}.")
        return part
    if not isinstance(part, str) or "\0" in part:
        raise ValueError(f"Expected text, found {part!r}.")
    if kind is datetime:
        moment = datetime.fromisoformat(part)
        if moment.tzinfo is None:
            raise ValueError(f"Expected an aware moment, found {part!r}.")
        return moment
    return kind(part)
