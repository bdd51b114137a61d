"""Pages of lists by keyset: a page is what follows a sort key, never what follows so many items."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.kernel.pages import KeyPart, Page, Slice, read_cursor, require_page_limit, write_cursor

T = TypeVar("T")


@dataclass(frozen=True)
class Order:
    """How a list is sorted: by `columns`, all ascending, or all descending with `newest_first`.

    With `highest_first` only the first column descends. Together the columns are unique, and never NULL.
    `name` tells the cursors of one list from those of another.
    """

    name: str
    columns: tuple[sa.ColumnElement[Any], ...]
    newest_first: bool = False
    highest_first: bool = False

    def applied(self, statement: sa.Select[Any], cursor: str | None) -> sa.Select[Any]:
        """The statement, sorted, for what follows the cursor."""
        if cursor is not None:
            kinds = [column.type.python_type for column in self.columns]
            statement = statement.where(self.follows(read_cursor(cursor, list_name=self.name, kinds=kinds)))
        return self.sorted(statement)

    def sorted(self, statement: sa.Select[Any]) -> sa.Select[Any]:
        """The statement, sorted."""
        if self.newest_first:
            return statement.order_by(*(column.desc() for column in self.columns))
        if self.highest_first:
            first, *others = self.columns
            return statement.order_by(first.desc(), *others)
        return statement.order_by(*self.columns)

    def follows(self, values: Sequence[KeyPart]) -> sa.ColumnElement[bool]:
        """The condition that a row comes after the one with that key."""
        typed = [sa.literal(value, column.type) for value, column in zip(values, self.columns, strict=True)]
        if self.highest_first:
            first, highest = self.columns[0], typed[0]
            among_equals = sa.tuple_(*self.columns[1:]) > sa.tuple_(*typed[1:])
            # The first condition says what the second implies, so that the index is entered at that row.
            return sa.and_(first <= highest, sa.or_(first < highest, among_equals))
        key, last = sa.tuple_(*self.columns), sa.tuple_(*typed)
        return key < last if self.newest_first else key > last

    def cursor(self, row: sa.Row[*tuple[Any, ...]]) -> str:
        """The cursor after a row, which has the columns of the key."""
        mapping = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row by column
        return write_cursor(self.name, [mapping[column] for column in self.columns])


def fetch_page(
    connection: Connection,
    statement: sa.Select[Any],
    *,
    order: Order,
    part: Slice,
    decode: Callable[[sa.Row[Any]], T],
) -> Page[T]:
    """The part of the list that is asked for; `Invalid` for a limit or a cursor that makes no sense."""
    require_page_limit(part.limit)
    # One more than is shown tells whether there is a next page.
    rows = connection.execute(order.applied(statement, part.cursor).limit(part.limit + 1)).all()
    shown = rows[: part.limit]
    next_cursor = order.cursor(shown[-1]) if len(rows) > part.limit else None
    return Page(items=tuple(decode(row) for row in shown), next=next_cursor)
