"""Statements that are compiled once and handed straight to the driver: for the few that every request makes.

SQLAlchemy is where schema, statements and types are said; what it does anew for each execution, though, costs
several times what the driver does. A statement here is compiled when a database is first asked it. Everything
that is not on the way of each request is executed by SQLAlchemy. Observers are told of each statement.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, NamedTuple, Protocol, cast

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from engine.kernel.refusal import OutOfDate
from engine.storage.liveness import BoundedConnection
from engine.storage.statements import GIVEN, ByDatabase, Values
from engine.storage.types import require_storable_values, write_json

Convert = Callable[[Any], Any]
AnySelect = sa.Select[*tuple[Any, ...]] | sa.CompoundSelect[Any]


class Channel(Protocol):
    """What a statement is sent through: a connection of SQLAlchemy's, or a glance."""

    @property
    def dialect(self) -> Dialect:
        """What the database speaks."""

    @property
    def connection(self) -> PoolProxiedConnection:
        """The connection of the pool."""


Observer = Callable[[Any, str, Any], None]
"""Takes the channel, the statement's text, and its parameters: a row of them, or a list of rows."""

_observers: list[Observer] = []


@contextmanager
def observing(observer: Observer) -> Iterator[None]:
    """Tell the observer of every statement, before it is sent, on every database, while the block runs."""

    def hear(connection: Connection, _cursor: Any, text: str, parameters: Any, *_rest: Any) -> None:
        observer(connection, text, parameters)

    event.listen(Engine, "before_cursor_execute", hear)
    _observers.append(observer)
    try:
        yield
    finally:
        _observers.remove(observer)
        event.remove(Engine, "before_cursor_execute", hear)


_HARMLESS = (sa.Uuid, sa.Integer, sa.Boolean, sa.LargeBinary, sa.JSON)
"""Types of columns whose values a database takes as they are: text and moments are looked at first."""


class _Compiled:
    """A statement as a driver takes it: its text, and how each value is bound, in order."""

    def __init__(self, statement: sa.ClauseElement, dialect: Dialect, names: Sequence[str] | None) -> None:
        keys = names if isinstance(statement, sa.Insert) else None
        compiled = cast(SQLCompiler, statement.compile(dialect=dialect, column_keys=keys))
        if dialect.positional:
            self.text, order = compiled.string, list(compiled.positiontup or ())
        else:
            self.text, order = _numbered(compiled.string)
        self.encoded = self.text.encode()
        self._constants: dict[str, Any] = {}
        self._binds: list[tuple[int, Convert]] = []
        self._wanted: list[str] = []
        looked_at = []
        for place, key in enumerate(order):
            parameter = compiled.binds[key]
            name = key.removeprefix(GIVEN)
            bind = _binder(parameter.type, dialect)
            if key in compiled.params and not parameter.required:
                name, value = f"{key} of the statement", compiled.params[key]
                self._constants[name] = value if bind is None else bind(value)
            else:
                if bind is not None:
                    self._binds.append((place, bind))
                if not isinstance(parameter.type, _HARMLESS):
                    looked_at.append(place)
            self._wanted.append(name)
        self._names = len(set(self._wanted) - self._constants.keys())
        self._in_order = _getter(self._wanted)
        self._looked_at = _getter(looked_at)

    def bound(self, values: Values) -> list[Any]:
        """The values as the driver takes them; `KeyError` or `ValueError` if they are not those it wants."""
        if len(values) != self._names:
            raise ValueError(f"Expected {self._names} values, found {sorted(values)}.")
        bound = list(self._in_order({**self._constants, **values} if self._constants else values))
        place = 0
        try:
            for place, bind in self._binds:
                value = bound[place]
                if value is not None:
                    bound[place] = bind(value)
        except ValueError as error:
            raise sa.exc.StatementError(f"{self._wanted[place]}: {error}", self.text, None, error) from error
        require_storable_values(self._looked_at(bound), statement=self.text)
        return bound

    def execute_each(self, connection: Connection, rows: Sequence[Values]) -> int:
        """Once for each of the rows; how many rows of the table that concerned, in all."""
        if len(rows) == 1:
            return int(self.execute(connection, rows[0]).rowcount)
        bound = [self.bound(values) for values in rows]
        for observer in _observers:
            observer(connection, self.text, bound)
        driver: Any = connection.connection.driver_connection
        return int(driver.executemany(self.text, bound).rowcount)

    def execute(self, connection: Channel, values: Values) -> Any:
        """Once; the driver's cursor."""
        bound = self.bound(values)
        for observer in _observers:
            observer(connection, self.text, bound)
        driver: Any = connection.connection.driver_connection
        if isinstance(driver, BoundedConnection):
            return driver.cursor_for(self.encoded).execute(self.encoded, bound)
        return driver.execute(self.text, bound)


