"""Observers of statements: told of each before it is sent, whether SQLAlchemy executes it or the driver."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

Observer = Callable[[Connection, str, Any], None]
"""Takes the connection, the statement's text, and its parameters: a row of them, or a list of rows."""

_observers: list[Observer] = []


@contextmanager
def observing(observer: Observer) -> Iterator[None]:
    """Tell the observer of every statement, on every database, while the block runs."""

    def hear(connection: Connection, _cursor: Any, text: str, parameters: Any, *_rest: Any) -> None:
        observer(connection, text, parameters)

    event.listen(Engine, "before_cursor_execute", hear)
    _observers.append(observer)
    try:
        yield
    finally:
        _observers.remove(observer)
        event.remove(Engine, "before_cursor_execute", hear)


def tell_observers(connection: Connection, text: str, parameters: Any) -> None:
    """Tell them of a statement that SQLAlchemy does not execute."""
    for observer in _observers:
        observer(connection, text, parameters)
