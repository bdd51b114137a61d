"""Pages of lists by keyset: a page is what follows a sort key, never what follows so many items."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.kernel.pages import KeyPart, Page, Slice, read_cursor, require_page_limit, write_cursor
from engine.storage.prepared import PreparedQuery
from engine.storage.statements import Values

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
            statement = statement.where(self.follows(self.key_of(cursor)))
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
        return self._comes_after(
            [sa.literal(value, column.type) for value, column in zip(values, self.columns, strict=True)]
        )

    def follows_given(self) -> sa.ColumnElement[bool]:
        """The same for a key that is given as parameters, by the names of `given`."""
        return self._comes_after(
            [
                sa.bindparam(name, type_=column.type)
                for name, column in zip(self._given, self.columns, strict=True)
            ]
        )

    def given(self, cursor: str) -> dict[str, KeyPart]:
        """The key that a cursor has, as parameters."""
        return dict(zip(self._given, self.key_of(cursor), strict=True))

    def key_of(self, cursor: str) -> Sequence[KeyPart]:
        """The key that a cursor has; `Invalid` for one of another list, or of none."""
        kinds = [column.type.python_type for column in self.columns]
        return read_cursor(cursor, list_name=self.name, kinds=kinds)

    @property
    def _given(self) -> list[str]:
        return [f"after_{place}" for place in range(len(self.columns))]

    def _comes_after(self, typed: Sequence[sa.ColumnElement[Any]]) -> sa.ColumnElement[bool]:
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


class PreparedPages:
    """A list whose pages are read by prepared queries: one for the first page, one for what follows another.

    The statement has the columns of the key; its parameters are given with each page.
    """

    def __init__(self, statement: sa.Select[Any], order: Order) -> None:
        self._order = order
        limit = sa.bindparam("page_limit", type_=sa.Integer)
        self._first = PreparedQuery(order.sorted(statement).limit(limit))
        self._following = PreparedQuery(order.sorted(statement.where(order.follows_given())).limit(limit))

    def fetch(
        self, connection: Connection, values: Values, *, part: Slice, decode: Callable[[Any], T]
    ) -> Page[T]:
        """The part of the list that is asked for; `Invalid` for a limit or a cursor that makes no sense."""
        require_page_limit(part.limit)
        given = {**values, "page_limit": part.limit + 1}
        if part.cursor is None:
            rows = self._first.rows(connection, given)
        else:
            rows = self._following.rows(connection, {**given, **self._order.given(part.cursor)})
        return _page(rows, part, decode=decode, cursor=self._cursor)

    def _cursor(self, row: Any) -> str:
        return write_cursor(
            self._order.name, [getattr(row, str(column.key)) for column in self._order.columns]
        )


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
    rows = connection.execute(order.applied(statement, part.cursor).limit(part.limit + 1)).all()
    return _page(rows, part, decode=decode, cursor=order.cursor)


def _page(
    rows: Sequence[Any], part: Slice, *, decode: Callable[[Any], T], cursor: Callable[[Any], str]
) -> Page[T]:
    """The page of rows of which one more was read than is shown: it tells whether there is a next page."""
    shown = rows[: part.limit]
    return Page(
        items=tuple([decode(row) for row in shown]),
        next=cursor(shown[-1]) if len(rows) > part.limit else None,
    )