def _binder(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """How a value of that type, other than null, is handed to the driver; None as it is.

    PostgreSQL knows the type at each place, so ids and JSON go as text, without the wrappers that would tell
    it. No column here holds the null of JSON (`none_as_null`).
    """
    if dialect.name == "postgresql" and isinstance(kind, sa.Uuid):
        return str
    if isinstance(kind, sa.JSON):
        return write_json
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _getter(places: Sequence[Any]) -> Callable[[Any], Sequence[Any]]:
    """What gives the entries at several places, of which `itemgetter` knows only several."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: [values[place] for place in places]


class PreparedQuery:
    """A select; its rows have the names of its columns as attributes, like those of SQLAlchemy."""

    def __init__(self, statement: AnySelect) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}
        self._readers: dict[str, list[tuple[int, Convert]]] = {}
        names = [column.name for column in statement.selected_columns]
        self._row: Any = namedtuple("_row", names)  # type: ignore[misc]

    def rows(self, connection: Channel, values: Values) -> list[Any]:
        """Every row."""
        return self.read(connection, self.sent(connection, values))

    def row(self, connection: Channel, values: Values) -> Any:
        """The only row; None if there is none."""
        rows = self.rows(connection, values)
        if len(rows) > 1:
            raise sa.exc.MultipleResultsFound(f"Expected at most one row, found {len(rows)}.")
        return rows[0] if rows else None

    def sent(self, connection: Channel, values: Values) -> Any:
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            self._readers[dialect.name] = _readers(self._statement, dialect)
            compiled = self._compiled[dialect.name] = _Compiled(self._statement, dialect, None)
        return compiled.execute(connection, values)

    def read(self, connection: Channel, cursor: Any) -> list[Any]:
        name = connection.dialect.name
        readers = self._readers[name]
        make = self._row._make
        found = []
        for values in cursor.fetchall():
            if readers:
                values = list(values)
                for index, read in readers:
                    values[index] = read(values[index])
            found.append(make(values))
        if isinstance(cursor, psycopg.RawCursor):
            cast(BoundedConnection, cursor.connection).keep_cursor(self._compiled[name].encoded, cursor)
        return found


def _readers(statement: AnySelect, dialect: Dialect) -> list[tuple[int, Convert]]:
    readers = [
        (index, column.type.dialect_impl(dialect).result_processor(dialect, None))
        for index, column in enumerate(statement.selected_columns)
    ]
    return [(index, read) for index, read in readers if read is not None]


class PreparedWrite:
    """An insert, update or delete, always of the same columns; perhaps another statement on each database."""

    def __init__(self, statement: sa.ClauseElement | ByDatabase) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def compiled(self, dialect: Dialect, values: Values) -> _Compiled:
        """The statement as the driver takes it, for rows with the names of `values`."""
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            chosen = (
                self._statement[dialect.name] if isinstance(self._statement, Mapping) else self._statement
            )
            compiled = _Compiled(cast(sa.ClauseElement, chosen), dialect, list(values))
            self._compiled[dialect.name] = compiled
        return compiled


class Write(NamedTuple):
    """Rows to be written by one statement, one after the other.

    Where `kind` says what they are, each changes a row that must still be at the version that was read.
    """

    statement: PreparedWrite
    rows: Sequence[Values]
    kind: str | None = None


def read_together(connection: Connection, asked: Sequence[tuple[PreparedQuery, Values]]) -> list[list[Any]]:
    """The rows of several queries; each query sees what was committed before it began.

    PostgreSQL takes them in pipeline mode (PostgreSQL documentation, libpq, section 34.5): one round trip,
    and a row lock that is held for less time. What fails comes out at the end, as an error of the driver.
    """
    driver: Any = connection.connection.driver_connection
    with driver.pipeline() if isinstance(driver, BoundedConnection) else nullcontext():
        sent = [(query, query.sent(connection, values)) for query, values in asked]
    return [query.read(connection, cursor) for query, cursor in sent]


def write_together(connection: Connection, writes: Iterable[Write]) -> None:
    """Write everything, in one statement where the database can.

    The parts of one statement do not see each other's work and have no order: rows that another part changes
    are for another call. `OutOfDate` for a row that has changed since it was read; by then the others may be
    written, so whoever is refused must not commit. PostgreSQL answers together with the next statement or
    the commit: what it refuses is raised there.
    """
    if connection.dialect.name == "postgresql":
        rows = [(write, values) for write in writes for values in write.rows]
        for first in range(0, len(rows), _MOST_TOGETHER):
            _write_as_one(connection, rows[first : first + _MOST_TOGETHER])
        return
    for write in writes:
        if write.rows:
            statement = write.statement.compiled(connection.dialect, write.rows[0])
            written = statement.execute_each(connection, write.rows)
            if write.kind is not None and written != len(write.rows):
                raise _out_of_date([(write, values) for values in write.rows])


_MOST_TOGETHER = 16
"""Rows in one statement; every number of them is a statement of its own to the database."""


def _write_as_one(connection: Connection, rows: Sequence[tuple[Write, Values]]) -> None:
    """One statement with a part for each row (PostgreSQL documentation, 7.8.4, data-modifying WITH)."""
    parts = [write.statement.compiled(connection.dialect, values) for write, values in rows]
    text, encoded = _text_of(
        tuple([(part.text, write.kind is not None) for part, (write, _) in zip(parts, rows, strict=True)])
    )
    bound = [value for part, (_, values) in zip(parts, rows, strict=True) for value in part.bound(values)]
    for observer in _observers:
        observer(connection, text, bound)
    guarded = [(write, values) for write, values in rows if write.kind is not None]
    driver = cast(BoundedConnection, connection.connection.driver_connection)
    driver.send_ahead(encoded, bound, refusal=lambda: _out_of_date(guarded))


@lru_cache(maxsize=512)
def _text_of(parts: tuple[tuple[str, bool], ...]) -> tuple[str, bytes]:
    """The statement of such parts, and how it is sent.

    It divides by zero if a guarded row was not there to be changed.
    """
    named, counts, before = [], [], 0
    for number, (text, is_guarded) in enumerate(parts):
        placeholders = {int(found[1]) for found in _PLACEHOLDER.finditer(text)}
        moved = _PLACEHOLDER.sub(partial(_moved, by=before), text)
        named.append(f"part{number} AS ({moved}{' RETURNING 1' if is_guarded else ''})")
        if is_guarded:
            counts.append(f"(SELECT count(*) FROM part{number})")  # noqa: S608 - of names made here
        before += len(placeholders)
    answer = f"1 / (CASE WHEN {' + '.join(counts)} = {len(counts)} THEN 1 ELSE 0 END)" if counts else "1"
    text = f"WITH {', '.join(named)} SELECT {answer}"
    return text, text.encode()


_NAMED = re.compile(r"%\((?P<name>[^)]+)\)s|%%")
_PLACEHOLDER = re.compile(r"\$(\d+)")


def _numbered(text: str) -> tuple[str, list[str]]:
    """The text with PostgreSQL's own placeholders for those that SQLAlchemy writes; and what each stands for.

    A name that occurs twice is one placeholder, so that the database sees that both are the same.
    """
    order: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        return f"${order.setdefault(found['name'], len(order) + 1)}" if found["name"] else "%"

    return _NAMED.sub(numbered, text), list(order)


def _moved(found: re.Match[str], *, by: int) -> str:
    return f"${int(found[1]) + by}"


def _out_of_date(rows: Iterable[tuple[Write, Values]]) -> OutOfDate:
    expected = ", ".join(
        f"{write.kind} {values['id']} at version {values['row_version']}" for write, values in rows
    )
    return OutOfDate(f"Expected {expected}, but it changed since it was read.")
