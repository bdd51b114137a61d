"""Loading rows as they are, without the rules of the commands that write them: for a made-up country."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.context import Command, Transaction
from engine.kernel.permission import require_system
from engine.storage import bulk
from engine.storage.bulk import Packed


@dataclass(frozen=True, kw_only=True)
class LightenTables(Command[bool]):
    """Make tables with few rows ready to be filled: without indexes, until `RestoreTables`."""

    tables: Sequence[str]


def lighten_tables(command: LightenTables, transaction: Transaction) -> bool:
    """False where they have too many rows for that, and keep their indexes."""
    require_system(transaction.actor)
    return bulk.lighten(transaction.connection, bulk.named(command.tables))


@dataclass(frozen=True, kw_only=True)
class RestoreTables(Command[None]):
    """Make the indexes of tables that are not there; harmless where nothing is missing."""

    tables: Sequence[str]


def restore_tables(command: RestoreTables, transaction: Transaction) -> None:
    """Make them; it takes as long as that takes for the rows that are there."""
    require_system(transaction.actor)
    bulk.restore(transaction.connection, bulk.named(command.tables))


@dataclass(frozen=True, kw_only=True)
class LoadRows(Command[None]):
    """Write new rows, by the name of their table; no rule of the domain is asked."""

    rows: Mapping[str, Packed]


def load_rows(command: LoadRows, transaction: Transaction) -> None:
    """Write them, those first that others refer to; for the system itself, never for a person."""
    require_system(transaction.actor)
    for table in bulk.named(command.rows):
        bulk.load(transaction.connection, table, command.rows[table.name])
