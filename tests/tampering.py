"""What an insider can do who owns the tables: switch the triggers off, change rows, switch them on again."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from engine.schema import metadata
from engine.storage.append_only import append_only_tables

TABLES = append_only_tables(metadata)


@contextmanager
def as_owner(connection: Any) -> Iterator[None]:
    """While the block runs, a connection of a driver may change and remove rows of append-only tables."""
    is_sqlite = isinstance(connection, sqlite3.Connection)
    triggers = _triggers_of(connection) if is_sqlite else []
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    for table in () if is_sqlite else TABLES:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for _, text in triggers:
        connection.execute(text)
    for table in () if is_sqlite else TABLES:
        connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def tamper(database_url: str, *statements: str) -> None:
    """Carry out statements on the database behind the system's back, without checks of references."""
    if database_url.startswith("sqlite"):
        connection = sqlite3.connect(database_url.removeprefix("sqlite:///"))
        with as_owner(connection):
            for statement in statements:
                connection.execute(statement)
        connection.commit()
        connection.close()
        return
    with psycopg.connect(database_url) as connected, as_owner(connected):
        for statement in statements:
            connected.execute(statement)


def _triggers_of(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    return connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
